import { expect, test } from 'vitest'
import { diagnose, found, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { cutTo, Host } from '../../../testing/scenario'

const shows: Play = (play) => {
  play.mapEndpoint(SVCCTL, 49200).close('client')
  play.unanswered({ port: 49200 })
}

test('a mapped port that does not answer is reported with the interface', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'dynamic-port-blocked')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'high' })
  expect(finding!.title).toContain('49200')
  expect(finding!.title).toContain('svcctl')
})

test('a mapped port that answers is fine', async () => {
  const findings = await diagnose((play) => {
    play.mapEndpoint(SVCCTL, 49200).close('client')
    working(play, { port: 49200 })
  })
  expect(found(findings, 'dynamic-port-blocked')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('a SYN with which the capture ends is still under way', async () => {
  const findings = await diagnose((play) => {
    play.mapEndpoint(SVCCTL, 49200).close('client')
    play.unanswered({ port: 49200 }, 0)
  })
  expect(wrong(findings)).toEqual([])
})

test('one SYN that ICMP answers is reported, though the capture ends with that', async () => {
  const findings = await diagnose((play) => {
    play.mapEndpoint(SVCCTL, 49200).close('client')
    play.undeliverable(13, play.router, { port: 49200 })
  })
  expect(wrong(findings)).toEqual(['dynamic-port-blocked'])
})

test.each<[number, string, string]>([
  [13, 'A device on the path rejects port 49200 of svcctl (ICMP)', 'Port 135 is allowed, this port is not.'],
  [1, 'ICMP reports for port 49200 of svcctl: host unreachable', 'by ICMP'],
])('ICMP code %i about the port is in the title and the evidence', async (code, title, explanation) => {
  const findings = await diagnose((play) => {
    play.mapEndpoint(SVCCTL, 49200).close('client')
    play.undeliverable(code, play.router, { port: 49200 })
  })
  const finding = found(findings, 'dynamic-port-blocked')!
  expect(finding).toMatchObject({ severity: 'error', confidence: 'high', title })
  expect(finding.explanation).toContain(explanation)
  expect(finding.evidence.some(({ note }) => note.startsWith('ICMP from 10.0.0.1'))).toBe(true)
})

test('ICMP about another port of the server is not its reason', async () => {
  const findings = await diagnose((play) => {
    play.mapEndpoint(SVCCTL, 49200).close('client')
    play.undeliverable(13, play.router, { port: 8080 })
    play.unanswered({ port: 49200 })
  })
  expect(found(findings, 'dynamic-port-blocked')!.title).toBe(
    'Port 135 answers, port 49200 of svcctl does not: likely a firewall',
  )
})

test('with the answer cut away it is still likely', async () => {
  const findings = await diagnose(
    (play) => {
      play.mapEndpoint(SVCCTL, 49200).close('client')
      play.unanswered({ port: 49200 })
    },
    (frames) => cutTo(frames, 100),
  )
  const finding = found(findings, 'dynamic-port-blocked')
  expect(finding).toMatchObject({ confidence: 'medium' })
  expect(finding!.title).toContain('49200')
})

test('a refusal with another TTL than the server’s own packets is a device’s', async () => {
  const findings = await diagnose((play) => {
    play.mapEndpoint(SVCCTL, 49200).close('client')
    play.refused({ port: 49200, server: new Host({ address: play.server.address, timeToLive: 61 }) })
  })
  const finding = found(findings, 'dynamic-port-blocked')!
  expect(finding.title).toContain('A device on the path likely refused dynamic port')
  expect(finding.explanation).toContain('has a TTL of 61')
})

test('a client that is refused at another port than the named one likely used an outdated one', async () => {
  const findings = await diagnose((play) => {
    play.mapEndpoint(SVCCTL, 49200).close('client')
    play.refused({ port: 49999 })
  })
  expect(found(findings, 'dynamic-port-blocked')).toMatchObject({
    severity: 'warning',
    confidence: 'low',
    title: 'The client likely used an outdated port; port 135 names 49200',
  })
})

test.each<[string, Play]>([
  [
    'the named port is used as well',
    (play) => {
      play.mapEndpoint(SVCCTL, 49200).close('client')
      play.refused({ port: 49999 })
      working(play, { port: 49200 })
    },
  ],
  [
    'the port is no dynamic one',
    (play) => {
      play.mapEndpoint(SVCCTL, 49200).close('client')
      play.refused({ port: 8080 })
    },
  ],
  [
    'it is tried long after the answer',
    (play) => {
      play.mapEndpoint(SVCCTL, 49200).close('client')
      play.wire.wait(60)
      play.refused({ port: 49999 })
    },
  ],
  ['the endpoint mapper was not asked', (play) => play.refused({ port: 49999 })],
])('a refused port is not blamed where %s', async (_, play) => {
  const findings = await diagnose(play)
  expect(found(findings, 'dynamic-port-blocked')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('dynamic-port-blocked', shows)
