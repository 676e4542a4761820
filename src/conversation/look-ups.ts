// Questions for a host's address, put together by the host's name however often, with whatever suffix and by whatever service it
// was asked for, and whether any answer knows it. RFC 1035, RFC 4795 (LLMNR), RFC 1002 (NetBIOS).
import { Frame, Message, Protocol } from '../../asm/layout'
import type { Capture } from '../capture/capture'
import { addressTexts } from '../capture/text'
import { RecordType } from '../dissect/network/dns'
import { plainQuestion } from '../dissect/network/plain-question'
import { messageBytes, Room } from '../capture/messages'
import { isNameService, nameMessage, type NameService } from './name-answers'

/** RCODEs of no error, of no such name, and of servers that fail or refuse. RFC 1035 4.1.1; NetBIOS has the same numbers. */
const NO_ERROR = 0
const NO_SUCH_NAME = 3
const REJECTIONS = new Set([2, NO_SUCH_NAME, 5])
/** Letters of a name that NetBIOS has room for. */
const NETBIOS_LETTERS = 15
/** NetBIOS names of a host itself: its workstation and its file server. */
const HOST_SUFFIX = /<(00|20)>$/
const NO_NAMES: readonly string[] = []
const ADDRESSES = new Set<number>([RecordType.A, RecordType.Aaaa])

export interface LookUp {
  /** As it was first asked for, without the suffix of NetBIOS. */
  name: string
  /** Address of the host that asks. */
  client: string
  services: Set<NameService>
  /** Rows of Frame: every question, and every answer without an address. */
  questions: number[]
  rejections: { frame: number; rcode: number }[]
  /** Characters of the shortest full name of which a server answered that it does not exist; Infinity where none did. With a suffix added names are longer. */
  shortestUnknown: number
  /** Not for IPv6 alone, which is asked for without success all day. */
  wantsIpv4: boolean
  /** Servers of DNS that were asked. */
  servers: Set<string>
}

/** What decides about a look-up in one message. */
interface Asked {
  response: boolean
  opcode: number
  rcode: number
  truncated: boolean
  hasAnswers: boolean
  /** Type of the first question; undefined where there is none. */
  type: number | undefined
  /** Characters of the question's full name. */
  nameLength: number
  /** First label of the question's name, as hostOf() gives it, and of further names. */
  host: string
  others: readonly string[]
  /** True for a NetBIOS name that is none of a host itself. */
  isNoHost: boolean
}

/** A look-up while messages are read: its name is read at the end, for those that failed only. */
interface Gathering extends Omit<LookUp, 'name' | 'client'> {
  host: string
  /** Row of Address. */
  clientRow: number
  /** Row of Message with the first question or refusal. */
  message: number
}

/**
 * Names that hosts asked for and that no answer gave an address or said to exist, by host and name in the order of their first
 * questions. A capture may hold a million questions: one walk, plain messages without the full dissector.
 */
export function failedLookUps(capture: Capture): LookUp[] {
  const { messages, frames } = capture
  const text = addressTexts(capture)
  const byHost = new Map<string, Map<number, Gathering>>()
  const all: Gathering[] = []
  const resolved = new Set<string>()
  const room = new Room()
  const { rows } = messages
  for (let row = 0; row < rows; row++) {
    const service = messages.get(Message.Protocol, row)
    // Of a flood of messages the bytes of the first ones are kept.
    if (!isNameService(service) || messages.get(Message.KeptLength, row) === 0) continue
    const asked = askedIn(capture, row, service, room)
    if (!asked) continue
    const { response, rcode, host, type } = asked
    // An alias leads on; a name without an address of one kind exists; what was cut may have held an answer.
    if (response && (asked.hasAnswers || asked.truncated || rcode === NO_ERROR)) {
      if (type !== undefined) resolved.add(host)
      for (const name of asked.others) resolved.add(name)
    }
    if (type === undefined || asked.opcode !== 0 || asked.hasAnswers || asked.isNoHost) continue
    if (service === Protocol.Nbns ? type !== Number(RecordType.Nb) : !ADDRESSES.has(type)) continue
    const frame = messages.get(Message.Frame, row)
    const [from, to] = [frames.get(Frame.Source, frame), frames.get(Frame.Destination, frame)]
    const clientRow = response ? to : from
    let byClient = byHost.get(host)
    if (!byClient) byHost.set(host, (byClient = new Map<number, Gathering>()))
    let lookUp = byClient.get(clientRow)
    if (!lookUp) {
      const none = { services: new Set<NameService>(), servers: new Set<string>(), questions: [], rejections: [] }
      byClient.set(
        clientRow,
        (lookUp = { host, clientRow, message: row, wantsIpv4: false, shortestUnknown: Infinity, ...none }),
      )
      all.push(lookUp)
    }
    lookUp.services.add(service)
    lookUp.wantsIpv4 ||= type !== Number(RecordType.Aaaa)
    if (service === Protocol.Dns) lookUp.servers.add(text(response ? from : to))
    if (response && rcode === NO_SUCH_NAME) lookUp.shortestUnknown = Math.min(lookUp.shortestUnknown, asked.nameLength)
    if (!response) lookUp.questions.push(frame)
    else if (REJECTIONS.has(rcode)) lookUp.rejections.push({ frame, rcode })
  }
  return all
    .filter(({ host }) => !resolved.has(host))
    .map(({ host: _, clientRow, message, ...lookUp }) => ({
      ...lookUp,
      name: nameMessage(capture, message)!.questions[0]!.name.replace(HOST_SUFFIX, ''),
      client: text(clientRow),
    }))
}

function askedIn(capture: Capture, row: number, service: NameService, room: Room): Asked | undefined {
  const plain = service === Protocol.Nbns ? undefined : plainQuestion(messageBytes(capture, row, room))
  if (plain) {
    const { response, opcode, rcode, truncated, hasAnswers, type, nameLength } = plain
    const host = plain.host.length > NETBIOS_LETTERS ? plain.host.slice(0, NETBIOS_LETTERS) : plain.host
    return { response, opcode, rcode, truncated, hasAnswers, type, nameLength, host, others: NO_NAMES, isNoHost: false }
  }
  const message = nameMessage(capture, row)
  if (!message) return undefined
  const { questions, answers, response, opcode, rcode, truncated } = message
  const question = questions[0]
  return {
    ...{ response, opcode, rcode, truncated },
    hasAnswers: answers.length > 0,
    type: question?.type,
    nameLength: (question?.name ?? '').replace(HOST_SUFFIX, '').length,
    host: hostOf(question?.name ?? ''),
    others: [...questions.slice(1), ...answers].map(({ name }) => hostOf(name)),
    isNoHost: service === Protocol.Nbns && !HOST_SUFFIX.test(question?.name ?? ''),
  }
}

/** True if a server answered that there is no such name: the full name where one was asked for, not only one with a suffix added. */
export function isUnknown({ name, shortestUnknown, rejections }: LookUp): boolean {
  if (name.includes('.') && shortestUnknown > name.length) return false
  return rejections.some(({ rcode }) => rcode === NO_SUCH_NAME)
}

/** What a name is asked for again by, with another suffix or by another service: its first label. */
function hostOf(name: string): string {
  return name.replace(HOST_SUFFIX, '').split('.')[0]!.slice(0, NETBIOS_LETTERS).toLowerCase()
}
