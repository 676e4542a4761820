import { expect, test } from 'vitest'
import { answerFacts, certaintyOf, symptomTerm } from './finding-text'

test('a headline that says likely is not called proven', () => {
  expect(certaintyOf({ title: 'Port 135 answers, port 49200 does not: likely a firewall', confidence: 'high' })).toBe(
    'medium',
  )
  expect(certaintyOf({ title: 'The server rejected the password', confidence: 'high' })).toBe('high')
  expect(certaintyOf({ title: 'The client likely left', confidence: 'low' })).toBe('low')
})

test('what a program shows has a code or a message; what else the user notices is a symptom', () => {
  for (const shown of [
    '0x800706BE (COMException)',
    'error 5 (0x80070005): Access is denied.',
    'error 64 or 59: "The name"',
  ])
    expect(symptomTerm(shown)).toBe('Your program showed')
  for (const noticed of ['The program hangs: the call does not return.', 'The program is slow; no error.'])
    expect(symptomTerm(noticed)).toBe('Symptom')
})

test('an effect of one sentence has no full stop, of several each has one', () => {
  const effect = (text: string) => answerFacts({ effect: text })[0]![1]
  expect(effect('The call did not run.')).toBe('The call did not run')
  expect(effect('One call was lost. The next one ran.')).toBe('One call was lost. The next one ran.')
})
