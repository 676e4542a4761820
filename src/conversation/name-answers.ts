// Names that hosts looked up and the addresses that they got: DNS, NetBIOS and LLMNR. RFC 1035, RFC 1002, RFC 4795.
import { Frame, Message, Protocol } from '../../asm/layout'
import { messageBytes, Room } from '../capture/messages'
import type { Capture } from '../capture/capture'
import { addressTexts } from '../capture/text'
import { dns, llmnr, nbns, type NameMessage } from '../dissect/network/dns'
import { Reader } from '../dissect/reader'

export interface NameAnswer {
  /** Row of Frame. */
  frame: number
  /** Address of the host that asked. */
  client: string
  name: string
  addresses: string[]
}

/** RCODE NXDOMAIN; NetBIOS names use the same number. RFC 1035 4.1.1, RFC 1002 4.2.14. */
const NO_SUCH_NAME = 3

const READERS: Partial<Record<number, (from: Reader) => NameMessage | undefined>> = {
  [Protocol.Dns]: dns,
  [Protocol.Nbns]: nbns,
  [Protocol.Llmnr]: llmnr,
}

/** A question that was answered with "no such name". */
export interface NameRejection {
  frame: number
  /** Address of the host that asked. */
  client: string
  name: string
}

/** Every answer that gives a name an address, in order of frames. */
export function nameAnswers(capture: Capture): NameAnswer[] {
  const found: NameAnswer[] = []
  for (const { frame, message, to } of nameMessages(capture, hasAnswers)) {
    const addresses = message.answers.flatMap((record) => record.addresses ?? [])
    const name = message.questions[0]?.name ?? message.answers[0]?.name
    if (addresses.length > 0 && name !== undefined) found.push({ frame, client: to, name, addresses })
  }
  return found
}

/** Every answer that says that there is no such name, in order of frames. */
export function nameRejections(capture: Capture): NameRejection[] {
  const found: NameRejection[] = []
  for (const { frame, message, to } of nameMessages(capture, isRejection)) {
    const name = message.questions[0]?.name ?? message.answers[0]?.name
    if (message.rcode === NO_SUCH_NAME && name !== undefined) found.push({ frame, client: to, name })
  }
  return found
}

/** What of a message's header decides whether the rest is read: its flags and its number of answers. RFC 1035 4.1.1. */
type Wanted = (flags: number, answers: number) => boolean

const RESPONSE = 0x8000
const RESPONSE_CODE = 0xf
const hasAnswers: Wanted = (flags, answers) => (flags & RESPONSE) !== 0 && answers > 0
const isRejection: Wanted = (flags) => (flags & RESPONSE) !== 0 && (flags & RESPONSE_CODE) === NO_SUCH_NAME
const FLAGS_AT = 2
const ANSWERS_AT = 6

function isWanted(bytes: Uint8Array, wanted: Wanted): boolean {
  if (bytes.length < ANSWERS_AT + 2) return false
  const word = (at: number) => (bytes[at]! << 8) | bytes[at + 1]!
  return wanted(word(FLAGS_AT), word(ANSWERS_AT))
}

export type NameService = Protocol.Dns | Protocol.Nbns | Protocol.Llmnr

/** A question or an answer, and the address of its receiver. */
interface NameTraffic {
  frame: number
  message: NameMessage
  to: string
}

/** True for the protocol of a row of Message that asks for names. */
export function isNameService(protocol: number): protocol is NameService {
  return READERS[protocol] !== undefined
}

/** The question or answer in a row of Message; undefined where there is not even a header. */
export function nameMessage(capture: Capture, row: number): NameMessage | undefined {
  return READERS[capture.messages.get(Message.Protocol, row)]?.(new Reader(messageBytes(capture, row)))
}

/** Every question and answer whose header is wanted, in order of frames. */
function* nameMessages(capture: Capture, wanted: Wanted): Generator<NameTraffic> {
  const { messages, frames } = capture
  const text = addressTexts(capture)
  const room = new Room()
  const { rows } = messages
  for (let row = 0; row < rows; row++) {
    const service = messages.get(Message.Protocol, row)
    // Of a flood of questions most are of no interest, and reading each in full takes most of the time.
    if (!isNameService(service) || messages.get(Message.KeptLength, row) < ANSWERS_AT + 2) continue
    if (!isWanted(messageBytes(capture, row, room), wanted)) continue
    const message = nameMessage(capture, row)
    if (!message) continue
    const frame = messages.get(Message.Frame, row)
    yield { frame, message, to: text(frames.get(Frame.Destination, frame)) }
  }
}
