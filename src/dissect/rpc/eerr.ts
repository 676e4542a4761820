// Extended error information: why a server failed a call, in its own words. MS-EERR 2.2; it is in the stub of a fault
// whose fault_flags have bit 0 set (MS-RPCE 2.2.2.10 and 2.2.1.1.2), and behind the versions of a bind_nak (MS-RPCE 2.2.2.9).
import { Ndr } from '../ndr'
import type { Reader } from '../reader'
import { bits, filetime, filetimeSeconds, hex, hexBytes, longHex, named } from '../show'

/** One layer's account of the error. The first record of a chain is the one nearest to the caller, the last the root cause. */
export interface ErrorRecord {
  /** Stated where the error crossed from one computer to another; undefined for the records after it, of the same computer. */
  computer?: string | undefined
  processId?: number | undefined
  /** Seconds since the epoch by that computer's clock. */
  time?: number | undefined
  /** Key of GENERATING_COMPONENTS. */
  component?: number | undefined
  status?: number | undefined
  /** Key of DETECTION_LOCATIONS. */
  detectionLocation?: number | undefined
  flags?: number | undefined
  parameters: ErrorParameter[]
}

type ErrorParameter =
  | { kind: 'text'; value: string }
  | { kind: 'number'; value: number }
  | { kind: 'long'; value: bigint }
  | { kind: 'bytes'; value: Uint8Array }
  | { kind: 'none' }

/** Layers that write records: win32 documentation, "Understanding Extended Error Information"; 14 is MS-EERR 2.2.3. */
export const GENERATING_COMPONENTS: Readonly<Record<number, string>> = {
  1: 'application',
  2: 'RPC runtime',
  3: 'security provider',
  4: 'named pipe file system',
  5: 'SMB redirector',
  6: 'named pipes',
  7: 'I/O system',
  8: 'Winsock',
  9: 'authorization',
  10: 'LPC',
  14: 'RPC over HTTP proxy',
}

/**
 * What the numbered places in the RPC runtime mean, as published for Windows XP (win32 documentation, "Extended Error
 * Information Detection Locations"): those that a server can meet. Later versions may number them otherwise.
 */
export const DETECTION_LOCATIONS: Readonly<Record<number, string>> = {
  10: 'server does not listen',
  11: 'no memory for the call',
  12: 'no memory to queue the call',
  13: 'no thread for the call',
  30: 'interface not available on the server',
  31: 'server does not listen',
  32: 'dispatch to the server routine failed',
  40: "the interface's security callback refused",
  50: "the client's token could not be saved",
  51: "the client's token could not be read",
  52: 'no memory for the security context',
  53: 'no memory for the security context',
  54: 'presentation context invalid or no memory',
  55: 'malformed bind request',
  60: 'no server credentials for this authentication service',
  61: 'AcquireCredentialsHandle failed',
  62: 'AcquireCredentialsHandle failed',
  70: 'AcceptSecurityContext failed on the first leg',
  71: 'AcceptSecurityContext failed on a later leg',
  72: 'AcceptSecurityContext failed on a later leg',
  73: 'AcceptSecurityContext failed on the first leg',
  74: 'AcceptSecurityContext failed on a later leg',
  80: 'the association group asked for does not exist',
  81: 'no memory for the association',
  82: 'no server credentials',
  90: 'CompleteAuthToken failed',
  91: 'CompleteAuthToken failed',
  120: 'signing or sealing a message failed',
  130: 'verifying or unsealing a message failed',
  131: 'the third leg of authentication had failed, then verifying a message failed too',
  160: 'ImpersonateSecurityContext failed',
  170: 'type of the object not registered for the interface',
  171: 'interface has been unregistered',
  180: 'too many calls inside the interface',
  181: 'server does not listen',
  182: 'too many calls inside the server',
  183: 'no such procedure in the interface',
  190: 'opening the named pipe failed',
  191: 'the named pipe was not accepted in time',
  193: 'opening the named pipe failed',
  311: 'connecting to the server failed',
  313: 'connecting to the server failed',
  314: 'connecting to the server took too long',
  320: "the server's name could not be resolved",
  322: "the server's name could not be resolved",
  323: 'no further address to try for the name',
  350: 'the call took too long',
  351: 'the bind took too long',
  1440: 'RPC over HTTP proxy could not connect to the RPC server',
}

const FLAGS: Readonly<Record<number, string>> = { 1: 'earlier records missing', 2: 'later records missing' }
const NAME_PRESENT = 1

enum ParameterType {
  AnsiString = 1,
  UnicodeString,
  Long,
  Short,
  Pointer,
  None,
  Binary,
}

/** A record whose strings are still to come. */
interface Pending {
  record: ErrorRecord
  hasComputer: boolean
  /** Where strings go, by index of the parameter. */
  strings: { index: number; type: ParameterType }[]
}

/** Reads a chain of error records; those before the bytes went bad. Empty when it is no such chain. */
export function extendedError(from: Reader): ErrorRecord[] {
  return from.group('Extended error information', () => chain(from), summary)
}

function chain(from: Reader): ErrorRecord[] {
  const ndr = typeSerialization(from)
  if (!ndr || !ndr.pointer()) return []
  const pending: Pending[] = []
  // Next is the first pointer of a record, so the rest of the chain precedes the record's own strings: fixed parts
  // in order, then strings from the last record back to the first.
  for (let more: boolean | undefined = true; more;) {
    const before = ndr.from.at
    more = ndr.from.group(`Error record ${pending.length + 1}`, () => fixedPart(ndr, pending))
    if (ndr.from.at === before) break
  }
  for (let i = pending.length - 1; i >= 0; i--) {
    const one = pending[i]!
    if (!one.hasComputer && one.strings.length === 0) continue
    ndr.from.group(`Strings of error record ${i + 1}`, () => strings(ndr, one))
  }
  return pending.map(({ record }) => record)
}

/** Header of type serialization version 1, common and private. MS-RPCE 2.2.6.1, 2.2.6.2. */
function typeSerialization(from: Reader): Ndr | undefined {
  const version = from.u8('Serialization version')
  const order = from.u8()
  const length = from.u16()
  if (version !== 1 || order === undefined) {
    from.wrong('not extended error information')
    return undefined
  }
  from.little = order === 0x10
  if (length === undefined) return undefined
  from.skip(4)
  const size = from.u32('Length')
  from.skip(4)
  return size === undefined ? undefined : new Ndr(from.part(size))
}

/** The record's own bytes; says whether another one follows. */
function fixedPart(ndr: Ndr, pending: Pending[]): boolean | undefined {
  const count = ndr.u32()
  ndr.from.align(8)
  const next = ndr.pointer()
  if (next === undefined) return undefined
  const record: ErrorRecord = { parameters: [] }
  const one: Pending = { record, hasComputer: computerName(ndr), strings: [] }
  pending.push(one)
  record.processId = ndr.u32('Process id')
  const time = ndr.u64('Time', filetime)
  record.time = time === undefined ? undefined : filetimeSeconds(time)
  record.component = ndr.u32('Generating component', named(GENERATING_COMPONENTS))
  record.status = ndr.u32('Status', hex)
  record.detectionLocation = ndr.u16('Detection location', named(DETECTION_LOCATIONS))
  record.flags = ndr.u16('Flags', bits(FLAGS, String))
  ndr.u16('Parameters')
  for (let i = 0; i < (count ?? 0); i++) if (!parameter(ndr, one)) break
  return next
}

/** A union whose arm holds a string's length and pointer when there is a name. */
function computerName(ndr: Ndr): boolean {
  ndr.u16()
  return ndr.u16() === NAME_PRESENT && stringHead(ndr) === true
}

/** Length and pointer of a string. The length is stated again where the string is. */
function stringHead(ndr: Ndr): boolean | undefined {
  ndr.from.align(4)
  ndr.u16()
  return ndr.pointer()
}

/** False when the bytes end. */
function parameter(ndr: Ndr, { record: { parameters }, strings: pendingStrings }: Pending): boolean {
  ndr.from.align(8)
  ndr.u16()
  const type: ParameterType | undefined = ndr.u16()
  const index = parameters.length
  const label = `Parameter ${index + 1}`
  switch (type) {
    case ParameterType.Long: {
      const value = ndr.u32(label, hex)
      if (value !== undefined) parameters.push({ kind: 'number', value })
      return value !== undefined
    }
    case ParameterType.Short: {
      const value = ndr.u16(label)
      if (value !== undefined) parameters.push({ kind: 'number', value })
      return value !== undefined
    }
    case ParameterType.Pointer: {
      const value = ndr.u64(label, longHex)
      if (value !== undefined) parameters.push({ kind: 'long', value })
      return value !== undefined
    }
    case ParameterType.AnsiString:
    case ParameterType.UnicodeString:
    case ParameterType.Binary: {
      const present = stringHead(ndr)
      if (present === undefined) return false
      parameters.push({ kind: 'none' })
      if (present) pendingStrings.push({ index, type })
      return true
    }
    case ParameterType.None:
      parameters.push({ kind: 'none' })
      return true
    default:
      if (type !== undefined) ndr.from.wrong(`unknown type of error parameter: ${String(type)}`)
      return false
  }
}

function strings(ndr: Ndr, { record, hasComputer, strings: pendingStrings }: Pending): void {
  if (hasComputer) record.computer = unicode(ndr, 'Computer name')
  for (const { index, type } of pendingStrings) {
    const label = `Parameter ${index + 1}`
    const value = type === ParameterType.UnicodeString ? unicode(ndr, label) : bytes(ndr, label, type)
    if (value === undefined) return
    record.parameters[index] = typeof value === 'string' ? { kind: 'text', value } : { kind: 'bytes', value }
  }
}

/** A conformant array of UTF-16 that ends with a zero. */
function unicode(ndr: Ndr, label: string): string | undefined {
  const count = ndr.u32()
  if (count === undefined) return undefined
  const start = ndr.from.at
  const text = ndr.from.utf16(count * 2)?.replace(/\0.*$/s, '')
  if (text !== undefined) ndr.from.line(label, text, start)
  return text
}

function bytes(ndr: Ndr, label: string, type: ParameterType): string | Uint8Array | undefined {
  const count = ndr.u32()
  if (count === undefined) return undefined
  if (type === ParameterType.Binary) return ndr.from.take(count, label, hexBytes)
  return ndr.from.text(count, label, 'latin1')?.replace(/\0.*$/s, '')
}

/** The root cause in a line. */
function summary(records: ErrorRecord[]): string {
  const last = records.at(-1)
  if (!last) return ''
  const place = DETECTION_LOCATIONS[last.detectionLocation ?? 0]
  const status = last.status === undefined ? '' : hex(last.status)
  return [records.findLast(({ computer }) => computer)?.computer, status, place].filter(Boolean).join(', ')
}
