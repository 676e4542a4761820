// Every form in which a trace carries frames, each from the same conversation.
import { beforeAll, describe, expect, test } from 'vitest'
import { Frame as Column, Interface } from '../../../asm/layout'
import type { Capture } from '../../capture/capture'
import {
  componentEvents,
  firewallEvent,
  ndisEvents,
  pktmonEvents,
  switchEvent,
  wanEvent,
} from '../../testing/captures/etl/frames-as-events'
import { etl, type TraceRecord } from '../../testing/captures/etl/trace-file'
import type { Frame } from '../../testing/captures/file/frame'
import { Scenario } from '../../testing/scenario'
import { analysed, converted } from '../../testing/trace'
import { Link } from './link'

const ETHERNET = 14
let frames: Frame[]
let ipv6: Frame[]
/** Two long frames of the conversation. */
let long: [Frame, Frame]
beforeAll(() => {
  frames = conversation()
  ipv6 = conversation(true)
  long = frames.filter(({ bytes }) => bytes.length > 150).slice(0, 2) as [Frame, Frame]
})

function conversation(ipv6 = false): Frame[] {
  const play = new Scenario({ ipv6 })
  play.activate({ logon: play.logon('CORP\\admin', 'privacy') })
  return play.frames
}

const packetOf = ({ microseconds, bytes }: Frame): Frame => ({ microseconds, bytes: bytes.subarray(ETHERNET) })

/** As IEEE 802.11 data with LLC and SNAP: with QoS, with four addresses, marked as encrypted. */
function wireless({ microseconds, bytes }: Frame, { qos = false, four = false, isProtected = false } = {}): Frame {
  const header = new Uint8Array(24 + (four ? 6 : 0) + (qos ? 2 : 0))
  header[0] = qos ? 0x88 : 0x08
  header[1] = (four ? 3 : 1) | (isProtected ? 0x40 : 0)
  return {
    microseconds,
    bytes: Uint8Array.from([...header, 0xaa, 0xaa, 3, 0, 0, 0, ...bytes.subarray(12)]),
  }
}

/** What an analysis sees of a conversation: RPC messages and lengths of payloads, whatever the link. */
async function seen(records: TraceRecord[]): Promise<{ pdus: number; frames: number; link: number; capture: Capture }> {
  const { capture } = await analysed(etl(records))
  return {
    pdus: capture.pdus.rows,
    frames: capture.frames.rows,
    link: capture.interfaces.rows > 0 ? capture.interfaces.get(Interface.LinkType, 0) : -1,
    capture,
  }
}

async function expected(list: Frame[]): Promise<{ pdus: number; frames: number }> {
  const { pdus, frames } = await seen(list.flatMap((frame) => ndisEvents(frame)))
  expect(pdus).toBeGreaterThan(4)
  return { pdus, frames }
}

describe('NDIS-PacketCapture', () => {
  test('frames of a virtual switch (1003), whatever the number of their destinations', async () => {
    for (const destinations of [0, 1, 5]) {
      const found = await seen(frames.map((frame) => switchEvent(frame, destinations)))
      expect(found).toMatchObject({ ...(await expected(frames)), link: Link.Ethernet })
    }
  })

  test('mobile broadband: IP without a link, also IPv6', async () => {
    for (const list of [frames, ipv6]) {
      const found = await seen(list.flatMap((frame) => ndisEvents(packetOf(frame), { mobile: true })))
      expect(found).toMatchObject({ ...(await expected(list)), link: Link.RawIp })
    }
  })

  test.each([{}, { qos: true }, { four: true, qos: true }])(
    '802.11 with its header (%o), also marked as encrypted',
    async (form) => {
      for (const isProtected of [false, true]) {
        const list = frames.map((frame) => wireless(frame, { ...form, isProtected }))
        const found = await seen(list.flatMap((frame) => ndisEvents(frame, { wireless: true })))
        expect(found).toMatchObject({ ...(await expected(frames)), link: Link.Ieee80211 })
      }
    },
  )

  test('Ethernet that is tagged as Wi-Fi', async () => {
    const found = await seen(frames.flatMap((frame) => ndisEvents(frame, { wireless: true })))
    expect(found).toMatchObject({ ...(await expected(frames)), link: Link.Ethernet })
  })

  test('fragments of two packets at a time, on two threads', async () => {
    const [one, two] = long.map((frame, index) =>
      ndisEvents(
        { ...frame, microseconds: long[0].microseconds },
        { fragmentBytes: 40, withoutTail: true, threadId: 20 + index },
      ),
    )
    const mixed = one!.flatMap((record, index) => [record, ...(two![index] ? [two![index]!] : [])])
    const rest = two!.slice(one!.length)
    const { capture } = await seen([...mixed, ...rest])
    expect(capture.frames.rows).toBe(2)
    const lengths = [0, 1].map((row) => capture.frames.get(Column.Length, row)).sort((a, b) => a - b)
    expect(lengths).toEqual(long.map(({ bytes }) => bytes.length).sort((a, b) => a - b))
  })

  test('a fragment without a beginning, and one without an end, are no frames', async () => {
    const pieces = ndisEvents(long[0], { fragmentBytes: 40, withoutTail: true })
    expect(pieces.length).toBeGreaterThan(2)
    expect((await seen(pieces.slice(1))).frames).toBe(0)
    expect((await seen(pieces.slice(0, -1))).frames).toBe(0)
  })
})

test('NdisWan: dial-in and VPN', async () => {
  expect(await seen(frames.map(wanEvent))).toMatchObject({ ...(await expected(frames)), link: Link.Ethernet })
})

test('Pef-WFP: packets whose IP header is made again', async () => {
  for (const list of [frames, ipv6]) {
    const { pdus, frames: count } = await expected(list)
    expect(await seen(list.map(firewallEvent))).toMatchObject({ pdus, frames: count, link: Link.RawIp })
  }
})

describe('PktMon', () => {
  /** The same events with another packet type, and the frame in another form. */
  const typed = (list: Frame[], type: number, form: (frame: Frame) => Frame) =>
    pktmonEvents(list.map(form)).map((record) => {
      const data = record.data.slice()
      data[14] = type
      return { ...record, data }
    })

  test('Wi-Fi, and Ethernet that is tagged as Wi-Fi', async () => {
    const { pdus, frames: count } = await expected(frames)
    const trace = (form: (frame: Frame) => Frame) =>
      seen([...typed(frames, 2, form), ...componentEvents(frames.at(-1)!.microseconds + 1e6)])
    expect(await trace((frame) => wireless(frame, { qos: true }))).toMatchObject({
      pdus,
      frames: count,
      link: Link.Ieee80211,
    })
    expect(await trace((frame) => frame)).toMatchObject({ pdus, frames: count, link: Link.Ethernet })
  })

  test('IP without a link (type 3)', async () => {
    const { pdus, frames: count } = await expected(ipv6)
    expect(await seen(typed(ipv6, 3, packetOf))).toMatchObject({ pdus, frames: count, link: Link.RawIp })
  })

  test('a packet that is only seen as dropped is a frame', async () => {
    const drops = pktmonEvents(frames.slice(0, 2), {
      stays: () => true,
      drop: () => ({ reason: 909, location: 0xe0004109 }),
    })
    const { capture } = await seen(drops)
    expect(capture.frames.rows).toBe(2)
  })
})

test('every form cut at every length of its data', async () => {
  const [one] = long
  const forms = [
    ndisEvents(one)[0]!,
    ndisEvents(wireless(one), { wireless: true })[0]!,
    switchEvent(one),
    wanEvent(one),
    firewallEvent(one),
    firewallEvent(ipv6[5]!),
    pktmonEvents([one])[0]!,
  ]
  for (const form of forms) {
    const records = Array.from({ length: form.data.length + 1 }, (_, length) => ({
      ...form,
      microseconds: form.microseconds + length * 10_000,
      data: form.data.subarray(0, length),
    }))
    const { capture } = await analysed(etl(records))
    expect(capture.events.rows).toBe(records.length)
    for (let row = 0; row < capture.frames.rows; row++)
      expect(capture.frames.get(Column.Captured, row)).toBeLessThanOrEqual(form.data.length + 40)
    expect((await converted(etl(records))).note).toBeUndefined()
  }
})
