import { expect, test } from 'vitest'
import { diagnose, found, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import type { Scenario } from '../../../testing/scenario'

const CONNECT = 0
const READ = 2
/** ErrorCode IODConnectRes, ErrorDecode PNIO, ErrorCode1 CMRPC, ErrorCode2 Out of AR resources. */
const OUT_OF_AR = 0xdb814004
const INVALID_INDEX = 0xde80b000

/** A datagram of C706 12.5 to PNIO-Device: request (0) or response (2), whose stub begins with `status`. */
function datagram(type: number, opnum: number, sequence: number, status: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(100)
  const view = new DataView(bytes.buffer)
  bytes.set([4, type, 0x20, 0, 0x10])
  bytes.set([1, 0, 0xa0, 0xde, 0x97, 0x6c, 0xd1, 0x11, 0x82, 0x71, 0, 0xa0, 0x24, 0x42, 0xdf, 0x7d], 24)
  view.setUint8(40, 0x55)
  view.setUint32(60, 1, true)
  view.setUint32(64, sequence, true)
  view.setUint16(68, opnum, true)
  view.setUint16(74, 20, true)
  view.setUint32(80, status, true)
  return bytes
}

/** The controller asks for a service; the device answers from a port of its own. */
function asks({ wire, client, server }: Scenario, opnum: number, sequence: number, status: number): void {
  wire.udp(client, 49152, server, 34964, datagram(0, opnum, sequence, 0))
  wire.udp(server, 49170, client, 49152, datagram(2, opnum, sequence, status))
}

const shows: Play = (play) => asks(play, CONNECT, 1, OUT_OF_AR)

test('a device without resources for another connection is reported', async () => {
  const finding = found(await diagnose(shows), 'profinet-error')!
  expect(finding).toMatchObject({ severity: 'error', confidence: 'high' })
  expect(finding.title).toContain('no resources')
  expect(finding.explanation).toContain('out of AR resources')
})

test('a connection that is accepted, at once or later, is none', async () => {
  expect(wrong(await diagnose((play) => asks(play, CONNECT, 1, 0)))).toEqual([])
  const later = await diagnose((play) => {
    shows(play)
    asks(play, CONNECT, 2, 0)
  })
  expect(found(later, 'profinet-error')).toMatchObject({ severity: 'note' })
  expect(wrong(later)).toEqual([])
})

test('a record that the device does not have is a note, and the end of an answer no status', async () => {
  const findings = await diagnose((play) => {
    asks(play, CONNECT, 1, 0)
    for (const sequence of [2, 3]) asks(play, READ, sequence, INVALID_INDEX)
  })
  expect(found(findings, 'profinet-error')).toMatchObject({ severity: 'note', count: 2 })
  expect(found(findings, 'profinet-error')!.title).toContain('invalid index')
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('profinet-error', shows)
