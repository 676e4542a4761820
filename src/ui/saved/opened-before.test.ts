import { expect, test } from 'vitest'
import type { SavedAnalysis } from '../../engine/api'
import type { Recent } from '../start/recent.svelte'
import { openedBefore } from './opened-before'

const saved = (name: string, openedAt: number, more: Partial<SavedAnalysis> = {}) =>
  ({
    name,
    fileName: `${name}.pcapng`,
    fileBytes: 9,
    found: '',
    notes: '',
    tags: [],
    openedAt,
    ...more,
  }) as unknown as SavedAnalysis
const recent = (name: string, openedAt: number, found = ''): Recent => ({ name, bytes: 9, openedAt, found })
const names = (list: ReturnType<typeof openedBefore>) =>
  list.map((one) => ('saved' in one ? one.saved.name : one.recent.name))

test('what was opened last is first, saved or not', () => {
  expect(names(openedBefore([saved('a', 1), saved('b', 3)], [recent('c', 2), recent('d', 4)]))).toEqual([
    'd',
    'b',
    'c',
    'a',
  ])
})

test('a capture that was saved is listed once, another file of its name twice', () => {
  expect(names(openedBefore([saved('a', 1)], [recent('a.pcapng', 2)]))).toEqual(['a'])
  expect(names(openedBefore([saved('a', 1, { fileBytes: 10 })], [recent('a.pcapng', 2)]))).toEqual(['a.pcapng', 'a'])
})

test('words narrow both, a tag leaves saved analyses', () => {
  const list = [saved('a', 1, { notes: 'blocked PORT', tags: ['wmi'] }), saved('b', 2)]
  const recents = [recent('c', 3, 'A firewall blocked the port'), recent('d', 4)]
  expect(names(openedBefore(list, recents, 'port blocked'))).toEqual(['c', 'a'])
  expect(names(openedBefore(list, recents, '', 'wmi'))).toEqual(['a'])
  expect(names(openedBefore(list, recents, 'nothing like it'))).toEqual([])
})
