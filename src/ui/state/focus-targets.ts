// How parts of the page take the focus when a key or another part sends it there.

type Target = 'fields' | 'filter' | 'frames'

export class FocusTargets {
  readonly #targets = new Map<Target, () => void>()

  /** A component that is on the page registers itself; returns how to withdraw that. */
  provide(target: Target, focus: () => void): () => void {
    this.#targets.set(target, focus)
    return () => {
      if (this.#targets.get(target) === focus) this.#targets.delete(target)
    }
  }

  /** Moves the focus, if the target is on the page. */
  focus(target: Target): void {
    this.#targets.get(target)?.()
  }
}
