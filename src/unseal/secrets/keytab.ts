// Keytab files of MIT Kerberos: formats 0x0502 (big-endian) and 0x0501 (the byte order of the machine that wrote it).

export interface KeytabEntry {
  /** `component/component@REALM`. */
  principal: string
  etype: number
  kvno: number
  key: Uint8Array<ArrayBuffer>
}

const MAX_ENTRIES = 10_000
const TEXT = new TextDecoder()

/** True if bytes begin as a keytab does. */
function isKeytab(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 5 && (bytes[1] === 1 || bytes[1] === 2)
}

/** The keys in a keytab; entries that are cut or empty are left out. Undefined when the file is none. */
export function keytabEntries(bytes: Uint8Array): KeytabEntry[] | undefined {
  if (!isKeytab(bytes)) return undefined
  if (bytes[1] === 2) return read(bytes, false, true)
  // Format 1 does not say its byte order: the one in which the first length fits the file.
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const isLittle = bytes.length >= 6 && Math.abs(view.getInt32(2, true)) <= bytes.length - 6
  return read(bytes, isLittle, false)
}

function read(bytes: Uint8Array, little: boolean, isVersion2: boolean): KeytabEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const entries: KeytabEntry[] = []
  for (let at = 2; at + 4 <= bytes.length && entries.length < MAX_ENTRIES;) {
    const size = view.getInt32(at, little)
    at += 4
    // A negative size is a hole that a removed entry left; zero ends the file.
    if (size === 0) break
    const end = at + Math.abs(size)
    if (size > 0) {
      const one = entry(
        new DataView(bytes.buffer, bytes.byteOffset + at, Math.max(0, Math.min(end, bytes.length) - at)),
        little,
        isVersion2,
      )
      if (one) entries.push(one)
    }
    at = end
  }
  return entries
}

function entry(view: DataView, little: boolean, isVersion2: boolean): KeytabEntry | undefined {
  let at = 0
  const take = (bytes: number) => {
    if (at + bytes > view.byteLength) throw new RangeError('the entry ends early')
    at += bytes
    return at - bytes
  }
  const u16 = () => view.getUint16(take(2), little)
  const counted = () => {
    const length = u16()
    const from = take(length)
    return new Uint8Array(view.buffer, view.byteOffset + from, length).slice()
  }
  try {
    const components = u16() - (isVersion2 ? 0 : 1)
    const realm = TEXT.decode(counted())
    const names: string[] = []
    for (let i = 0; i < components; i++) names.push(TEXT.decode(counted()))
    take(isVersion2 ? 8 : 4)
    let kvno = view.getUint8(take(1))
    const etype = u16()
    const key = counted()
    if (at + 4 <= view.byteLength) kvno = view.getUint32(at, little) || kvno
    return { principal: `${names.join('/')}@${realm}`, etype, kvno, key }
  } catch {
    return undefined
  }
}
