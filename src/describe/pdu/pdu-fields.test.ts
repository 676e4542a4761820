import { expect, test } from 'vitest'
import { examine, SVCCTL } from '../../testing/diagnose'
import { extendedError, Scenario } from '../../testing/scenario'
import { pduBytes } from '../../capture/pdu'
import { pduLines } from './pdu-fields'
import { pduView } from './pdu-view'

test('extended error information of a bind_nak is in its tree', async () => {
  const play = new Scenario()
  const session = play.rpc()
  const error = { computer: 'SERVER1', processId: 572, fileTime: 0n, component: 2, status: 5, detectionLocation: 80 }
  session.refuse(session.offer(SVCCTL), 0, extendedError({ ...error, parameters: [] }))
  const { theCase } = await examine(play.frames)
  const rejection = theCase.capture.pdus.rows - 1
  const bytes = pduBytes(theCase.capture, rejection)
  const lines = pduLines(theCase, pduView(theCase, rejection), bytes)
  expect(lines.map(({ label }) => label)).toContain('Extended error information')
  expect(lines.find(({ label }) => label === 'Process id')!.value).toBe('572')
  expect(lines.every(({ at, length }) => at + length <= bytes.length)).toBe(true)
})
