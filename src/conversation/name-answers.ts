// Names that hosts looked up and the addresses that they got: DNS, NetBIOS and LLMNR. RFC 1035, RFC 1002, RFC 4795.
import { Message, Protocol } from '../../asm/layout'
import type { Capture } from '../capture/capture'
import { frameEnds } from '../capture/text'
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
export interface NameRefusal {
  frame: number
  /** Address of the host that asked. */
  client: string
  name: string
}

/** Every answer that gives a name an address, in order of frames. */
export function nameAnswers(capture: Capture): NameAnswer[] {
  const found: NameAnswer[] = []
  for (const { frame, message, to } of responses(capture)) {
    const addresses = message.answers.flatMap((record) => record.addresses ?? [])
    const name = message.questions[0]?.name ?? message.answers[0]?.name
    if (addresses.length > 0 && name !== undefined) found.push({ frame, client: to, name, addresses })
  }
  return found
}

/** Every answer that says that there is no such name, in order of frames. */
export function nameRefusals(capture: Capture): NameRefusal[] {
  const found: NameRefusal[] = []
  for (const { frame, message, to } of responses(capture)) {
    const name = message.questions[0]?.name ?? message.answers[0]?.name
    if (message.rcode === NO_SUCH_NAME && name !== undefined) found.push({ frame, client: to, name })
  }
  return found
}

function* responses(capture: Capture): Generator<NameTraffic> {
  for (const one of nameMessages(capture)) if (one.message.response) yield one
}

export type NameService = Protocol.Dns | Protocol.Nbns | Protocol.Llmnr

/** A question or an answer, and the addresses of its sender and its receiver. */
export interface NameTraffic {
  frame: number
  service: NameService
  message: NameMessage
  from: string
  to: string
}

/** Every question and answer, in order of frames. */
export function* nameMessages(capture: Capture): Generator<NameTraffic> {
  const { messages } = capture
  for (let row = 0; row < messages.rows; row++) {
    const service = messages.get(Message.Protocol, row)
    const read = READERS[service]
    if (!read) continue
    const bytes = capture.bytes(messages.get(Message.Kept, row), messages.get(Message.KeptLength, row))
    const message = read(new Reader(bytes))
    if (!message) continue
    const frame = messages.get(Message.Frame, row)
    const { source, destination } = frameEnds(capture, frame)
    yield { frame, service: service, message, from: source, to: destination }
  }
}
