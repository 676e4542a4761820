import { describe, expect, test } from 'vitest'
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

describe('TCP port 88', () => {
  /** The client reaches SMB, opens a connection to the KDC in vain, and leaves. */
  const inVain: Play = (play) => {
    const smb = play.tcp({ port: 445 }).open()
    play.unanswered({ port: 88, server: play.controller })
    play.wire.wait(5)
    smb.close('client')
  }

  test('that does not answer is an error of its own', async () => {
    const findings = await diagnose(inVain)
    expect(wrong(findings)).toEqual(['kdc-unreachable'])
    const finding = found(findings, 'kdc-unreachable')!
    expect(finding).toMatchObject({
      severity: 'error',
      confidence: 'medium',
      title: 'No KDC answers the client’s requests for tickets',
    })
    expect(finding.explanation).toContain('3 SYNs to TCP port 88')
  })

  test('of a client that logs on all the same is a note', async () => {
    const findings = await diagnose((play) => {
      inVain(play)
      working(play)
    })
    expect(found(findings, 'kdc-unreachable')).toMatchObject({ severity: 'note' })
    expect(wrong(findings)).toEqual([])
  })

  test('is no failure where another KDC gives the ticket', async () => {
    const findings = await diagnose((play) => {
      play.unanswered({ port: 88, server: play.controller })
      play.ticketGiven('krbtgt/EXAMPLE.COM', 'eve', 'EXAMPLE.COM', play.server)
    })
    expect(found(findings, 'kdc-unreachable')).toBeUndefined()
  })

  test('that something checks, without any other sign of Kerberos, is left alone', async () => {
    for (const check of [
      (play: Scenario) => play.unanswered({ port: 88, server: play.controller }),
      (play: Scenario) => play.refused({ port: 88, server: play.controller }),
    ])
      expect(wrong(await diagnose(check))).toEqual([])
  })
})

inOtherClothes('kdc-unreachable', shows)
