// Frames that are picked together. One frame alone is the selected one. Picking itself is fetched with the first modifier.
import { SvelteSet } from 'svelte/reactivity'
import type { Selection } from '../state/selection.svelte'

export class Picked {
  readonly set = new SvelteSet<number>()
  /** Where a range begins. */
  anchor: number | undefined

  /** What is selected by other means ends the choice. */
  constructor(private readonly selection: Selection) {
    selection.onselect = () => this.clear()
  }

  /** The picked frames, rising; the selected one where no other is picked. */
  get frames(): number[] {
    const { frame } = this.selection
    if (this.set.size > 0) return [...this.set].sort((a, b) => a - b)
    return frame === undefined ? [] : [frame]
  }

  clear(): void {
    if (this.set.size > 0) this.set.clear()
    this.anchor = undefined
  }
}
