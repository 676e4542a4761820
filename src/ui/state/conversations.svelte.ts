// The connections of the open capture, and the one colour that each identity has in every view.
import { identityColours } from '../../describe/lanes'
import type { ConnectionRow, Opened } from '../../engine/api'
import type { EngineClient } from '../../engine/page/client'

/** More connections than this are asked for only by the view that lists them. */
const MOST_LOADED = 20_000

export class Conversations {
  rows = $state.raw<ConnectionRow[]>([])
  readonly #colours = $derived(identityColours(this.rows))
  readonly #byStream = $derived(new Map(this.rows.map((row) => [row.stream, row])))

  constructor(private readonly engine: EngineClient) {}

  reset(): void {
    this.rows = []
  }

  /** Fetches them; `isCurrent` is false once another capture is open. */
  async load({ connections }: Opened, isCurrent: () => boolean): Promise<void> {
    if (connections > MOST_LOADED) return
    const rows = await this.engine.connectionRows()
    if (isCurrent()) this.rows = rows
  }

  ofStream(stream: number): ConnectionRow | undefined {
    return this.#byStream.get(stream)
  }

  /** Number of an identity's colour; undefined for a name that no connection has. */
  colourOf(identity: string): number | undefined {
    return this.#colours.get(identity)
  }
}
