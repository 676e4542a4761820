// Several captures at a time, of an archive, a folder or a drop: which are there to choose from.

/** A capture that may be opened; its bytes are asked for when it is. */
export interface Choice {
  name: string
  bytes: number
  /** Undefined where it cannot be unpacked. */
  file: () => Promise<Blob | undefined>
}

export class Choosing {
  /** Undefined while nothing is to be chosen. */
  list = $state.raw<readonly Choice[]>()
  /** Where they come from, in words. */
  from = $state('')

  /** Offers captures to choose from. */
  offer(from: string, list: readonly Choice[]): void {
    this.from = from
    this.list = list
  }

  close(): void {
    this.list = undefined
  }
}
