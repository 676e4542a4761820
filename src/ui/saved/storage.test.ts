import { expect, test } from 'vitest'
import { shortage } from './storage'
import { tagsOf } from './tags'

const state = (usage: number, quota: number) => ({ usage, quota, persisted: false })

test('room, nearly none, and none', () => {
  expect(shortage(state(10, 100), 10, 0)).toBeUndefined()
  expect(shortage(state(75, 100), 10, 0)).toBe('near')
  expect(shortage(state(75, 100), 30, 0)).toBe('full')
})

test('what makes way counts, but never for more than is used', () => {
  expect(shortage(state(75, 100), 30, 10)).toBe('near')
  expect(shortage(state(5, 100), 101, 50)).toBe('full')
})

test('a browser that does not say how much there is gives no cause for alarm', () => {
  expect(shortage({ usage: undefined, quota: undefined, persisted: undefined }, 1e12, 0)).toBeUndefined()
})

test('tags are the texts between commas, each once', () => {
  expect(tagsOf(' wmi, win  pe ,,wmi')).toEqual(['wmi', 'win pe'])
  expect(tagsOf('')).toEqual([])
})
