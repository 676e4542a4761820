import { expect, test } from 'vitest'
import { RowCache } from './row-cache.svelte'

/** A cache over answers that the test gives when it likes. */
function waitingCache() {
  const asked: { from: number; answer: (rows: string[]) => void }[] = []
  const cache = new RowCache<string>((from) => new Promise((resolve) => asked.push({ from, answer: resolve })))
  const settle = () => new Promise((resolve) => setTimeout(resolve))
  return { cache, asked, settle }
}

test('rows are asked for once, a block at a time', async () => {
  const { cache, asked, settle } = waitingCache()
  cache.need(0, 20, 300)
  cache.need(10, 30, 300)
  expect(asked.map(({ from }) => from)).toEqual([0])
  expect(cache.get(3)).toBeUndefined()
  asked[0]!.answer(['a', 'b', 'c', 'd'])
  await settle()
  expect(cache.get(3)).toBe('d')
  cache.need(120, 140, 300)
  expect(asked.map(({ from }) => from)).toEqual([0, 0, 128])
})

test('renewed rows are shown as they were until the new ones come', async () => {
  const { cache, asked, settle } = waitingCache()
  cache.need(0, 1, 1)
  asked[0]!.answer(['old'])
  await settle()
  cache.renew()
  expect(asked.length).toBe(2)
  expect(cache.get(0)).toBe('old')
  asked[1]!.answer(['new'])
  await settle()
  expect(cache.get(0)).toBe('new')
  cache.need(0, 1, 1)
  expect(asked.length).toBe(2)
})

test('rows that were on their way when all were renewed are asked for again', async () => {
  const { cache, asked, settle } = waitingCache()
  cache.need(0, 1, 1)
  cache.renew()
  asked[0]!.answer(['old'])
  await settle()
  expect(asked.length).toBe(2)
  asked[1]!.answer(['new'])
  await settle()
  expect(cache.get(0)).toBe('new')
})
