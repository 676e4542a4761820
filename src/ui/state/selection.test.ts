import { expect, test } from 'vitest'
import type { FrameDetail } from '../../engine/api'
import { Selection } from './selection.svelte'

type Parts = ConstructorParameters<typeof Selection>[0]

/** A selection over a capture of ten frames, of which the second cannot be read. */
function selection(error: Error) {
  const said: string[] = []
  const detail = (frame: number) =>
    frame === 1 ? Promise.reject(error) : Promise.resolve({ frame, parts: [] } as unknown as FrameDetail)
  const parts = {
    engine: { detail },
    capture: { frames: 10, turn: 1 },
    notices: { say: (text: string) => said.push(text) },
    moved: () => undefined,
  } as unknown as Parts
  return { selection: new Selection(parts), said }
}

test.each([
  ['NotReadableError', /frame 2 cannot be read: the file was changed, moved or deleted/],
  ['FileChanged', /frame 2 cannot be read: the file was changed, moved or deleted/],
  ['RangeError', /frame 2 cannot be read: no such byte/],
])(
  'where a frame cannot be read (%s), nothing of another one is shown, and a sentence says why',
  async (name, says) => {
    const { selection: selected, said } = selection(Object.assign(new Error('no such byte'), { name }))
    selected.frame = 0
    await selected.describe()
    expect(selected.detail?.frame).toBe(0)
    selected.frame = 1
    await selected.describe()
    expect(selected.detail).toBeUndefined()
    expect(said).toEqual([expect.stringMatching(says)])
  },
)
