// Values that SMB messages have behind their NetBIOS header: commands and statuses. MS-SMB2 2.2, MS-CIFS 2.2.
import { decompressSmb } from '../../../unseal/smb/smb-compression'

const NBSS_HEADER = 4
const SMB2_HEADER = 64
const [SMB1_MAGIC, SMB2_MAGIC, ENCRYPTED_MAGIC, COMPRESSED_MAGIC] = [0xff, 0xfe, 0xfd, 0xfc]
/** Messages of a compound are no more than this. */
const MOST_COMPOUND = 256

/** A message's first bytes, decompressed where it is compressed. MS-SMB2 2.2.42. */
function plain(message: Uint8Array): Uint8Array {
  const smb = message.subarray(NBSS_HEADER)
  return smb[0] === COMPRESSED_MAGIC ? (decompressSmb(smb) ?? smb) : smb
}

/** True for messages of SMB 2 and 3, encrypted and compressed ones too. */
export function isSmb2(message: Uint8Array): boolean {
  const smb = message.subarray(NBSS_HEADER)
  return [SMB2_MAGIC, ENCRYPTED_MAGIC, COMPRESSED_MAGIC].includes(smb[0]!) && smb[1] === 0x53 && smb[2] === 0x4d
}

/** SMB 2 messages, those of a compound one by one. MS-SMB2 2.2.1. */
function compound(message: Uint8Array): DataView[] {
  const smb = plain(message)
  const found: DataView[] = []
  let at = 0
  while (found.length < MOST_COMPOUND && at + SMB2_HEADER <= smb.length && smb[at] === SMB2_MAGIC) {
    const rest = new DataView(smb.buffer, smb.byteOffset + at, smb.length - at)
    const next = rest.getUint32(20, true)
    const isLast = next < SMB2_HEADER || next >= rest.byteLength
    found.push(isLast ? rest : new DataView(smb.buffer, smb.byteOffset + at, next))
    if (next < SMB2_HEADER) break
    at += next
  }
  return found
}

const isAnswer = (smb: DataView) => (smb.getUint32(16, true) & 1) === 1
const commandOf = (smb: DataView) => smb.getUint16(12, true)
const CREATE = 5

const ASYNC = 2

export const smb2Answers = (message: Uint8Array): number[] => compound(message).map((smb) => Number(isAnswer(smb)))
/** Of messages that are not asynchronous, which have another number there. */
export const smb2Trees = (message: Uint8Array): number[] =>
  compound(message)
    .filter((smb) => (smb.getUint32(16, true) & ASYNC) === 0)
    .map((smb) => smb.getUint32(36, true))
export const smb2Commands = (message: Uint8Array): number[] => compound(message).map(commandOf)

/** Statuses of answers, and those within the contexts of a create. */
export function smb2Statuses(message: Uint8Array): number[] {
  return compound(message)
    .filter(isAnswer)
    .flatMap((smb) => [smb.getUint32(8, true), ...(commandOf(smb) === CREATE ? contextStatuses(smb) : [])])
}

/** Offset and length of the contexts in the answer to a create, from the header on. MS-SMB2 2.2.14. */
const [CONTEXTS, CONTEXTS_LENGTH] = [SMB2_HEADER + 80, SMB2_HEADER + 84]
const CONTEXT_HEADER = 16
const MOST_CONTEXTS = 64
/** AAPL context: command 2 resolves an id, and its answer has a status. */
const [AAPL, RESOLVE_ID] = [0x4141504c, 2]

function contextStatuses(smb: DataView): number[] {
  const found: number[] = []
  if (smb.byteLength < CONTEXTS_LENGTH + 4 || smb.getUint32(CONTEXTS_LENGTH, true) === 0) return found
  let at = smb.getUint32(CONTEXTS, true)
  for (let count = 0; count < MOST_CONTEXTS && at + CONTEXT_HEADER <= smb.byteLength; count++) {
    const next = smb.getUint32(at, true)
    const name = at + smb.getUint16(at + 4, true)
    const data = at + smb.getUint16(at + 10, true)
    const end = Math.min(smb.byteLength, data + smb.getUint32(at + 12, true))
    const tag = smb.getUint16(at + 6, true) === 4 && name + 4 <= smb.byteLength ? smb.getUint32(name) : 0
    if (tag === AAPL && data + 12 <= end && smb.getUint32(data, true) === RESOLVE_ID)
      found.push(smb.getUint32(data + 8, true))
    if (next === 0) break
    at += next
  }
  return found
}

const SMB1_HEADER = 32
/** Commands that another may follow in one message. MS-CIFS 2.2.3.4. */
const CHAINED = new Set([0x24, 0x2d, 0x2e, 0x2f, 0x73, 0x74, 0x75, 0xa2])
const MOST_CHAINED = 16
/** Flag of the second flags: the status is not a DOS error. */
const NT_STATUS = 0x40

/** True if an SMB 1 message begins here. MS-CIFS 2.2.3.1. */
export function isSmb1(smb: Uint8Array): boolean {
  return smb.length > SMB1_HEADER && smb[0] === SMB1_MAGIC && smb[1] === 0x53 && smb[2] === 0x4d && smb[3] === 0x42
}

/** The command, and those that follow it: 0xff where none does. */
export function smb1CommandsOf(smb: Uint8Array): number[] {
  if (!isSmb1(smb)) return []
  const commands = [smb[4]!]
  let words = SMB1_HEADER
  while (
    CHAINED.has(commands.at(-1)!) &&
    commands.length < MOST_CHAINED &&
    words + 5 <= smb.length &&
    smb[words]! >= 2
  ) {
    commands.push(smb[words + 1]!)
    words = smb[words + 3]! | (smb[words + 4]! << 8)
  }
  return commands
}

export function smb1StatusOf(smb: Uint8Array): number[] {
  if (!isSmb1(smb) || (smb[11]! & NT_STATUS) === 0) return []
  return [new DataView(smb.buffer, smb.byteOffset).getUint32(5, true)]
}

const [TRANSACTION, WORDS] = [0x25, SMB1_HEADER]
const MAILSLOTS = ['\\MAILSLOT\\BROWSE', '\\MAILSLOT\\LANMAN']

/** True for a message to a mailslot of the computer browser. MS-MAIL 2.2.1, MS-BRWS 2.2. */
export function isBrowser(smb: Uint8Array): boolean {
  if (!isSmb1(smb) || smb[4] !== TRANSACTION) return false
  // Behind the words and the count of bytes; the low bytes of letters where they are of two.
  const at = WORDS + 1 + 2 * smb[WORDS]! + 2
  const name = new TextDecoder('latin1').decode(smb.subarray(at, at + 40)).replace(/\0(?=[^\0])/g, '')
  return MAILSLOTS.some((slot) => name.toUpperCase().startsWith(slot))
}

export const smb1Commands = (message: Uint8Array): number[] => smb1CommandsOf(message.subarray(NBSS_HEADER))
export const smb1Status = (message: Uint8Array): number[] => smb1StatusOf(message.subarray(NBSS_HEADER))
