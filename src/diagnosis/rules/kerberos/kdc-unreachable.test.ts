import { expect, test } from 'vitest'
import { kdcRequest, KERBEROS_PORT } from '../../../testing/captures/security/kerberos'
import { unreachable } from '../../../testing/captures/network/icmp'
import { diagnose, found, type Play, working, wrong } from '../../../testing/diagnose'
import type { Scenario } from '../../../testing/scenario'
import { inOtherClothes } from '../../../testing/variations'

const CODE_PORT = 3

function ask({ wire, client, controller, random }: Scenario, port: number): void {
  const service = { name: 'krbtgt/EXAMPLE.COM', realm: 'EXAMPLE.COM' }
  wire.udp(client, port, controller, KERBEROS_PORT, kdcRequest(service, 'eve', random))
}

const shows: Play = (play) => {
  ask(play, 50100)
  play.wire.put(unreachable(play.controller, play.client, play.frames.at(-1).bytes, CODE_PORT))
}

test('a host without a KDC is an error', async () => {
  const findings = await diagnose(shows)
  expect(wrong(findings)).toEqual(['kdc-unreachable'])
  expect(found(findings, 'kdc-unreachable')).toMatchObject({
    confidence: 'high',
    title: 'The Kerberos port of the host that the client asks is refused',
  })
})

test('silence is one after several requests', async () => {
  const silent = (times: number) =>
    diagnose((play) => {
      play.lookUp('dc1.example.com', [play.controller.address])
      for (let sent = 0; sent < times; sent++) {
        ask(play, 50100 + sent)
        play.wire.wait(2)
      }
      play.lookUp('dc2.example.com', [play.controller.address])
    })
  expect(found(await silent(4), 'kdc-unreachable')).toMatchObject({ severity: 'error', confidence: 'medium' })
  expect(found(await silent(1), 'kdc-unreachable')).toBeUndefined()
})

test('another KDC that answers, or a logon without Kerberos, is no failure', async () => {
  const byOther = await diagnose((play) => {
    shows(play)
    play.ticketGiven('krbtgt/EXAMPLE.COM', 'eve', 'EXAMPLE.COM', play.server)
  })
  expect(found(byOther, 'kdc-unreachable')).toBeUndefined()
  const byNtlm = await diagnose((play) => {
    shows(play)
    working(play)
  })
  expect(found(byNtlm, 'kdc-unreachable')).toMatchObject({ severity: 'note' })
  expect(wrong(byNtlm)).toEqual([])
})

inOtherClothes('kdc-unreachable', shows)
