import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WordMap } from './word-map'

const word = fc.oneof(fc.constantFrom(0, 1, 0xffffffff), fc.integer({ min: 0, max: 0xffffffff }))
const uuid = fc.tuple(word, word, word, word)

test('gives for four words what was set for them, whatever the seed', () => {
  fc.assert(
    fc.property(fc.array(uuid, { maxLength: 200 }), fc.integer({ min: 0, max: 0xffffffff }), (uuids, seed) => {
      const map = new WordMap(seed)
      const expected = new Map<string, number>()
      for (const [index, words] of uuids.entries()) {
        const known = expected.get(words.join())
        expect(map.get(...words)).toBe(known)
        if (known !== undefined) continue
        expected.set(words.join(), index)
        map.add(...words, index)
      }
      for (const words of uuids) expect(map.get(...words)).toBe(expected.get(words.join()))
    }),
  )
})

test('keeps all numbers when it grows', () => {
  const map = new WordMap()
  for (let i = 0; i < 5000; i++) map.add(i, 0, i * 7, 0xffffffff, i)
  for (let i = 0; i < 5000; i++) expect(map.get(i, 0, i * 7, 0xffffffff)).toBe(i)
  expect(map.get(5000, 0, 35000, 0xffffffff)).toBeUndefined()
})
