// Values that fields refer to by position.

/** Values that repeat, each once: texts, addresses. A source then gives positions in these. */
export interface Entries {
  length: number
  /** Undefined where the entry is of another type. */
  text?(entry: number): string | undefined
  bytes(entry: number): Uint8Array | undefined
}
