// Questions for a host's address, put together by the host's name however often, with whatever suffix and by whatever service it
// was asked for: whether anybody knows it. RFC 1035, RFC 4795 (LLMNR), RFC 1002 (NetBIOS).
import { Protocol } from '../../asm/layout'
import type { Capture } from '../capture/capture'
import { RecordType } from '../dissect/network/dns'
import { nameMessages, type NameService } from './name-answers'

/** RCODEs of no error, of no such name, and of servers that fail or refuse. RFC 1035 4.1.1; NetBIOS has the same numbers. */
const NO_ERROR = 0
const NO_SUCH_NAME = 3
const REFUSALS = new Set([2, NO_SUCH_NAME, 5])
/** Letters of a name that NetBIOS has room for. */
const NETBIOS_LETTERS = 15
/** NetBIOS names of a host itself: its workstation and its file server. */
const HOST_SUFFIX = /<(00|20)>$/
const ADDRESSES = new Set<number>([RecordType.A, RecordType.Aaaa])

export interface LookUp {
  /** As it was first asked for, without the suffix of NetBIOS. */
  name: string
  /** Address of the host that asks. */
  client: string
  services: Set<NameService>
  /** Rows of Frame: every question, and every answer without an address. */
  questions: number[]
  refusals: { frame: number; rcode: number }[]
  /** Not for IPv6 alone, which is asked for in vain all day. */
  wantsIpv4: boolean
  /** Servers of DNS that were asked. */
  servers: Set<string>
}

/** Names that hosts asked for and that no answer resolved or confirmed, by host and name in order of their first questions. */
export function failedLookUps(capture: Capture): LookUp[] {
  const known = new Map<string, LookUp>()
  const resolved = new Set<string>()
  for (const { frame, message, service, from, to } of nameMessages(capture)) {
    const { questions, answers, response, opcode, rcode, truncated } = message
    // An alias leads on; a name without an address of one kind exists; what was cut cannot be distinguished from what is absent.
    if (response && (answers.length > 0 || truncated || rcode === NO_ERROR))
      for (const { name } of [...questions, ...answers]) resolved.add(hostOf(name))
    const question = questions[0]
    if (!question || opcode !== 0 || answers.length > 0) continue
    if (service === Protocol.Nbns ? question.type !== Number(RecordType.Nb) : !ADDRESSES.has(question.type)) continue
    if (service === Protocol.Nbns && !HOST_SUFFIX.test(question.name)) continue
    const client = response ? to : from
    const host = hostOf(question.name)
    const key = `${client} ${host}`
    let lookUp = known.get(key)
    if (!lookUp) {
      const name = question.name.replace(HOST_SUFFIX, '')
      const none = { services: new Set<NameService>(), servers: new Set<string>(), questions: [], refusals: [] }
      known.set(key, (lookUp = { name, client, wantsIpv4: false, ...none }))
    }
    lookUp.services.add(service)
    lookUp.wantsIpv4 ||= question.type !== Number(RecordType.Aaaa)
    if (service === Protocol.Dns) lookUp.servers.add(response ? from : to)
    if (!response) lookUp.questions.push(frame)
    else if (REFUSALS.has(rcode)) lookUp.refusals.push({ frame, rcode })
  }
  return [...known].filter(([key]) => !resolved.has(key.slice(key.indexOf(' ') + 1))).map(([, lookUp]) => lookUp)
}

/** True if a look-up was answered that there is no such name. */
export function isUnknown({ refusals }: LookUp): boolean {
  return refusals.some(({ rcode }) => rcode === NO_SUCH_NAME)
}

/** What a name is asked for again by, with another suffix or by another service: its first label. */
function hostOf(name: string): string {
  return name.replace(HOST_SUFFIX, '').split('.')[0]!.slice(0, NETBIOS_LETTERS).toLowerCase()
}
