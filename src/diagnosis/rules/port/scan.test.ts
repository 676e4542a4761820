import { expect, test } from 'vitest'
import { diagnose, found, working, wrong, type Play } from '../../../testing/diagnose'
import { Host } from '../../../testing/scenario'
import { inOtherClothes } from '../../../testing/variations'

const PORTS = Array.from({ length: 74 }, (_, i) => 1030 + i)

const shows: Play = (play) => {
  play.mapEndpoint({ uuid: '367abb81-9844-35f1-ad32-98f038001003', version: '2.0' }, 49157).close('client')
  for (const port of PORTS) play.refused({ port })
}

test('many ports of one host are one scan, and no other rule blames RPC for them', async () => {
  const findings = await diagnose(shows)
  expect(wrong(findings)).toEqual([])
  expect(found(findings, 'scan')).toMatchObject({
    severity: 'note',
    title: 'A port scan: 74 ports of a host tried without success',
  })
  expect(found(findings, 'dynamic-port-blocked')).toBeUndefined()
  expect(found(findings, 'port-refused')).toBeUndefined()
})

test('so is one port of many hosts, also where it does not answer', async () => {
  const findings = await diagnose((play) => {
    for (let host = 20; host < 40; host++)
      play.unanswered({ port: 445, server: new Host({ address: `10.0.0.${host}` }) }, 1)
  })
  expect(wrong(findings)).toEqual([])
  expect(found(findings, 'scan')!.title).toBe('A scan for port 445: 20 hosts tried without success')
})

test.each([
  ['during', 1, []],
  ['after', 30, ['port-refused']],
])('a second port that the client tries %s the scan', async (_, after, expected) => {
  const findings = await diagnose((play) => {
    for (let host = 20; host < 40; host++) {
      play.unanswered({ port: 445, server: new Host({ address: `10.0.0.${host}` }) }, 1)
      if (host === 20 + after) play.refused({ port: 135 })
    }
    if (after >= 20) play.refused({ port: 135 })
  })
  expect(wrong(findings)).toEqual(expected)
})

test('a few packets of a host of the Internet are strays', async () => {
  const findings = await diagnose((play) => {
    working(play, {})
    play.tcp({ client: play.server, server: play.router, port: 443 }).open()
    play.unanswered({ client: new Host({ address: '45.83.64.1' }), port: 135 })
  })
  expect(wrong(findings)).toEqual([])
  expect(found(findings, 'scan')!.title).toBe('Stray packets from the Internet tried ports without success')
})

test('a client of many servers of which some are down does not scan', async () => {
  const findings = await diagnose((play) => {
    for (let host = 20; host < 60; host++) {
      const server = new Host({ address: `10.0.0.${host}` })
      if (host % 4 === 0) play.refused({ port: 135, server })
      else
        play
          .mapEndpoint({ uuid: '367abb81-9844-35f1-ad32-98f038001003', version: '2.0' }, 49157, { server })
          .close('client')
    }
  })
  expect(found(findings, 'scan')).toBeUndefined()
  expect(wrong(findings)).toContain('port-refused')
})

test('one port that is tried again and again is no scan', async () => {
  const findings = await diagnose((play) => {
    for (let tried = 0; tried < 30; tried++) play.refused({ port: 135 })
  })
  expect(found(findings, 'scan')).toBeUndefined()
  expect(wrong(findings)).toEqual(['port-refused'])
})

inOtherClothes('scan', shows)
