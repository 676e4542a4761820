import { expect, test } from 'vitest'
import { errorHelp } from './error-help'

const meaning = (code: string) => ({ kind: 'Win32', code, decimal: '', symbol: '', message: '' })

test('an error has the causes that rules find, in the words of the rules', () => {
  const { causes, neverOnTheWire } = errorHelp('1722', [meaning('0x000006ba')])
  expect(causes[0]).toMatchObject({ rule: 'port-unanswered' })
  expect(causes.every(({ title, meaning, remedy }) => title !== '' && meaning !== '' && remedy !== '')).toBe(true)
  expect(neverOnTheWire).toBe(true)
  expect(errorHelp('5', [meaning('0x00000005')]).neverOnTheWire).toBe(false)
})

test('an event id is known with or without the word before it', () => {
  expect(errorHelp('event 10028', []).event).toMatchObject({ id: 10028 })
  expect(errorHelp('10016', []).event?.meaning).toMatch(/permission/)
  expect(errorHelp('12345', []).event).toBeUndefined()
})

test('what no rule explains has no cause, and nothing is claimed about the wire', () => {
  expect(errorHelp('0x80990001', [meaning('0x80990001')])).toMatchObject({ causes: [], neverOnTheWire: false })
})
