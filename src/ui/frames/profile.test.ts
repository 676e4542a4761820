import { expect, test } from 'vitest'
import { defaultProfile, isDefault, moved, readProfile, widened, withColumn, without } from './profile'

const ids = (profile: { id: string }[]) => profile.map(({ id }) => id).join(' ')

test('a field is added before Info, once', () => {
  const profile = withColumn(defaultProfile(), { id: 'tcp.stream', means: 'Number of the connection' })
  expect(ids(profile)).toBe('number time source destination protocol length tcp.stream info')
  expect(withColumn(profile, { id: 'tcp.stream' })).toEqual(profile)
})

test('columns are moved within the list and taken out, but for the last', () => {
  expect(ids(moved(defaultProfile(), 'time', -1))).toMatch(/^time number/)
  expect(moved(defaultProfile(), 'number', -1)).toEqual(defaultProfile())
  expect(moved(defaultProfile(), 'info', 1)).toEqual(defaultProfile())
  expect(without([{ id: 'info' }], 'info')).toEqual([{ id: 'info' }])
  expect(ids(without(defaultProfile(), 'length'))).not.toContain('length')
})

test('widths have bounds and can be given back', () => {
  const wide = widened(defaultProfile(), 'time', 1e9)
  expect(wide[1]).toEqual({ id: 'time', width: 2000 })
  expect(isDefault(widened(wide, 'time', undefined))).toBe(true)
})

test('what storage holds is read back, and nonsense is the default', () => {
  const profile = widened(withColumn(defaultProfile(), { id: 'rpc.user', means: 'Who' }), 'time', 120)
  expect(readProfile(JSON.parse(JSON.stringify(profile)))).toEqual(profile)
  for (const nonsense of [undefined, 7, {}, [], [null], [{ id: '<b>' }]])
    expect(isDefault(readProfile(nonsense))).toBe(true)
})
