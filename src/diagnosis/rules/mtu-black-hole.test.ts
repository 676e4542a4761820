import { expect, test } from 'vitest'
import { diagnose, found, working, wrong, type Play } from '../../../e2e/diagnosing'
import { inOtherClothes } from '../../../e2e/variants'

const shows: Play = (play) => {
  const { session } = working(play)
  const [segment] = session.tcp.send('client', new Uint8Array(1460).fill(5))
  for (let i = 0; i < 4; i++) {
    play.wire.wait(1)
    session.tcp.resend(segment!)
  }
}

test('a full-size segment that is sent again and again is told', async () => {
  const findings = await diagnose(shows)
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
    session.tcp.acknowledge('server')
  })
  expect(found(findings, 'mtu-black-hole')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('mtu-black-hole', shows)
