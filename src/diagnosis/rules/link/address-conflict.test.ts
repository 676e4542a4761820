import { expect, test } from 'vitest'
import { diagnose, found, type Play, working, wrong } from '../../../testing/diagnose'
import { arpReply, arpRequest } from '../../../testing/captures/network/ethernet'
import { cutTo, Host, type Scenario } from '../../../testing/scenario'

/** The client asks for the server's link address, and these hosts answer in turn. */
function answeredBy(play: Scenario, ...owners: Host[]): void {
  for (const owner of owners) {
    play.wire.put(arpRequest(play.client, play.server.ip))
    play.wire.put(arpReply(owner, play.client))
    play.wire.wait(0.5)
  }
}

const twin = (play: Scenario) => new Host({ address: play.server.address, name: 'TWIN', mac: '00:15:5d:aa:bb:cc' })

const shows: Play = (play) => {
  answeredBy(play, play.server, twin(play), play.server)
  const { session } = working(play)
  session.tcp.reset('server')
}

test('two link addresses that claim one address, and a reset, are a warning', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'address-conflict')
  expect(finding).toMatchObject({ severity: 'warning', confidence: 'medium' })
  expect(finding!.title).toContain('likely')
  expect(finding!.evidence).toHaveLength(4)
})

test('without a broken connection it may be by design: a note', async () => {
  const findings = await diagnose((play) => answeredBy(play, play.server, twin(play), play.server))
  expect(found(findings, 'address-conflict')).toMatchObject({ severity: 'note' })
  expect(wrong(findings)).toEqual([])
})

test('an address that moves once is that of a cluster', async () => {
  const findings = await diagnose((play) => {
    answeredBy(play, play.server, twin(play), twin(play))
    working(play).session.tcp.reset('server')
  })
  expect(found(findings, 'address-conflict')).toBeUndefined()
})

test('cut in the middle of ARP, nothing is concluded', async () => {
  expect(found(await diagnose(shows, (frames) => cutTo(frames, 30)), 'address-conflict')).toBeUndefined()
})
