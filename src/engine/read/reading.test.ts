import { afterEach, expect, test, vi } from 'vitest'
import { Frame, Pdu } from '../../../asm/layout'
import { GrowingTable } from '../../capture/table'
import type { Progress } from '../api'
import type { Analysis } from './analysis'
import { readAll, reporter } from './reading'
import type { Source } from './source'

const capture = { frames: new GrowingTable(Frame.COLUMNS), pdus: new GrowingTable(Pdu.COLUMNS) }

afterEach(() => void vi.useRealTimers())

test('each stage is told at once, what goes on in it ten times a second', () => {
  vi.useFakeTimers({ now: 0 })
  const told: Progress[] = []
  const report = reporter({ capture }, 1000, (progress) => told.push(progress))
  const diagnosing = (rulesRun: number) => report({ bytesRead: 1000, stage: 'diagnosing', rulesRun, rules: 69 })
  report({ bytesRead: 10, stage: 'reading' })
  report({ bytesRead: 20, stage: 'reading' })
  vi.advanceTimersByTime(150)
  report({ bytesRead: 30, stage: 'reading' })
  report({ bytesRead: 1000, stage: 'diagnosing' })
  diagnosing(0)
  diagnosing(1)
  vi.advanceTimersByTime(150)
  diagnosing(2)
  report({ bytesRead: 1000, stage: 'done' })
  expect(told.map(({ stage, bytesRead, rulesRun }) => [stage, bytesRead, rulesRun])).toEqual([
    ['reading', 10, undefined],
    ['reading', 30, undefined],
    ['diagnosing', 1000, undefined],
    ['diagnosing', 1000, 0],
    ['diagnosing', 1000, 2],
    ['done', 1000, undefined],
  ])
  expect(told[0]).toMatchObject({ bytesTotal: 1000, frames: 0, pdus: 0 })
})

test('reading ends with the piece under way when nobody wants the rest', async () => {
  const pieces = [1, 2, 3, 4]
  let consumed = 0
  async function* stream() {
    for (const piece of pieces) {
      consumed += piece
      yield await Promise.resolve(new Uint8Array(piece))
    }
  }
  const fed: number[] = []
  const source = {
    stream,
    get consumed() {
      return consumed
    },
  } as unknown as Source
  const analysis = { isCapture: true, feed: (bytes: Uint8Array) => fed.push(bytes.length) } as unknown as Analysis
  await readAll(source, analysis, (bytes) => bytes < 3)
  expect(fed).toEqual([1, 2])
})
