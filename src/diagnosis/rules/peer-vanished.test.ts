import { expect, test } from 'vitest'
import { diagnose, found, working, wrong, type Play } from '../../../e2e/diagnosing'
import { inOtherClothes } from '../../../e2e/variants'

const shows: Play = (play) => {
  const { session } = working(play)
  for (let i = 0; i < 6; i++) {
    play.wire.wait(1)
    session.tcp.keepAlive('client')
  }
}

test('keep-alives without an answer are told', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'peer-vanished')
  expect(finding).toMatchObject({ severity: 'error' })
})

test('keep-alives that are answered are fine', async () => {
  const findings = await diagnose((play) => {
    const { session } = working(play)
    for (let i = 0; i < 6; i++) {
      play.wire.wait(1)
      session.tcp.keepAlive('client')
      session.tcp.acknowledge('server')
    }
  })
  expect(found(findings, 'peer-vanished')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('peer-vanished', shows)
