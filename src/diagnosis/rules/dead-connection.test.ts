import { expect, test } from 'vitest'
import { diagnose, found, working, wrong } from '../../../e2e/diagnosing'

test('a call over a connection that the server had closed is told', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.tcp.finish('server')
    play.wire.wait(5)
    session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
    session.tcp.reset('server')
  })
  const finding = found(findings, 'dead-connection')
  expect(finding).toMatchObject({ severity: 'error', executed: 'no' })
  expect(finding!.title).toContain('closed')
})

test('a connection that both close is fine', async () => {
  const findings = await diagnose((play) => {
    const { session } = working(play)
    session.close('server')
  })
  expect(found(findings, 'dead-connection')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})
