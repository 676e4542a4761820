// Keys that were proven right, in the files that other programs read them from: a keytab of MIT Kerberos (format 0x0502), which
// Wireshark also takes NT hashes from, and Wireshark's list of SMB session keys.
import { concatenate, toHex, utf8 } from '../bytes'
import type { PrincipalKey } from './secrets'
import type { SmbSessionKey } from '../keyring'

const NT_PRINCIPAL = 1
const MAX_NAME_BYTES = 0xffff

/** A keytab of the keys, each with key version number 0, which readers take for any. */
export function keytabFile(keys: readonly PrincipalKey[]): Uint8Array<ArrayBuffer> {
  return concatenate(Uint8Array.of(5, 2), ...keys.map(entry))
}

function entry({ principal, etype, key }: PrincipalKey): Uint8Array {
  const at = principal.lastIndexOf('@')
  const name = at < 0 ? principal : principal.slice(0, at)
  const components = name.split('/')
  const body = concatenate(
    big16(components.length),
    counted(utf8(at < 0 ? '' : principal.slice(at + 1))),
    ...components.map((component) => counted(utf8(component))),
    Uint8Array.of(0, 0, 0, NT_PRINCIPAL),
    new Uint8Array(5), // time stamp, and the key version number in 8 bits
    big16(etype),
    counted(key),
    new Uint8Array(4), // the key version number in 32 bits
  )
  const size = new Uint8Array(4)
  new DataView(size.buffer).setInt32(0, body.length)
  return concatenate(size, body)
}

function big16(value: number): Uint8Array {
  return Uint8Array.of(value >>> 8, value)
}

function counted(bytes: Uint8Array): Uint8Array {
  const kept = bytes.subarray(0, MAX_NAME_BYTES)
  return concatenate(big16(kept.length), kept)
}

/** Lines of the file `smb2_seskey_list` in a profile of Wireshark: SessionId as on the wire, session key, and no keys by direction. */
export function smbSessionKeyList(keys: readonly SmbSessionKey[]): string {
  return keys.map(({ session, key }) => `${session},${toHex(key)},"",""\n`).join('')
}
