import { expect, test } from 'vitest'
import { diagnose, found, type Play, working, wrong } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

/** SYN and SYN-ACK, again and again. */
const shows: Play = (play) => {
  const tcp = play.tcp({ port: 135 })
  tcp.synchronize('client')
  tcp.synchronize('server')
  for (const pause of [1, 2, 4]) {
    play.wire.wait(pause)
    tcp.synchronize('client', true)
    tcp.synchronize('server', true)
  }
}

test('an acceptance that the client never confirms is lost on its way', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'answer-lost')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'medium', atFault: { party: 'network' } })
  expect(finding!.title).toContain('likely do not reach the client')
  expect(wrong(findings)).toEqual(['answer-lost'])
})

test('a SYN that was sent twice before the acceptance came is a slow answer', async () => {
  const findings = await diagnose((play) => {
    const tcp = play.tcp({ port: 135 })
    tcp.synchronize('client')
    play.wire.wait(1)
    tcp.synchronize('client', true)
    tcp.synchronize('server')
    tcp.acknowledge('client')
    tcp.close('client')
  })
  expect(found(findings, 'answer-lost')).toBeUndefined()
})

test('a later connection makes it a note', async () => {
  const findings = await diagnose((play) => {
    shows(play)
    working(play, { port: 135 }).session.close('client')
  })
  expect(found(findings, 'answer-lost')).toMatchObject({ severity: 'note' })
  expect(wrong(findings)).toEqual([])
})

test('where the capture ends after the acceptance, nothing is lost yet', async () => {
  expect(found(await diagnose(shows, (frames) => frames.slice(0, 2)), 'answer-lost')).toBeUndefined()
})

// Of SYNs alone nothing shows that they were answered.
inOtherClothes('answer-lost', shows, { lesser: ['port-unanswered'] })
