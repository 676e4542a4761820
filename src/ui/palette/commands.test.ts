import { expect, test } from 'vitest'
import { commands, frameOf, matching } from './commands'

test('a frame is named by its number, with or without a word before it', () => {
  expect(frameOf('525', 845)).toBe(524)
  expect(frameOf('frame 1,234', 2000)).toBe(1233)
  expect(frameOf('#7', 10)).toBe(6)
  for (const text of ['0', '846', '0x721', 'frame', '', 'tcp 5']) expect(frameOf(text, 845)).toBeUndefined()
})

test('commands are found by any of their words', () => {
  expect(matching(commands, 'time show').map(({ name }) => name)).toContain('Show Timeline')
  expect(matching(commands, 'no such thing')).toEqual([])
})
