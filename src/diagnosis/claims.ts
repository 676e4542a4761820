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
  readonly #calls = new Map<number, string>()
  readonly #streams = new Map<number, string>()
  readonly #proven = new Set<number>()

  /** Records what a rule explains, unless an earlier rule did. */
  record({ calls = [], streams = [], isProven = false }: Explained, rule: string): void {
    for (const call of calls) if (!this.#calls.has(call)) this.#calls.set(call, rule)
    for (const stream of streams) {
      if (!this.#streams.has(stream)) this.#streams.set(stream, rule)
      if (isProven) this.#proven.add(stream)
    }
  }

  explainedBy(call: number): string | undefined {
    return this.#calls.get(call)
  }

  endExplainedBy(stream: number): string | undefined {
    return this.#streams.get(stream)
  }

  isEndProven(stream: number): boolean {
    return this.#proven.has(stream)
  }
}
