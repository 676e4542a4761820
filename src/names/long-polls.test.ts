import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isLongPoll, LONG_POLLS } from './long-polls'

const interfaces = readFileSync(join(import.meta.dirname, 'data', 'interfaces.tsv'), 'utf8').split('\n')

/** Each entry and the name of its method by the tables. */
const longPolls = [...LONG_POLLS]
  .map((method) => method.split(' '))
  .map(([uuid, opnum]) => {
    const cells = interfaces.find((line) => line.startsWith(uuid!))?.split('\t') ?? []
    const first = cells[2] === 'com' ? 3 : 0
    return { uuid: uuid!, opnum: Number(opnum), method: cells[5]?.split(' ')[Number(opnum) - first] }
  })

test('there are methods that wait', () => expect(longPolls.length).toBeGreaterThan(15))

test.each(longPolls)('$method waits for something, by its name', ({ uuid, opnum, method }) => {
  expect(method).toMatch(/Wait|Notif|Poll|Next|Subscri|GetNewChannel/)
  expect(isLongPoll(uuid, opnum)).toBe(true)
})

test('others do not', () => {
  expect(isLongPoll('9556dc99-828c-11cf-a37e-00aa003240c7', 20)).toBe(false)
  expect(isLongPoll(undefined, 0)).toBe(false)
})
