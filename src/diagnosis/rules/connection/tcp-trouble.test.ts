import { expect, test } from 'vitest'
import { diagnose, found, returning, working, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { duplicateAll } from '../../../testing/scenario'

const shows: Play = (play) => {
  const { session, binding } = working(play)
  const [segment] = session.tcp.send('client', new Uint8Array(60).fill(5))
  for (let i = 0; i < 4; i++) {
    play.wire.wait(1)
    session.tcp.resend(segment!)
  }
  session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(0))
}

test('segments that are sent again and again are remarked', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'tcp-trouble')
  expect(finding).toMatchObject({ severity: 'note' })
  expect(finding!.title).toContain('sent again')
})

test('copies that only the sniffer saw are not', async () => {
  const findings = await diagnose(
    (play) => {
      working(play)
    },
    (frames) => duplicateAll(frames),
  )
  expect(found(findings, 'tcp-trouble')).toBeUndefined()
})

inOtherClothes('tcp-trouble', shows)
