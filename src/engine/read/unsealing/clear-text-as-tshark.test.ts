// What secrets open equals what tshark opens with the same secrets, byte by byte, wherever tshark can: captures of other projects, which
// are looked for beside this one, and the case study.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { PduType } from '../../../../asm/layout'
import { pduType } from '../../../capture/pdu'
import { pcapng } from '../../../testing/captures/file/pcapng'
import { fixedCapture } from '../../../testing/case-study/fixed'
import { fullOsCapture } from '../../../testing/case-study/full-os'
import { winpeCapture } from '../../../testing/case-study/winpe'
import { HAS_TSHARK, TSHARK_TIMEOUT, tsharkSources } from '../../../testing/tshark'
import { fromHex, toHex } from '../../../unseal/bytes'
import { decrypt, type KerberosKey, Usage } from '../../../unseal/kerberos/kerberos-crypto'
import { kdcReplyPart, kerberosMessage, ticketPart } from '../../../unseal/kerberos/kerberos-messages'
import { keytabSecrets, passwordSecret, type Secrets } from '../../../unseal/secrets/secrets'
import { Analysis } from '../analysis'

const module = new WebAssembly.Module(readFileSync(new URL('../../../../asm/build/release.wasm', import.meta.url)))
const folder = new URL('../../../../../shared/captures/unseal/', import.meta.url)
const VERIFIER_BYTES = 8

/** A file's bytes, unpacked; undefined where it is not beside the project. */
function bytesOf(name: string): Uint8Array<ArrayBuffer> | undefined {
  const path = fileURLToPath(new URL(name, folder))
  if (!existsSync(path)) return undefined
  const bytes = new Uint8Array(readFileSync(path))
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? new Uint8Array(gunzipSync(bytes)) : bytes
}

interface Opened {
  frame: number
  bytes: string
}

/** Clear stubs with their padding, and clear SMB messages, each with its frame's number. */
async function opened(capture: Uint8Array, secrets: Partial<Secrets>): Promise<{ stubs: Opened[]; smb: Opened[] }> {
  const analysis = await Analysis.start(module, { accounts: [], keys: [], smbKeys: [], ...secrets })
  const stubs: Opened[] = []
  const smb: Opened[] = []
  const unsealing = analysis.unsealing!
  const pdu = unsealing.pdu.bind(unsealing)
  unsealing.pdu = (row, stream, pipe, frame, bytes, length) => {
    const answer = pdu(row, stream, pipe, frame, bytes, length)
    const tokenBytes = bytes[10]! | (bytes[11]! << 8)
    const at = pduType(bytes[2]!) === PduType.Fault ? 32 : 24 + (bytes[3]! & 0x80 ? 16 : 0)
    const clear = toHex(bytes.subarray(at, length - tokenBytes - VERIFIER_BYTES))
    if (answer & 1) stubs.push({ frame: frame + 1, bytes: clear })
    return answer
  }
  const message = unsealing.smb.bind(unsealing)
  unsealing.smb = (stream, fromB, frame, bytes) => {
    const clear = message(stream, fromB, frame, bytes)
    if (clear) smb.push({ frame: frame + 1, bytes: toHex(clear) })
    return clear
  }
  analysis.feed(capture)
  analysis.end()
  return { stubs, smb }
}

function sources(capture: Uint8Array, name: string, preferences: readonly string[]): Opened[] {
  return tsharkSources(capture, preferences)
    .filter((source) => source.name === name)
    .map(({ frame, bytes }) => ({ frame, bytes: toHex(bytes) }))
}

const SESSIONS = [
  ['smb300-aes-128-ccm.pcap.gz', '1900009c003c0000', '9a9ea16a0cdbeb6064772318073f172f'],
  ['smb311-aes-128-gcm.pcap.gz', '3900000000400000', 'e79161ded03bda1449b2c8e58f753953'],
  ['smb311-aes-256-gcm.pcap.gz', '56dc03ab00000000', '6a5004adfbdef1abd5879800675324e5'],
] as const
const NTLM = 'dcerpc_privacy_ntlm.pcapng.gz'
const KERBEROS = 'dcerpc_privacy_krb.pcapng.gz'
const COMPRESSED = 'smb311-chained-patternv1-lznt1.pcapng.gz'
const KDC = 'krb-816.pcap.gz'
const needed = [NTLM, KERBEROS, COMPRESSED, KDC, ...SESSIONS.map(([name]) => name)]
const missing = needed.filter((name) => !existsSync(new URL(name, folder)))
const unless = (name: string) => !HAS_TSHARK || missing.includes(name)

describe('clear text equals that of tshark', () => {
  test.skipIf(unless(NTLM))(
    NTLM,
    async () => {
      const capture = bytesOf(NTLM)!
      const theirs = sources(capture, 'Decrypted stub data', ['ntlmssp.nt_password:Password123!'])
      expect(theirs.length).toBe(12)
      expect((await opened(capture, { accounts: [passwordSecret('Password123!')] })).stubs).toEqual(theirs)
    },
    TSHARK_TIMEOUT,
  )

  test.skipIf(unless(KERBEROS))(
    KERBEROS,
    async () => {
      const capture = bytesOf(KERBEROS)!
      const keytab = 'dc1-aes256.keytab'
      const preferences = ['kerberos.decrypt:TRUE', `kerberos.file:${fileURLToPath(new URL(keytab, folder))}`]
      const theirs = sources(capture, 'Decrypted stub data', preferences)
      expect(theirs.length).toBe(12)
      expect((await opened(capture, { keys: keytabSecrets(bytesOf(keytab)!, keytab) })).stubs).toEqual(theirs)
    },
    TSHARK_TIMEOUT,
  )

  for (const [name, session, key] of SESSIONS)
    test.skipIf(unless(name))(
      name,
      async () => {
        const capture = bytesOf(name)!
        const theirs = sources(capture, 'Decrypted SMB3', [`uat:smb2_seskey_list:${session},${key},"",""`])
        expect(theirs.length).toBeGreaterThanOrEqual(2)
        expect((await opened(capture, { smbKeys: [{ session, key: fromHex(key)! }] })).smb).toEqual(theirs)
      },
      TSHARK_TIMEOUT,
    )

  test.skipIf(unless(COMPRESSED))(
    COMPRESSED,
    async () => {
      const capture = bytesOf(COMPRESSED)!
      const theirs = sources(capture, 'Decomp. SMB3', [])
      expect(theirs.length).toBe(2)
      expect((await opened(capture, {})).smb).toEqual(theirs)
    },
    TSHARK_TIMEOUT,
  )

  test.skipIf(unless(KDC))(
    `${KDC}: what the KDC's replies hold`,
    async () => {
      const capture = bytesOf(KDC)!
      const keytab = 'krb-816.keytab'
      const preferences = ['kerberos.decrypt:TRUE', `kerberos.file:${fileURLToPath(new URL(keytab, folder))}`]
      const theirs = sources(capture, 'Krb5 KDC-REP', preferences)
      expect(theirs.length).toBeGreaterThan(0)
      const ours = await kdcReplies(capture, keytabSecrets(bytesOf(keytab)!, keytab))
      for (const { bytes } of theirs) expect(ours).toContain(bytes)
    },
    TSHARK_TIMEOUT,
  )

  test.skipIf(!HAS_TSHARK)(
    'the case study and its siblings, up to the second logon, after which tshark opens nothing',
    async () => {
      for (const frames of [winpeCapture(), fullOsCapture(), fixedCapture()]) {
        const capture = pcapng(frames)
        const theirs = sources(capture, 'Decrypted stub data', ['ntlmssp.nt_password:!!123abc'])
        expect(theirs.length).toBeGreaterThan(0)
        const { stubs } = await opened(capture, { accounts: [passwordSecret('!!123abc')] })
        expect(stubs.length).toBeGreaterThanOrEqual(theirs.length)
        expect(stubs.filter(({ frame }) => theirs.some((their) => their.frame === frame))).toEqual(theirs)
      }
    },
    TSHARK_TIMEOUT,
  )
})

/** Opens replies of a KDC with the keys and with those in replies and tickets opened before. */
async function kdcReplies(capture: Uint8Array, given: readonly KerberosKey[]): Promise<string[]> {
  const analysis = await Analysis.start(module, { accounts: [], keys: [], smbKeys: [] })
  const keys = [...given]
  const clear: string[] = []
  analysis.unsealing!.kerberos = (bytes) => {
    const message = kerberosMessage(bytes.slice())
    if (message?.type !== 'kdc-reply') return
    const tried = (part: Uint8Array | undefined, usages: number[]) =>
      keys.flatMap((key) => usages.map((usage) => part && decrypt(key, usage, part))).find((bytes) => bytes)
    const reply = tried(message.encrypted?.cipher, [Usage.AsReply, Usage.TgsReplySession, Usage.TgsReplySubkey])
    const ticket = tried(message.ticket?.encrypted.cipher, [Usage.Ticket])
    if (reply) clear.push(toHex(reply))
    for (const key of [reply && kdcReplyPart(reply), ticket && ticketPart(ticket).key]) if (key) keys.push(key)
  }
  analysis.feed(capture)
  analysis.end()
  return clear
}
