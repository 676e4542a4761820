// What can be wrong with a filter.

/** A sentence, and the characters that it is about. */
export interface Mistake {
  message: string
  at: number
  end: number
}

/** A mistake on its way to compile(), which turns it into a result. */
export class Mistaken extends Error {
  constructor(
    message: string,
    readonly place: { at: number; end: number },
  ) {
    super(message)
  }
}

/** A function gives a value, which is not true or false. */
export function needsComparison(call: string, place: { at: number; end: number }): Mistaken {
  return new Mistaken(`“${call}” gives a value: compare it with another, such as “> 0”.`, place)
}
