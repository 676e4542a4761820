import { expect, test } from 'vitest'
import { defaultProfile } from '../frames/profile'
import { type Profile, readProfiles, withProfiles, writeProfiles } from './profiles'

const mine: Profile = {
  name: 'mine',
  columns: [{ id: 'number' }, { id: 'tcp.stream', width: 80, means: 'stream' }],
  timeFormat: 'utc',
  colouring: [{ filter: 'tcp', colour: 'teal', isOn: true }],
  filters: ['tcp.port == 135'],
}

test('what was written is read again', () => {
  expect(readProfiles(writeProfiles([mine]))).toEqual([mine])
})

test('what is no profile is left out, and what is missing from a profile is as it was at first', () => {
  for (const text of ['', '{', '[]', '{"profiles":{}}', '{"profiles":[null,{"name":""},7]}'])
    expect(readProfiles(text)).toEqual([])
  expect(readProfiles('{"profiles":[{"name":" a ","timeFormat":"x","colouring":[{"colour":"red"}]}]}')).toEqual([
    { name: 'a', columns: defaultProfile(), timeFormat: 'relative', colouring: [], filters: [] },
  ])
})

test('a profile takes the place of one with its name', () => {
  const other = { ...mine, name: 'a' }
  expect(withProfiles([mine, other], [{ ...mine, timeFormat: 'delta' }])).toEqual([
    other,
    { ...mine, timeFormat: 'delta' },
  ])
})
