// SMB messages without what they carry: headers, fixed parts, names of pipes and statuses stay, names of hosts, shares and
// files are replaced, tokens and PDUs are redacted as such, all other contents are blank. MS-SMB2 2.2, MS-CIFS 2.2.
import { SMB1, Smb1Command, SMB2, Smb2Command, smbHeader, SmbMagic, TRANSFORM_HEADER } from '../../dissect/smb'
import { type NameBook, replaceRuns } from './names'
import { put } from './put'
import { redactPdu } from './rpc'
import { redactToken } from './tokens'

const SESSION_HEADER = 4
const SESSION_REQUEST = 0x81
const RPC_HEADER = 16

/** True if NetBIOS session packets with SMB in them begin here. */
export function isSmb(bytes: Uint8Array, at = 0): boolean {
  const magic = bytes[at + SESSION_HEADER] ?? 0
  const isText = bytes[at + 5] === 0x53 && bytes[at + 6] === 0x4d && bytes[at + 7] === 0x42
  return bytes[at] === 0 && magic >= Number(SmbMagic.Compressed) && isText
}

/** Redacts session packets one after the other; `starts` are places where one may begin when the place is lost. */
export function redactSmb(bytes: Uint8Array, starts: readonly number[], names: NameBook): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytes.length)
  const pipes = new Pipes()
  let next = 0
  for (let at = 0; at + SESSION_HEADER <= bytes.length;) {
    const type = bytes[at]!
    const length = (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
    const isControl = type >= SESSION_REQUEST && type <= 0x85 && length <= 0xff
    if (!isControl && !isSmb(bytes, at)) {
      while (next < starts.length && starts[next]! <= at) next++
      at = starts[next] ?? bytes.length
      continue
    }
    const end = Math.min(bytes.length, at + SESSION_HEADER + length)
    put(out, bytes.subarray(at, at + SESSION_HEADER), at)
    if (isSmb(bytes, at))
      redactMessage(bytes.subarray(at + SESSION_HEADER, end), out.subarray(at + SESSION_HEADER, end), pipes, names)
    at = end
  }
  return out
}

/** What is left of a PDU that goes through a pipe in several messages. */
class Pipes {
  readonly #left = new Map<string, number>()

  /** Data of one read or write: PDUs, or more of one. The value that a long answer returns is in its last four bytes. */
  redact(data: Uint8Array, out: Uint8Array, file: string, names: NameBook): void {
    let at = 0
    // An answer to a read does not say of which file it is: what begins like a PDU is one, whatever is still awaited.
    const left = beginsPdu(data) ? 0 : (this.#left.get(file) ?? 0)
    this.#left.delete(file)
    if (left > 0) {
      at = Math.min(left, data.length)
      this.#left.set(file, left - at)
    }
    while (beginsPdu(data, at)) {
      const little = data[at + 4]! >>> 4 === 1
      const length = little ? data[at + 8]! | (data[at + 9]! << 8) : (data[at + 8]! << 8) | data[at + 9]!
      if (length < RPC_HEADER) return
      const pdu = data.subarray(at, at + length)
      put(out, redactPdu(pdu, { com: false }, names), at)
      if (pdu.length < length) this.#left.set(file, length - pdu.length)
      at += length
    }
  }
}

function beginsPdu(data: Uint8Array, at = 0): boolean {
  return at + RPC_HEADER <= data.length && data[at] === 5 && data[at + 1]! <= 1 && (data[at + 4]! & 0xef) === 0
}

function redactMessage(bytes: Uint8Array, out: Uint8Array, pipes: Pipes, names: NameBook): void {
  if (bytes[0] === SmbMagic.Encrypted) {
    put(out, bytes.subarray(0, TRANSFORM_HEADER))
    out.fill(0, 4, 36) // signature and nonce
  } else if (bytes[0] === SmbMagic.Smb2) chain(bytes, out, pipes, names)
  else if (bytes[0] === SmbMagic.Smb1) smb1(bytes, out, pipes, names)
}

function chain(bytes: Uint8Array, out: Uint8Array, pipes: Pipes, names: NameBook): void {
  for (let at = 0; at + SMB2.header <= bytes.length;) {
    const next = number32(bytes, at + SMB2.nextCommand)
    const end = next >= SMB2.header && at + next < bytes.length ? at + next : bytes.length
    smb2(bytes.subarray(at, end), out.subarray(at, end), pipes, names)
    at = end
  }
}

/** Bytes of the fixed body that stay, by command: request, answer. Variable parts follow by their own offsets. */
const FIXED2: Readonly<Record<number, readonly [number, number]>> = {
  0: [36, 64],
  1: [24, 8],
  2: [4, 4],
  3: [8, 16],
  4: [4, 4],
  5: [56, 88],
  6: [24, 60],
  7: [24, 4],
  8: [48, 16],
  9: [48, 16],
  10: [48, 4],
  11: [56, 48],
  12: [4, 0],
  13: [4, 4],
  14: [32, 8],
  15: [32, 8],
  16: [40, 8],
  17: [32, 2],
  18: [24, 24],
}

const PIPE_TRANSCEIVE = 0x0011c017

function smb2(bytes: Uint8Array, out: Uint8Array, pipes: Pipes, names: NameBook): void {
  const { command = NaN, isResponse: isAnswer = false } = smbHeader(bytes) ?? {}
  const fixed = FIXED2[command]?.[isAnswer ? 1 : 0] ?? 0
  put(out, bytes.subarray(0, Math.min(bytes.length, SMB2.header + fixed)))
  out.fill(0, SMB2.signature, SMB2.header)
  const piece = (offset: number, length: number): [number, number] => {
    const from = Math.min(Math.max(offset, SMB2.header), bytes.length)
    return [from, Math.min(bytes.length, from + length)]
  }
  const tokenAt = (field: number) => {
    const [from, to] = piece(number16(bytes, SMB2.header + field), number16(bytes, SMB2.header + field + 2))
    put(out, redactToken(bytes.subarray(from, to), names), from)
  }
  const nameAt = (field: number) => {
    const [from, to] = piece(number16(bytes, SMB2.header + field), number16(bytes, SMB2.header + field + 2))
    put(out, bytes.subarray(from, to), from)
    names.utf16(out, from, to)
  }
  const pipeAt = (offset: number, length: number, file: number) => {
    const [from, to] = piece(offset, length)
    pipes.redact(bytes.subarray(from, to), out.subarray(from, to), hex(bytes.subarray(file, file + 16)), names)
  }
  switch (command * 2 + (isAnswer ? 1 : 0)) {
    case Smb2Command.Negotiate * 2: // NEGOTIATE: the client's identifier goes, dialects stay
      out.fill(0, SMB2.header + 12, Math.min(out.length, SMB2.header + 28))
      put(
        out,
        bytes.subarray(SMB2.header + 36, SMB2.header + 36 + 2 * number16(bytes, SMB2.header + 2)),
        Math.min(out.length, SMB2.header + 36),
      )
      return
    case Smb2Command.Negotiate * 2 + 1:
      out.fill(0, SMB2.header + 8, Math.min(out.length, SMB2.header + 24))
      return tokenAt(56)
    case Smb2Command.SessionSetup * 2:
      return tokenAt(12)
    case Smb2Command.SessionSetup * 2 + 1:
      return tokenAt(4)
    case Smb2Command.TreeConnect * 2:
      return nameAt(4)
    case Smb2Command.Create * 2:
      return nameAt(44)
    case Smb2Command.Read * 2 + 1:
      return pipeAt(bytes[SMB2.header + 2] ?? 0, number32(bytes, SMB2.header + 4), SMB2.header)
    case Smb2Command.Write * 2:
      return pipeAt(number16(bytes, SMB2.header + 2), number32(bytes, SMB2.header + 4), SMB2.header + 16)
    case Smb2Command.Ioctl * 2:
    case Smb2Command.Ioctl * 2 + 1: {
      if (number32(bytes, SMB2.header + 4) !== PIPE_TRANSCEIVE) return
      const field = SMB2.header + (isAnswer ? 32 : 24)
      return pipeAt(number32(bytes, field), number32(bytes, field + 4), SMB2.header + 8)
    }
  }
}

/** SMB 1 commands whose words hold an ANDX chain. */
const CHAINED = new Set([
  0x24,
  0x2d,
  Smb1Command.ReadAndX,
  Smb1Command.WriteAndX,
  Smb1Command.SessionSetupAndX,
  0x74,
  Smb1Command.TreeConnectAndX,
  Smb1Command.NtCreateAndX,
])

function smb1(bytes: Uint8Array, out: Uint8Array, pipes: Pipes, names: NameBook): void {
  put(out, bytes.subarray(0, SMB1.header))
  out.fill(0, SMB1.signature, Math.min(out.length, SMB1.signature + 8))
  const header = smbHeader(bytes)
  if (!header) return
  const { isResponse: isAnswer, isUnicode } = header
  let { command } = header
  for (let at: number = SMB1.header, links = 0; links < 8 && at < bytes.length; links++) {
    const words = at + 1
    const wordsEnd = Math.min(bytes.length, words + 2 * bytes[at]!)
    // The words, and how many bytes follow.
    put(out, bytes.subarray(at, wordsEnd + 2), at)
    const dataEnd = Math.min(bytes.length, wordsEnd + 2 + number16(bytes, wordsEnd))
    data1({ bytes, out, command, words, from: wordsEnd + 2, end: dataEnd, isAnswer, isUnicode }, pipes, names)
    const next = number16(bytes, words + 2)
    if (!CHAINED.has(command) || bytes[words] === 0xff || wordsEnd - words < 4 || next <= at) return
    command = bytes[words]!
    at = next
  }
}

interface Data1 {
  bytes: Uint8Array
  out: Uint8Array
  command: number
  /** First parameter word, and the bytes behind the words. */
  words: number
  from: number
  end: number
  isAnswer: boolean
  isUnicode: boolean
}

function data1(at: Data1, pipes: Pipes, names: NameBook): void {
  const { bytes, out, command, words, from, end, isAnswer, isUnicode } = at
  const pipe = (offset: number, length: number) => {
    const to = Math.min(bytes.length, offset + length)
    if (offset < SMB1.header || offset >= to) return
    // The length of a message may stand before its first write.
    const skip = bytes[offset] !== 5 && bytes[offset + 2] === 5 ? 2 : 0
    pipes.redact(bytes.subarray(offset + skip, to), out.subarray(offset + skip, to), `${isAnswer}`, names)
  }
  const texts = (start: number) => {
    put(out, bytes.subarray(start, end), start)
    if (!isUnicode) return void names.bytes(out, start, end)
    const even = start + (start & 1)
    names.utf16(out, even, end)
  }
  switch (command) {
    case Smb1Command.Negotiate: // NEGOTIATE: dialects; a token in the answer of who speaks of extended security
      if (!isAnswer) put(out, bytes.subarray(from, end), from)
      else if (end - from > 16) put(out, redactToken(bytes.subarray(from + 16, end), names), from + 16)
      return
    case Smb1Command.SessionSetupAndX: {
      const length = number16(bytes, words + (isAnswer ? 6 : 14))
      const isExtended = bytes[words - 1] === (isAnswer ? 4 : 12)
      if (isExtended) put(out, redactToken(bytes.subarray(from, Math.min(end, from + length)), names), from)
      return
    }
    case Smb1Command.TreeConnectAndX: {
      if (isAnswer) return put(out, bytes.subarray(from, Math.min(end, from + 5)), from)
      const password = number16(bytes, words + 6)
      const service = lastText(bytes, end)
      texts(Math.min(end, from + password))
      put(out, bytes.subarray(service, end), service)
      return
    }
    case Smb1Command.NtCreateAndX:
      return isAnswer ? undefined : texts(from)
    case Smb1Command.WriteAndX:
      return isAnswer ? undefined : pipe(number16(bytes, words + 22), number16(bytes, words + 20))
    case Smb1Command.ReadAndX:
      return isAnswer ? pipe(number16(bytes, words + 12), number16(bytes, words + 10)) : undefined
    case Smb1Command.Transaction: {
      if (!isAnswer) {
        const name = isUnicode ? from + (from & 1) : from
        const data = number16(bytes, words + 24)
        put(out, bytes.subarray(name, Math.min(end, data, name + 2 * '\\PIPE\\0'.length)), name)
        replaceRuns(out, names, name, Math.min(end, data))
        return pipe(data, number16(bytes, words + 22))
      }
      return pipe(number16(bytes, words + 14), number16(bytes, words + 12))
    }
  }
}

/** Where the last text that ends with a zero begins: the service of a tree connect, always ASCII. */
function lastText(bytes: Uint8Array, end: number): number {
  let at = end - 1
  while (at > 0 && bytes[at - 1] !== 0) at--
  return Math.max(0, at)
}

function number16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)
}

function number32(bytes: Uint8Array, at: number): number {
  return (number16(bytes, at) | (number16(bytes, at + 2) << 16)) >>> 0
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16)).join(' ')
}
