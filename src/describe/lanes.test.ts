import { expect, test } from 'vitest'
import { hostOf, identityColours, type LadderConnection, lanesOf, lanesOfStep } from './lanes'

const connection = (client: string, server: string, names: string[] = []): LadderConnection => ({
  client,
  server,
  identities: names.map((name) => ({ name, level: 'connect' })),
})

test('an endpoint loses its port and keeps the rest', () => {
  expect(['10.0.0.1:135', '[fe80::1]:49157', '10.0.0.1'].map(hostOf)).toEqual(['10.0.0.1', '[fe80::1]', '10.0.0.1'])
})

test('a host has one lane, however many connections it has', () => {
  const lanes = lanesOf([connection('a:1', 'b:135'), connection('a:2', 'b:49157'), connection('c:1', 'a:135')])
  expect(lanes).toEqual(['a', 'b', 'c'])
})

test('the server answers in the other direction', () => {
  const row = connection('a:1', 'b:135')
  const step = { connection: 0, frame: 0, time: 0, kind: 'request', text: '' } as const
  expect(lanesOfStep({ ...step, from: 'client' }, row, ['a', 'b'])).toEqual({ from: 0, to: 1 })
  expect(lanesOfStep({ ...step, from: 'server' }, row, ['a', 'b'])).toEqual({ from: 1, to: 0 })
})

test('the same name has the same colour on every connection', () => {
  const colours = identityColours([connection('a:1', 'b:1', ['adm', 'eve']), connection('a:2', 'b:1', ['eve'])])
  expect([...colours]).toEqual([
    ['adm', 0],
    ['eve', 1],
  ])
})
