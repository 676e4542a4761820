// What secrets opened in a capture, as files for Wireshark: the decrypted PDUs, and the keys that were proven right.
import type { Capture } from '../../../capture/capture'
import { clearPduRows, clearPdus } from '../../../export/wireshark/clear-pdus'
import { keytabFile, smbSessionKeyList } from '../../../unseal/secrets/key-files'
import { utf8 } from '../../../unseal/bytes'
import type { WiresharkChoice } from '../../api'
import type { Unsealing } from '../../read/unsealing/unsealing'

export interface WiresharkFile {
  name: string
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>
}

export interface ForWireshark {
  capture: Capture
  unsealing: Unsealing
  /** What the original capture is called. */
  name: string
  /** What makes the files: `Faultline` and its version. */
  tool: string
  /** A PDU with its stub in the clear. */
  pdu: (row: number) => Promise<Uint8Array | undefined>
}

/** The files with how many PDUs and keys they hold. Wrong and unused secrets are in none of them. */
export function filesForWireshark(
  { capture, unsealing, name, tool, pdu }: ForWireshark,
  { clearText, keys }: WiresharkChoice,
): { files: WiresharkFile[]; pdus: number; keys: number } {
  const { found, foundSmb } = unsealing.foundKeys
  const pdus = clearText ? clearPduRows(capture).length : 0
  const files: WiresharkFile[] = []
  const lines = [`Made by ${tool} from ${name}.`]
  if (pdus > 0) {
    const comment = `${tool}: PDUs of ${name} with what secrets decrypted`
    files.push({ name: 'decrypted.pcapng', pieces: clearPdus(capture, { bytes: pdu, comment }) })
    lines.push(...DECRYPTED)
  }
  if (keys && found.length > 0) {
    files.push({ name: 'keys.keytab', pieces: [keytabFile(found)] })
    lines.push(...KEYTAB)
  }
  if (keys && foundSmb.length > 0) {
    files.push({ name: 'smb2_seskey_list', pieces: [utf8(smbSessionKeyList(foundSmb))] })
    lines.push(...SMB_KEYS)
  }
  if (files.length > 0) files.push({ name: 'README.txt', pieces: [utf8(lines.join('\n') + '\n')] })
  return { files, pdus, keys: keys ? found.length + foundSmb.length : 0 }
}

const DECRYPTED = [
  '',
  'decrypted.pcapng holds the RPC connections in which a secret opened something, with their arguments in clear text.',
  'Open it in Wireshark; it needs no secret. "Original Frame Number" is the frame in the original capture.',
  'Each named pipe has a client port of its own, above 65535.',
]

const KEYTAB = [
  '',
  'keys.keytab holds keys. With them anyone can read the capture, and an NT hash logs on like its password. Keep it safe.',
  'In Wireshark: Edit, Preferences, Protocols, KRB5: choose the file and switch "Try to decrypt Kerberos blobs" on.',
  'For tshark: tshark -r CAPTURE -K keys.keytab -o kerberos.decrypt:TRUE',
]

const SMB_KEYS = [
  '',
  'smb2_seskey_list holds SMB session keys. With them anyone can read the sessions in the capture. Keep it safe.',
  'In Wireshark: Edit, Preferences, Protocols, SMB2, Secret session keys; or copy the file into the folder of your profile.',
  'For tshark: tshark -r CAPTURE -o uat:smb2_seskey_list:LINE for each line of the file.',
]
