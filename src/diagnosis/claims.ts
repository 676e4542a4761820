// What rules have explained: each call and each end of a stream by the first rule whose finding is about it.

/** What an occurrence explains: no later rule reports it as a failure of its own. */
export interface Explained {
  /** Rows of Call. */
  calls?: readonly number[] | undefined
  /** Rows of Stream whose end, or failed beginning, is explained. */
  streams?: readonly number[] | undefined
  /** True where an event of the machine itself proves it: rules that conclude from silence leave these streams alone. */
  isProven?: boolean | undefined
}

/** What rules may ask; only diagnose() records. */
export interface ClaimsView {
  /** The rule that explained a call. */
  explainedBy(call: number): string | undefined
  /** The rule that explained a stream's end. */
  endExplainedBy(stream: number): string | undefined
  /** True if an event of the machine itself proves why a stream ended. */
  isEndProven(stream: number): boolean
}

export class Claims implements ClaimsView {
  /** Rules by number; 0 is none. */
  readonly #rules: (string | undefined)[] = [undefined]
  readonly #calls: Uint16Array
  readonly #streams: Uint16Array
  readonly #proven = new Set<number>()

  /** For so many rows of Call and Stream: rules ask for every one of them, so each has a number. */
  constructor(calls = 0, streams = 0) {
    this.#calls = new Uint16Array(calls)
    this.#streams = new Uint16Array(streams)
  }

  /** Records what a rule explains, unless an earlier rule did. */
  record({ calls = [], streams = [], isProven = false }: Explained, rule: string): void {
    const number = this.#numberOf(rule)
    for (const call of calls) if (this.#calls[call] === 0) this.#calls[call] = number
    for (const stream of streams) {
      if (this.#streams[stream] === 0) this.#streams[stream] = number
      if (isProven) this.#proven.add(stream)
    }
  }

  #numberOf(rule: string): number {
    const known = this.#rules.lastIndexOf(rule)
    return known > 0 ? known : this.#rules.push(rule) - 1
  }

  explainedBy(call: number): string | undefined {
    return this.#rules[this.#calls[call] ?? 0]
  }

  endExplainedBy(stream: number): string | undefined {
    return this.#rules[this.#streams[stream] ?? 0]
  }

  isEndProven(stream: number): boolean {
    return this.#proven.has(stream)
  }
}
