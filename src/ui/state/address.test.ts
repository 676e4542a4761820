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

test('a saved analysis has an address of its own, with the place in it', () => {
  const place = { saved: '00ff', view: 'calls', frame: 524, filter: 'a == 1' } as const
  expect(writePlace(place)).toBe('#/saved/00ff?view=calls&frame=525&filter=a+%3D%3D+1')
  expect(readPlace(writePlace(place))).toEqual(place)
  expect(readPlace('#/saved/00ff')).toEqual({ saved: '00ff' })
  expect(readPlace('#/saved/../x?frame=1')).not.toHaveProperty('saved')
})

test('a result that the browser keeps is named by its key alone', () => {
  const place = { kept: '0123456789abcdef', view: 'frames', frame: 4 } as const
  expect(readPlace(writePlace(place))).toEqual(place)
  expect(readPlace('#kept=../x')).toEqual({})
})
