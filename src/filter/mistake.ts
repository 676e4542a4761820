// What can be wrong with a filter.

/** A sentence, and the characters that it is about. */
export interface Mistake {
  message: string
  at: number
  end: number
  /** A whole filter that may be meant. */
  instead?: string
}

/** A mistake on its way to compile(), which turns it into a result. */
export class Mistaken extends Error {
  constructor(
    message: string,
    readonly place: { at: number; end: number },
    /** What may be meant by the text at the place. */
    readonly instead?: string,
  ) {
    super(message)
  }
}

/** A function gives a value, which is not true or false. */
export function needsComparison(call: string, place: { at: number; end: number }): Mistaken {
  return new Mistaken(`“${call}” gives a value: compare it with another, such as “> 0”.`, place)
}
