// Addresses of one host, by the names that were resolved to them.
import { nameAnswers, type NameAnswer } from '../../../conversation/name-answers'
import type { Examination } from '../../examination'
import { perCase } from '../../per-case'
import { frameNumber } from '../../text/wording'
import { FrameIndex } from '../frame-index'

const NO_ADDRESSES: ReadonlySet<string> = new Set()

/** Every answer that gives a name an address, in order of frames. */
export const answersOf = perCase(({ capture }: Examination): readonly NameAnswer[] => nameAnswers(capture))

/** The last answer by which a client learnt an address before a frame; undefined where the capture shows none. */
export function answerFor(
  theCase: Examination,
  client: string,
  address: string,
  frame: number,
): NameAnswer | undefined {
  return byAddress(theCase).before(`${client} ${address}`, frame)
}

const byAddress = perCase((theCase: Examination) => {
  const found = new FrameIndex<NameAnswer>()
  for (const answer of answersOf(theCase))
    for (const address of answer.addresses) found.add(`${answer.client} ${address}`, answer)
  return found
})

const siblings = perCase((theCase: Examination) => groupByName(answersOf(theCase)))

/** All addresses that names of an address were resolved to; empty where no name of it has another one. */
export function siblingsOf(theCase: Examination, address: string): ReadonlySet<string> {
  const [first = NO_ADDRESSES, ...others] = siblings(theCase).get(address) ?? []
  return others.length === 0 ? first : new Set([first, ...others].flatMap((one) => [...one]))
}

/**
 * Each address with the addresses of each of its names that has several. Names are compared without case; A and AAAA answers are
 * joined. The addresses of a name are one set, however many there are.
 */
function groupByName(answers: readonly NameAnswer[]): Map<string, ReadonlySet<string>[]> {
  const byName = new Map<string, Set<string>>()
  for (const { name, addresses } of answers) {
    const key = name.toLowerCase()
    const known = byName.get(key)
    if (known) for (const address of addresses) known.add(address)
    else byName.set(key, new Set(addresses))
  }
  const found = new Map<string, ReadonlySet<string>[]>()
  for (const all of byName.values()) {
    // Answers with one address have no siblings, and most have one.
    if (all.size < 2) continue
    for (const address of all) {
      const known = found.get(address)
      if (known) known.push(all)
      else found.set(address, [all])
    }
  }
  return found
}

/** A sentence on how the client came by an address; '' where the capture does not show it. */
export function learntText(answer: NameAnswer | undefined, address: string): string {
  return answer
    ? `The client had learnt ${address} as the address of ${answer.name} (frame ${frameNumber(answer.frame)}). `
    : ''
}

/** The step to check the name that led to an address. */
export function checkRecord(answer: NameAnswer | undefined, address: string): string[] {
  return answer
    ? [
        `Check that ${answer.name} should be ${address}: a stale or mistyped record in DNS sends clients to an address without a host.`,
      ]
    : []
}
