import { expect, test } from 'vitest'
import { readPlace, writePlace } from './address'

test('a frame is written as people number it and read back as a row', () => {
  expect(writePlace({ view: 'frames', frame: 524 })).toBe('#view=frames&frame=525')
  expect(readPlace('#view=frames&frame=525')).toEqual({ view: 'frames', frame: 524 })
})

test('a filter is carried whole', () => {
  const place = { view: 'frames', filter: 'rpc.user == "A&B" && tcp.port == 135' } as const
  expect(readPlace(writePlace(place))).toEqual(place)
  expect(readPlace('#filter=%20')).toEqual({})
})

test('the start page has no hash', () => {
  expect(writePlace({})).toBe('')
  expect(readPlace('')).toEqual({})
})

test('what a hash cannot mean is left out', () => {
  expect(readPlace('#view=<b>&frame=-1&example=../secret')).toEqual({})
  expect(readPlace('#frame=1e99&view=calls')).toEqual({ view: 'calls' })
})
