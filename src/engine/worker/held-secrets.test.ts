// Secrets are held for a quarter of an hour after the last one was given, and no longer.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { HeldSecrets } from './held-secrets'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const passwords = (held: HeldSecrets, password: string) =>
  held.add([{ kind: 'password', password }]).accounts.map((account) => account.password)

test('each new secret is tried beside those before, until a timer forgets them', () => {
  const held = new HeldSecrets()
  expect(passwords(held, 'one')).toEqual(['one'])
  vi.advanceTimersByTime(14 * 60_000)
  expect(passwords(held, 'two')).toEqual(['one', 'two'])
  vi.advanceTimersByTime(14 * 60_000)
  expect(passwords(held, 'three')).toEqual(['one', 'two', 'three'])
  vi.advanceTimersByTime(15 * 60_000)
  expect(passwords(held, 'four')).toEqual(['four'])
})

test('they are forgotten on request, and one that is refused leaves the others', () => {
  const held = new HeldSecrets()
  passwords(held, 'one')
  expect(() => held.add([{ kind: 'ntHash', hash: 'none' }])).toThrow()
  expect(passwords(held, 'two')).toEqual(['one', 'two'])
  held.clear()
  expect(passwords(held, 'three')).toEqual(['three'])
})
