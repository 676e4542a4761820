import { expect, test } from 'vitest'
import { described } from './described'

const found = { name: 'one', tags: ['wmi'], notes: 'old' }

test('what the user left as it was is no change, whatever another window made of it', () => {
  expect(described(found, { ...found, tags: ['wmi'] })).toEqual({})
  expect(described(found, { ...found, name: 'two' })).toEqual({ name: 'two' })
  expect(described(found, { ...found, tags: ['wmi', 'lab'] })).toEqual({ tags: ['wmi', 'lab'] })
})

test('notes are a change of those that the dialog showed, so that newer ones are kept beside them', () => {
  expect(described(found, { ...found, notes: 'new' })).toEqual({ notes: { before: 'old', after: 'new' } })
})
