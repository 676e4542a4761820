import { expect, test } from 'vitest'
import { diagnose, found, wrong, type Play } from '../../../testing/diagnose'
import { unreachable } from '../../../testing/captures/network/icmp'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  play.undeliverable(play.router.version === 6 ? 1 : 13, play.router, { port: 135 })
}

test('a router that forbids is named', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'unreachable')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'high' })
  expect(finding!.title).toBe('A device on the path reports: communication administratively prohibited')
  expect(finding!.explanation).toContain('10.0.0.1')
  expect(finding!.explanation).toContain('135')
})

test('about another port it is not reported', async () => {
  const findings = await diagnose((play) => {
    play.undeliverable(13, play.router, { port: 8080 })
  })
  expect(found(findings, 'unreachable')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('ports 445 and 139 of one server, tried at once, are one failure', async () => {
  const findings = await diagnose((play) => {
    play.undeliverable(1, play.router, { port: 445 })
    play.undeliverable(1, play.router, { port: 139 })
  })
  expect(wrong(findings)).toEqual(['unreachable'])
  expect(found(findings, 'unreachable')!.explanation).toContain('port 445')
})

/** A request of connectionless RPC: version 4, request, first and only fragment, little-endian, of svcctl's interface. */
function datagram(): Uint8Array {
  const bytes = new Uint8Array(96)
  bytes.set([4, 0, 0x08, 0, 0x10, 0, 0, 0])
  bytes.set([0x81, 0xbb, 0x7a, 0x36, 0x44, 0x98, 0xf1, 0x35, 0xad, 0x32, 0x98, 0xf0, 0x38, 0, 0x10, 3], 24)
  bytes.set([7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7], 40)
  bytes.set([2, 0, 0, 0], 60)
  bytes.set([12, 0, 0xff, 0xff, 0xff, 0xff, 16, 0], 68)
  return bytes
}

test('a host that refuses a request of connectionless RPC is named', async () => {
  const findings = await diagnose((play) => {
    play.wire.udp(play.client, 50123, play.server, 49200, datagram())
    play.wire.put(unreachable(play.server, play.client, play.frames.at(-1)!.bytes, 3))
  })
  expect(wrong(findings)).toEqual(['unreachable'])
  expect(found(findings, 'unreachable')!.title).toBe('The server itself reports: port unreachable (UDP)')
})

test('a router’s refusal that the client overcomes is a note', async () => {
  const findings = await diagnose((play) => {
    play.undeliverable(1, play.router, { port: 135 })
    play.tcp({ port: 135 }).open()
  })
  expect(wrong(findings)).toEqual([])
  expect(found(findings, 'unreachable')).toMatchObject({ severity: 'note' })
})

test('the finding states the name that led the client to the address, with its frame', async () => {
  const findings = await diagnose((play) => {
    play.lookUp('oldname.corp.example', [play.server.address])
    shows(play)
  })
  const finding = found(findings, 'unreachable')!
  expect(finding.explanation).toContain('oldname.corp.example (frame 2)')
  expect(finding.advice.join(' ')).toContain('Check that oldname.corp.example should be')
})

inOtherClothes('unreachable', shows)
