// Names that hosts looked up and the addresses that they got: DNS, NetBIOS and LLMNR. RFC 1035, RFC 1002, RFC 4795.
import { Message, Protocol } from '../../asm/layout'
import type { Capture } from '../capture/capture'
import { frameEnds } from '../capture/text'
import { dns, llmnr, nbns, type NameMessage } from '../dissect/dns'
import { Reader } from '../dissect/reader'

export interface NameAnswer {
  /** Row of Frame. */
  frame: number
  /** Address of the host that asked. */
  client: string
  name: string
  addresses: string[]
}

const READERS: Partial<Record<number, (from: Reader) => NameMessage | undefined>> = {
  [Protocol.Dns]: dns,
  [Protocol.Nbns]: nbns,
  [Protocol.Llmnr]: llmnr,
}

/** Every answer that gives a name an address, in order of frames. */
export function nameAnswers(capture: Capture): NameAnswer[] {
  const { messages } = capture
  const found: NameAnswer[] = []
  for (let row = 0; row < messages.rows; row++) {
    const read = READERS[messages.get(Message.Protocol, row)]
    if (!read) continue
    const bytes = capture.bytes(messages.get(Message.Kept, row), messages.get(Message.KeptLength, row))
    const message = read(new Reader(bytes))
    if (!message?.response) continue
    const addresses = message.answers.flatMap((record) => record.addresses ?? [])
    const name = message.questions[0]?.name ?? message.answers[0]?.name
    if (addresses.length === 0 || name === undefined) continue
    const frame = messages.get(Message.Frame, row)
    found.push({ frame, client: frameEnds(capture, frame).destination, name, addresses })
  }
  return found
}
