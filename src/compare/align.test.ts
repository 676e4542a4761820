import fc from 'fast-check'
import { expect, test } from 'vitest'
import { align } from './align'

const letters = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 40 })

test('pairs what is equal and leaves the rest alone', () => {
  const pairs = align([...'abcde'], [...'abxde'])
  expect(pairs).toEqual([{ a: 0, b: 0 }, { a: 1, b: 1 }, { a: 2 }, { b: 2 }, { a: 3, b: 3 }, { a: 4, b: 4 }])
})

test('every place of both sides is once, in order, and pairs are equal', () => {
  fc.assert(
    fc.property(letters, letters, (a, b) => {
      const pairs = align(a, b)
      expect(pairs.flatMap((pair) => pair.a ?? [])).toEqual(a.map((_, i) => i))
      expect(pairs.flatMap((pair) => pair.b ?? [])).toEqual(b.map((_, i) => i))
      for (const pair of pairs) if (pair.a !== undefined && pair.b !== undefined) expect(a[pair.a]).toBe(b[pair.b])
    }),
  )
})

test('finds as many pairs as there can be', () => {
  fc.assert(
    fc.property(letters, letters, (a, b) => {
      const pairs = align(a, b).filter((pair) => pair.a !== undefined && pair.b !== undefined)
      expect(pairs).toHaveLength(longestCommon(a, b))
    }),
  )
})

test('sequences without anything in common take no more than moments', () => {
  const a = Array.from({ length: 50_000 }, (_, i) => `a${i}`)
  const b = Array.from({ length: 50_000 }, (_, i) => `b${i}`)
  expect(align(a, b)).toHaveLength(100_000)
}, 20_000)

function longestCommon(a: string[], b: string[]): number {
  const row = new Array<number>(b.length + 1).fill(0)
  for (const letter of a) {
    let diagonal = 0
    b.forEach((other, i) => {
      const above = row[i + 1]!
      row[i + 1] = letter === other ? diagonal + 1 : Math.max(above, row[i]!)
      diagonal = above
    })
  }
  return row[b.length]!
}
