import { expect, test } from 'vitest'
import { diagnose, found, type Play, working, wrong } from '../../../testing/diagnose'
import { arpRequest } from '../../../testing/captures/network/ethernet'
import { Host, type Scenario } from '../../../testing/scenario'

/** The client asks who has an address, `times` times, a second apart. */
function asks(play: Scenario, target: Host, times = 4): void {
  for (let sent = 0; sent < times; sent++) {
    play.wire.put(arpRequest(play.client, target.ip))
    play.wire.wait(1)
  }
}

const shows: Play = (play) => {
  play.lookUp('server1.corp.example', [play.server.address])
  asks(play, play.server)
}

test('a host that was looked up and does not answer ARP is likely off', async () => {
  const findings = await diagnose(shows)
  expect(found(findings, 'arp-unanswered')).toMatchObject({
    severity: 'error',
    confidence: 'medium',
    title: 'The host server1.corp.example does not answer ARP: it is likely off',
  })
  expect(wrong(findings)).toEqual(['arp-unanswered'])
})

test('a server that was called before is gone from the network for certain', async () => {
  const findings = await diagnose((play) => {
    working(play).session.close('client')
    play.wire.wait(60)
    asks(play, play.server)
  })
  expect(found(findings, 'arp-unanswered')).toMatchObject({ severity: 'error', confidence: 'high' })
})

test('an answer, late or to a later question, is none', async () => {
  const findings = await diagnose((play) => {
    shows(play)
    play.wire.arp(play.client, play.server)
  })
  expect(found(findings, 'arp-unanswered')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('a host that speaks afterwards had answered unseen', async () => {
  const findings = await diagnose((play) => {
    shows(play)
    working(play).session.close('client')
  })
  expect(found(findings, 'arp-unanswered')).toBeUndefined()
})

test('requests that are all that a capture holds are a note', async () => {
  const findings = await diagnose((play) => asks(play, play.server))
  expect(found(findings, 'arp-unanswered')).toMatchObject({
    severity: 'note',
    confidence: 'low',
    title: 'The one host that is asked for does not answer ARP',
  })
})

test.each<[string, Play]>([
  [
    'another host asks as well, as in any network',
    (play) => {
      asks(play, play.server)
      play.wire.put(arpRequest(play.controller, play.client.ip))
    },
  ],
  [
    'another address is asked for',
    (play) => {
      asks(play, play.server)
      asks(play, play.controller, 1)
    },
  ],
  ['there are but two', (play) => asks(play, play.server, 2)],
])('requests without an answer are everyday noise where %s', async (_, play) => {
  expect(found(await diagnose(play), 'arp-unanswered')).toBeUndefined()
})

test('a search for hosts is none', async () => {
  const findings = await diagnose((play) => {
    for (let host = 100; host < 110; host++) {
      play.lookUp(`host${host}.corp.example`, [`10.0.0.${host}`])
      asks(play, new Host({ address: `10.0.0.${host}`, name: 'X' }))
    }
  })
  expect(found(findings, 'arp-unanswered')).toBeUndefined()
})

test('cut before the third question, it is none', async () => {
  const findings = await diagnose(shows, (frames) => frames.slice(0, 4))
  expect(found(findings, 'arp-unanswered')).toBeUndefined()
})
