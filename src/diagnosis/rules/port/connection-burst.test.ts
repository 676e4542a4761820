import { expect, test } from 'vitest'
import { diagnose, found, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  for (let i = 0; i < 12; i++)
    if (i % 4 === 3) play.refused({ port: 49157 })
    else working(play)
}

test('a dozen SYNs at once of which some are refused are reported', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'connection-burst')
  expect(finding).toMatchObject({ severity: 'warning', confidence: 'medium' })
  expect(finding!.title).toContain('3 of 12 connections in a burst failed')
})

test('a dozen that are all taken are fine', async () => {
  const findings = await diagnose((play) => {
    for (let i = 0; i < 12; i++) working(play)
  })
  expect(found(findings, 'connection-burst')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('a SYN that is under way as the capture ends is none that failed', async () => {
  const findings = await diagnose((play) => {
    for (let i = 0; i < 12; i++) working(play)
    play.unopened({ port: 49157 }).tcp.synchronize('client')
  })
  expect(found(findings, 'connection-burst')).toBeUndefined()
})

// SMB has a rule of its own for refused ports.
inOtherClothes('connection-burst', shows, { except: ['through a named pipe'] })
