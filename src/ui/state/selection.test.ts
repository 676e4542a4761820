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

test('Enter gives the focus to the fields of the selected frame, not to those that are about to go', async () => {
  const answers: (() => void)[] = []
  const focused: (number | undefined)[] = []
  const parts = {
    engine: {
      detail: (frame: number) =>
        new Promise((resolve) => answers.push(() => resolve({ frame, parts: [] } as unknown as FrameDetail))),
    },
    capture: { frames: 10, turn: 1 },
    list: { rowOf: (frame: number) => frame },
    focus: { focus: () => focused.push(selected.detail?.frame) },
    moved: () => undefined,
  } as unknown as Parts
  const selected = new Selection(parts)
  const settled = () => new Promise((resolve) => setTimeout(resolve))

  selected.select(2)
  answers[0]!()
  await settled()
  selected.select(7)
  selected.focusFields()
  await settled()
  expect(focused).toEqual([])
  answers[1]!()
  await settled()
  expect(focused).toEqual([7])

  selected.select(3)
  selected.focusFields()
  selected.select(4) // the user has gone on
  answers[2]!()
  answers[3]!()
  await settled()
  expect(focused).toEqual([7])
})
