import { afterEach, expect, test, vi } from 'vitest'
import { Frame, Pdu } from '../../asm/layout'
import { GrowingTable } from '../capture/table'
import type { Progress } from './api'
import { reporter } from './reading'

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
