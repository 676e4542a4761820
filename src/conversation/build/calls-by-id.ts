// Calls by call id. A connection nearly always has one under way, so one is held without a Map: millions of calls come and go.
import { NONE } from '../../capture/table'

/** Rows of calls that are under way, by call id. */
export class CallsById {
  /** The one that was added while none was held here; NONE where there is none. It hides one in `#more`. */
  #call = NONE
  #id = 0
  #more: Map<number, number> | undefined

  /** The call's row; NONE where there is none. */
  get(id: number): number {
    if (this.#id === id && this.#call !== NONE) return this.#call
    return this.#more?.get(id) ?? NONE
  }

  has(id: number): boolean {
    return this.get(id) !== NONE
  }

  /** Sets a call's row, which is not NONE; one that had the id before is dropped. */
  set(id: number, call: number): void {
    if (this.#call === NONE || this.#id === id) {
      this.#id = id
      this.#call = call
    } else (this.#more ??= new Map()).set(id, call)
  }

  delete(id: number): void {
    if (this.#id === id) this.#call = NONE
    this.#more?.delete(id)
  }
}
