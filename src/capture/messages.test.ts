import { expect, test } from 'vitest'
import { Room } from './messages'

test('a room gives one view for each length, and none for a message that is longer than the room', () => {
  const room = new Room()
  expect(room.of(38)).toHaveLength(38)
  expect(room.of(38)).toBe(room.of(38))
  expect(room.of(0)).toHaveLength(0)
  expect(room.of(512)).toHaveLength(512)
  expect(room.of(513)).toBeUndefined()
})
