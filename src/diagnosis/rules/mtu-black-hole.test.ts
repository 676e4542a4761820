import { expect, test } from 'vitest'
import { diagnose, found, working, wrong } from '../../../e2e/diagnosing'

test('a full-size segment that is sent again and again is told', async () => {
  const findings = await diagnose((play) => {
    const { session } = working(play)
    const [segment] = session.tcp.send('client', new Uint8Array(1460).fill(5))
    for (let i = 0; i < 4; i++) {
      play.wire.wait(1)
      session.tcp.resend(segment!)
    }
  })
  const finding = found(findings, 'mtu-black-hole')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'medium' })
})

test('small segments too are plain loss', async () => {
  const findings = await diagnose((play) => {
    const { session } = working(play)
    const [segment] = session.tcp.send('client', new Uint8Array(200).fill(5))
    for (let i = 0; i < 4; i++) {
      play.wire.wait(1)
      session.tcp.resend(segment!)
    }
  })
  expect(found(findings, 'mtu-black-hole')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})
