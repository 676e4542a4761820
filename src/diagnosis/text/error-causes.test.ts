import { expect, test } from 'vitest'
import { rules } from '../rules'
import { remedies } from './remedies'
import { causeOf, errorCauses, eventCauses } from './error-causes'

const ids = new Set(rules.map(({ id }) => id))

test('every rule that an error or event names exists, and each names one', () => {
  for (const { rules: named } of [...errorCauses.values(), ...eventCauses.values()]) {
    expect(named.length).toBeGreaterThan(0)
    expect(named.filter((id) => !ids.has(id))).toEqual([])
  }
})

test('an HRESULT of a Win32 error has the causes of that error', () => {
  expect(causeOf(0x800706ba)).toBe(causeOf(1722))
  expect(causeOf(0x80040154)?.rules).toEqual(['activation-failed'])
  expect(causeOf(0x800706ff)).toBeUndefined()
})

test('each rule that an error or event names has a remedy of one line, and no other has one', () => {
  const named = [...errorCauses.values(), ...eventCauses.values()].flatMap(({ rules }) => rules)
  expect(Object.keys(remedies).toSorted()).toEqual([...new Set(named)].toSorted())
  for (const remedy of Object.values(remedies)) expect(remedy).toMatch(/^[A-Z][^\n]{20,140}\.$|: [^.\n]+\.$/)
})
