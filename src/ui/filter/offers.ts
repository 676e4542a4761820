// What the filter box offers while a filter is typed.
import type { FilterCompletion } from '../../engine/api'

/** A text that the filter may become, and how it is shown. */
export interface Offer {
  text: string
  cursor: number
  piece: string
  means: string
}

const FEW = 30

/** Filters kept and used before that go on from the text, then ways to go on from the cursor; each text once. */
export function offersFor(text: string, completions: FilterCompletion[], kept: string[], history: string[]): Offer[] {
  const going = (texts: string[], means: string): Offer[] =>
    texts
      .filter((other) => other !== text.trim() && other.startsWith(text.trim()))
      .map((other) => ({ text: other, cursor: other.length, piece: other, means }))
  const offers = [...going(kept, 'kept'), ...going(history, 'used before'), ...completions]
  return [...new Map(offers.toReversed().map((offer) => [offer.text, offer])).values()].toReversed().slice(0, FEW)
}

/** Those of the completions of an earlier text that its next letters go on to: shown until the new ones come. */
export function stillGoing(completions: FilterCompletion[], text: string): FilterCompletion[] {
  const typed = text.toLowerCase()
  return completions.filter((one) => one.text.length > text.length && one.text.toLowerCase().startsWith(typed))
}
