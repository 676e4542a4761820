// NTLM messages. MS-NLMP 2.2.1 (messages), 2.2.2 (structures).
import type { Reader } from '../reader'
import { bits, dateText, filetime, filetimeSeconds, hex, hexBytes, longHex, named } from '../show'

/** MS-NLMP 2.2.2.5. */
export enum NtlmFlag {
  Unicode = 0x1,
  Oem = 0x2,
  RequestTarget = 0x4,
  Sign = 0x10,
  Seal = 0x20,
  Datagram = 0x40,
  LanManagerKey = 0x80,
  Ntlm = 0x200,
  Anonymous = 0x800,
  DomainSupplied = 0x1000,
  WorkstationSupplied = 0x2000,
  AlwaysSign = 0x8000,
  TargetTypeDomain = 0x10000,
  TargetTypeServer = 0x20000,
  ExtendedSessionSecurity = 0x80000,
  Identify = 0x100000,
  RequestNonNtSessionKey = 0x400000,
  TargetInfo = 0x800000,
  Version = 0x2000000,
  Key128 = 0x20000000,
  KeyExchange = 0x40000000,
  Key56 = 0x80000000,
}

const FLAGS: Record<number, string> = Object.fromEntries(
  Object.entries(NtlmFlag)
    .filter(([, bit]) => typeof bit === 'number')
    .map(([name, bit]) => [bit, name]),
)
const MESSAGE: Record<number, string> = { 1: 'NEGOTIATE', 2: 'CHALLENGE', 3: 'AUTHENTICATE' }

/** MsvAvFlags. MS-NLMP 2.2.2.1. */
const AV_FLAG: Record<number, string> = { 1: 'constrained', 2: 'MIC present', 4: 'SPN from untrusted source' }

/** AV pairs: what a server says of itself, and what a client adds in its response. MS-NLMP 2.2.2.1. */
interface TargetInfo {
  netbiosComputer?: string | undefined
  netbiosDomain?: string | undefined
  dnsComputer?: string | undefined
  dnsDomain?: string | undefined
  dnsForest?: string | undefined
  flags?: number | undefined
  /** Seconds since the epoch by the server's clock. */
  serverTime?: number | undefined
  /** What tells one run of a computer from all others, in hexadecimal: the MachineID of Single_Host_Data. MS-NLMP 2.2.2.2. */
  machineId?: string | undefined
  /** The SPN that the client meant. */
  spn?: string | undefined
}

interface Message {
  flags?: number | undefined
  /** Product version as `6.1.7601`. MS-NLMP 2.2.2.10. */
  version?: string | undefined
}

interface NtlmNegotiate extends Message {
  type: 1
  domain?: string | undefined
  workstation?: string | undefined
}

export interface NtlmChallenge extends Message {
  type: 2
  targetName?: string | undefined
  serverChallenge?: Uint8Array | undefined
  target: TargetInfo
}

export interface NtlmAuthenticate extends Message {
  type: 3
  domain?: string | undefined
  user?: string | undefined
  workstation?: string | undefined
  /** No user and no response: an anonymous logon. */
  anonymous: boolean
  lmResponse?: Uint8Array | undefined
  ntResponse?: Uint8Array | undefined
  /** By the NT response's length: 24 bytes are NTLMv1, more are NTLMv2. */
  response?: 'NTLMv1' | 'NTLMv2' | undefined
  /** Seconds since the epoch as the NTLMv2 response states them; the server's time where the challenge gave one. */
  clientTime?: number | undefined
  /** The AV pairs in an NTLMv2 response. */
  target: TargetInfo
  encryptedSessionKey?: Uint8Array | undefined
  /** Undefined also where the message leaves room for it but it is all zeros. */
  mic?: Uint8Array | undefined
}

export type Ntlmssp = NtlmNegotiate | NtlmChallenge | NtlmAuthenticate

/** Length, space and offset of a payload item; the offset counts from the message's first byte. */
interface Item {
  length: number
  offset: number
}

const SIGNATURE = 'NTLMSSP\0'
const NTLMV1_RESPONSE = 24
/** Single_Host_Data: size, reserved and custom data before the MachineID, and its bytes. MS-NLMP 2.2.2.2. */
const SINGLE_HOST_HEADER = 16
const MACHINE_ID = 32
/** Where the version, the MIC and the payload of AUTHENTICATE begin; old clients leave out one or both. MS-NLMP 2.2.1.3. */
const AUTHENTICATE_FLAGS = 60
const AUTHENTICATE_VERSION = 64
const AUTHENTICATE_MIC = 72
const AUTHENTICATE_PAYLOAD = 88

/** True if bytes begin with NTLMSSP's signature. */
export function isNtlmssp(bytes: Uint8Array): boolean {
  if (bytes.length < SIGNATURE.length) return false
  for (let i = 0; i < SIGNATURE.length; i++) if (bytes[i] !== SIGNATURE.charCodeAt(i)) return false
  return true
}

/** Reads one NTLM message. Undefined when it is none. */
export function ntlmssp(from: Reader): Ntlmssp | undefined {
  return from.group(
    'NTLM',
    () => {
      if (from.text(SIGNATURE.length, 'Signature', 'latin1') !== SIGNATURE) return undefined
      switch (from.u32('Message type', named(MESSAGE), 'ntlmssp.messagetype')) {
        case 1:
          return negotiate(from)
        case 2:
          return challenge(from)
        case 3:
          return authenticate(from)
        default:
          from.wrong('not an NTLM message type')
          return undefined
      }
    },
    (message) => MESSAGE[message?.type ?? 0] ?? '',
  )
}

function negotiate(from: Reader): NtlmNegotiate {
  const message: NtlmNegotiate = { type: 1, flags: flags(from) }
  // Some clients stop after the flags, others before the version.
  if (from.left === 0) return message
  const domain = item(from, 'Domain')
  const workstation = item(from, 'Workstation')
  if (has(message, NtlmFlag.Version) && from.left >= 8) message.version = version(from)
  message.domain = payload(from, domain, 'Domain name', textOf(false))
  message.workstation = payload(from, workstation, 'Workstation name', textOf(false))
  return message
}

function challenge(from: Reader): NtlmChallenge {
  const target = item(from, 'Target name')
  const message: NtlmChallenge = { type: 2, flags: flags(from), target: {} }
  message.serverChallenge = from.take(8, 'Server challenge', hexBytes, 'ntlmssp.ntlmserverchallenge')
  const unicode = has(message, NtlmFlag.Unicode)
  if (from.left >= 16) {
    from.skip(8)
    const info = item(from, 'Target info')
    if (has(message, NtlmFlag.Version) && from.left >= 8) message.version = version(from)
    message.targetName = payload(from, target, 'Target name', textOf(unicode), 'ntlmssp.challenge.target_name')
    message.target = payload(from, info, 'Target info', targetInfo) ?? {}
  } else {
    message.targetName = payload(from, target, 'Target name', textOf(unicode), 'ntlmssp.challenge.target_name')
  }
  return message
}

function authenticate(from: Reader): NtlmAuthenticate {
  const lm = item(from, 'LM response')
  const nt = item(from, 'NT response')
  const domain = item(from, 'Domain')
  const user = item(from, 'User')
  const workstation = item(from, 'Workstation')
  const key = item(from, 'Encrypted session key')
  const items = [lm, nt, domain, user, workstation, key]
  const message: NtlmAuthenticate = { type: 3, anonymous: false, target: {} }
  const payloadAt = Math.min(
    ...items.map((one) => (one && one.length > 0 ? one.offset : AUTHENTICATE_PAYLOAD)),
    from.bytes.length,
  )
  if (payloadAt >= AUTHENTICATE_VERSION && from.at === AUTHENTICATE_FLAGS) message.flags = flags(from)
  if (payloadAt >= AUTHENTICATE_MIC) message.version = version(from)
  if (payloadAt >= AUTHENTICATE_PAYLOAD) {
    const mic = from.take(16, 'MIC', hexBytes, 'ntlmssp.authenticate.mic')
    if (mic?.some((byte) => byte !== 0)) message.mic = mic
  }

  const text = textOf(message.flags === undefined || has(message, NtlmFlag.Unicode))
  message.domain = payload(from, domain, 'Domain name', text, 'ntlmssp.auth.domain')
  message.user = payload(from, user, 'User name', text, 'ntlmssp.auth.username')
  message.workstation = payload(from, workstation, 'Host name', text, 'ntlmssp.auth.hostname')
  message.lmResponse = payload(from, lm, 'LM response', wholePart)
  message.encryptedSessionKey = payload(from, key, 'Session key', wholePart)
  payload(from, nt, 'NT response', (part, label) => ntResponse(part, label, message))
  message.anonymous = message.user === '' && nt?.length === 0
  return message
}

/** MS-NLMP 2.2.2.6 to 2.2.2.8. */
function ntResponse(from: Reader, label: string, message: NtlmAuthenticate): void {
  message.ntResponse = from.bytes
  if (from.bytes.length === 0) return
  message.response = from.bytes.length <= NTLMV1_RESPONSE ? 'NTLMv1' : 'NTLMv2'
  if (message.response === 'NTLMv1') {
    from.take(from.left, label, hexBytes, 'ntlmssp.ntlmclientresponse')
    return
  }
  from.group('NTLMv2 response', () => {
    from.take(16, 'NTProofStr', hexBytes, 'ntlmssp.ntlmv2_response.ntproofstr')
    from.skip(8)
    const time = from.u64('Time', filetime, 'ntlmssp.ntlmv2_response.time')
    if (time !== undefined) message.clientTime = filetimeSeconds(time)
    from.take(8, 'Client challenge', hexBytes, 'ntlmssp.ntlmv2_response.chal')
    from.skip(4)
    message.target = targetInfo(from)
  })
}

/** The text of an AV pair that begins at `start`. */
function pairText(from: Reader, value: Reader, label: string, start: number): string | undefined {
  const text = value.utf16(value.left)
  from.line(label, text ?? '', start)
  return text
}

/** AV pairs until MsvAvEOL. */
function targetInfo(from: Reader): TargetInfo {
  const info: TargetInfo = {}
  while (from.left >= 4) {
    const start = from.at
    const id = from.u16()
    const value = from.part(from.u16() ?? 0)
    if (id === 0) break
    switch (id) {
      case 1:
        info.netbiosComputer = pairText(from, value, 'NetBIOS computer name', start)
        break
      case 2:
        info.netbiosDomain = pairText(from, value, 'NetBIOS domain name', start)
        break
      case 3:
        info.dnsComputer = pairText(from, value, 'DNS computer name', start)
        break
      case 4:
        info.dnsDomain = pairText(from, value, 'DNS domain name', start)
        break
      case 5:
        info.dnsForest = pairText(from, value, 'DNS forest name', start)
        break
      case 6:
        info.flags = value.u32()
        if (from.lines) from.line('Flags', bits(AV_FLAG)(info.flags ?? 0), start)
        break
      case 7: {
        const time = value.u64()
        info.serverTime = time === undefined ? undefined : filetimeSeconds(time)
        if (from.lines)
          from.line('Timestamp', info.serverTime === undefined ? longHex(time ?? 0n) : dateText(info.serverTime), start)
        break
      }
      case 8:
        value.skip(SINGLE_HOST_HEADER)
        if (value.left >= MACHINE_ID) {
          info.machineId = hexBytes(value.take(MACHINE_ID) ?? new Uint8Array(0))
          from.line('Machine ID', info.machineId, start)
        }
        break
      case 9:
        info.spn = pairText(from, value, 'Target name (SPN)', start)
        break
      case 10:
        // MD5 of the TLS channel's bindings; all zeros without a channel.
        if (from.lines) from.line('Channel bindings', hexBytes(value.bytes), start)
        break
      default:
        if (from.lines) from.line(`AV pair ${id}`, hexBytes(value.bytes), start)
    }
  }
  return info
}

function flags(from: Reader): number | undefined {
  return from.u32('Flags', bits(FLAGS, hex), 'ntlmssp.negotiateflags')
}

function has(message: Message, flag: NtlmFlag): boolean {
  return ((message.flags ?? 0) & flag) !== 0
}

function item(from: Reader, label: string): Item | undefined {
  const start = from.at
  const length = from.u16()
  from.skip(2)
  const offset = from.u32()
  if (offset === undefined) return undefined
  if (from.lines) from.line(`${label}: length, offset`, `${length}, ${offset}`, start)
  return { length: length!, offset }
}

function version(from: Reader): string | undefined {
  const start = from.at
  const major = from.u8()
  const minor = from.u8()
  const build = from.u16()
  from.skip(3)
  const revision = from.u8()
  if (revision === undefined) return undefined
  const text = `${major}.${minor}.${build}`
  if (from.lines) from.line('Version', `${text}, NTLM revision ${revision}`, start)
  return text
}

type PayloadReader<T> = (part: Reader, label: string, filter?: string) => T

/** Reads a payload item where it says that it is. An empty one is read as well; one outside the message is not. */
function payload<T>(from: Reader, where: Item | undefined, label: string, read: PayloadReader<T>, filter?: string) {
  if (!where) return undefined
  const { length, offset } = where
  if (length > 0 && offset + length > from.bytes.length) {
    from.wrong(`the bytes end before: ${label}`)
    return undefined
  }
  return read(from.window(offset, length === 0 ? offset : offset + length), label, filter)
}

function textOf(unicode: boolean): PayloadReader<string | undefined> {
  return (part, label, filter) =>
    unicode ? part.utf16(part.left, label, filter) : part.text(part.left, label, 'latin1', filter)
}

function wholePart(part: Reader, label: string): Uint8Array {
  part.take(part.left, part.left > 0 ? label : undefined)
  return part.bytes
}
