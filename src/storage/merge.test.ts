import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SavedAnalysis } from './database'
import { type Change, followed, merged } from './merge'

const note = (comment: string, marked = false) => ({ marked, comment })
const analysis = (marks: SavedAnalysis['marks'] = [], notes = '') =>
  ({ id: '1', revision: 1, name: 'one', tags: [], marks, notes, filter: '' }) as unknown as SavedAnalysis
const comments = ({ marks }: SavedAnalysis) => Object.fromEntries(marks.map(({ frame, comment }) => [frame, comment]))

test('what no one else changed is replaced, also by less and by nothing', () => {
  const stored = analysis([{ frame: 5, ...note('a long comment') }], 'notes')
  const shorter = merged(stored, { marks: [{ frame: 5, before: note('a long comment'), after: note('a long') }] })
  expect(comments(shorter.saved)).toEqual({ 5: 'a long' })
  const gone = merged(stored, {
    marks: [{ frame: 5, before: note('a long comment'), after: note('') }],
    notes: { before: 'notes', after: '' },
  })
  expect(gone).toMatchObject({ both: [], saved: { marks: [], notes: '' } })
})

test('two texts for one place are both kept, and said to be', () => {
  const stored = analysis([{ frame: 5, ...note('theirs') }], 'their notes')
  const both = merged(stored, {
    marks: [{ frame: 5, before: note(''), after: note('mine', true) }],
    notes: { before: '', after: 'my notes' },
  })
  expect(both.saved.marks).toEqual([{ frame: 5, marked: true, comment: 'theirs\n\nmine' }])
  expect(both.saved.notes).toBe('their notes\n\nmy notes')
  expect(both.both).toEqual([5])
})

test('a text that another window wrote survives that this one deleted the older one', () => {
  const stored = analysis([{ frame: 5, ...note('rewritten') }])
  expect(comments(merged(stored, { marks: [{ frame: 5, before: note('old'), after: note('') }] }).saved)).toEqual({
    5: 'rewritten',
  })
})

const text = fc.constantFrom('', 'a', 'b', 'ab', 'c d')
const mark = fc.record({
  frame: fc.nat(3),
  before: fc.record({ marked: fc.boolean(), comment: text }),
  after: fc.record({ marked: fc.boolean(), comment: text }),
})
const change: fc.Arbitrary<Change> = fc
  .uniqueArray(mark, { selector: ({ frame }) => frame })
  .map((marks) => (marks.length > 0 ? { marks } : {}))
const stored = fc
  .uniqueArray(fc.record({ frame: fc.nat(3), marked: fc.constant(true), comment: text }), {
    selector: ({ frame }) => frame,
  })
  .map((marks) => analysis(marks.sort((a, b) => a.frame - b.frame)))

test('a change applied twice does no more than once', () => {
  fc.assert(
    fc.property(stored, change, (there, changed) => {
      const once = merged(there, changed).saved
      expect(merged(once, changed).saved).toEqual(once)
    }),
  )
})

test('no comment of either window is lost but where its own window removed it', () => {
  fc.assert(
    fc.property(stored, change, (there, changed) => {
      const now = comments(merged(there, changed).saved)
      for (const { frame, before, after } of changed.marks ?? []) {
        if (before.comment === after.comment) continue
        expect(now[frame] ?? '').toContain(after.comment)
      }
      for (const { frame, comment } of there.marks) {
        const own = changed.marks?.find((mark) => mark.frame === frame)
        if (!own || own.before.comment !== comment) expect(now[frame] ?? '').toContain(comment)
      }
    }),
  )
})

test('two changes as one do what they did one after the other', () => {
  fc.assert(
    fc.property(change, text, (first, last) => {
      const second: Change = {
        marks: (first.marks ?? []).map(({ frame, after }) => ({ frame, before: after, after: note(last) })),
      }
      const quiet = analysis((first.marks ?? []).map(({ frame, before }) => ({ frame, ...before })))
      expect(merged(quiet, followed(first, second)).saved.marks).toEqual(
        merged(merged(quiet, first).saved, second).saved.marks.filter(({ marked, comment }) => marked || comment),
      )
    }),
  )
})
