// Fields of headers: tags, and messages that are cut.
import { expect, test } from 'vitest'
import { pcapng } from '../../testing/captures/file/pcapng'
import { arpRequest } from '../../testing/captures/network/ethernet'
import { Host } from '../../testing/captures/network/host'
import { ipFrame } from '../../testing/captures/network/ip'
import { shownFrames } from '../../testing/parity/shown-frames'
import { HAS_TSHARK_LUA, tsharkFrames } from '../../testing/parity/tshark-filters'

const host = new Host({ address: '10.0.0.1' })

/** An ARP request behind tags of these types, numbered 101 and so on with priority 3. IEEE 802.1Q 9.6. */
function tagged(...types: number[]): Uint8Array<ArrayBuffer> {
  const frame = arpRequest(
    host,
    Uint8Array.of(10, 0, 0, 2),
    types.map((_, at) => 0x6000 | (101 + at)),
  )
  const view = new DataView(frame.buffer, frame.byteOffset)
  types.forEach((type, at) => view.setUint16(12 + 4 * at, type))
  return frame
}

/** Of a ping its IP header alone is in the capture: its identification is no type. */
const ping = ipFrame(host, new Host({ address: '10.0.0.2' }), 1, Uint8Array.from([8, 0, 0xf7, 0xfd, 0, 1, 0, 1]))

const frames = [
  tagged(),
  tagged(0x8100),
  tagged(0x88a8),
  tagged(0x88a8, 0x8100),
  tagged(0x88a8, 0x88a8),
  tagged(0x9100, 0x8100),
  tagged(0x8100, 0x8100),
  ping,
  ping.subarray(0, 34),
]
const file = pcapng(frames.map((bytes, index) => ({ microseconds: index * 1000, bytes })))

const FILTERS: [filter: string, numbers: number[]][] = [
  ['vlan.id', [2, 4, 6, 7]],
  ['vlan.id == 101', [2, 6, 7]],
  ['vlan.id == 102', [4, 6, 7]],
  ['vlan.priority == 3', [2, 4, 6, 7]],
  ['ieee8021ad.id == 101', [3, 4]],
  ['ieee8021ad.id == 102', []],
  ['ieee8021ad.svid == 101', [5]],
  ['ieee8021ad.cvid == 102', [5]],
  ['icmp.type', [8]],
  ['icmp.code == 0', [8]],
  ['arp', [1, 2, 3, 4, 5, 6, 7]],
]

const NAMES = FILTERS.map(([filter]) => filter)
const byFilter = (frames: readonly (number[] | undefined)[]) => NAMES.map((name, at) => [name, frames[at]])

test('filters tell tags apart, and know no type of a message that is cut', async () => {
  expect(byFilter(await shownFrames(file, NAMES))).toEqual(FILTERS)
})

test.skipIf(!HAS_TSHARK_LUA)('as tshark does', () => {
  expect(byFilter(tsharkFrames(file, NAMES))).toEqual(FILTERS)
})
