// Frames that the user counts time from: each frame's relative time is then counted from the last of them before it.
import type { EngineClient } from '../../engine/page/client'
import type { Notices } from '../state/notices.svelte'

interface Reference {
  frame: number
  /** Seconds from the first frame. */
  time: number
}

export class TimeReferences {
  /** Rising by frame. */
  list = $state.raw<Reference[]>([])

  constructor(private readonly parts: { engine: EngineClient; notices: Notices }) {}

  /** Makes a frame a time reference, or takes that back. */
  async toggle(frame: number): Promise<void> {
    const { engine, notices } = this.parts
    const others = this.list.filter((reference) => reference.frame !== frame)
    if (others.length < this.list.length) {
      this.list = others
      return notices.say(`Frame ${frame + 1} is no longer a time reference.`)
    }
    const [made] = await engine.frameTimes(Uint32Array.of(frame))
    if (!made) return
    this.list = [...others, { frame, time: made.time }].sort((a, b) => a.frame - b.frame)
    notices.say(`Time is counted from frame ${frame + 1}.`)
  }

  clear(): void {
    this.list = []
  }

  /** The reference that a frame's time is counted from. */
  of(frame: number): Reference | undefined {
    return this.list.findLast((reference) => reference.frame <= frame)
  }
}
