import { beforeAll, describe, expect, test } from 'vitest'
import { Frame } from '../../../../asm/layout'
import { winpeCapture } from '../../../testing/case-study/winpe'
import { pcapng } from '../../../testing/captures/file/pcapng'
import { opened } from '../../../testing/diagnose'
import { HAS_TSHARK, tsharkFields } from '../../../testing/tshark'
import type { OpenCapture } from '../../worker/open-capture'
import { protocolHierarchy } from './hierarchy'
import { packetLengths } from './lengths'
import { countsOverTime, stepsOf } from './over-time'
import { talkers } from './talkers'

const goOn = () => Promise.resolve(true)
const file = pcapng(winpeCapture())
let open: OpenCapture
let all: number
beforeAll(async () => {
  open = await opened(file)
  all = open.capture.frames.rows
})
const bytes = (rows: Iterable<number>) =>
  [...rows].reduce((sum, row) => sum + open.capture.frames.get(Frame.Length, row), 0)

describe('the protocol hierarchy', () => {
  test('counts each frame once at every depth', async () => {
    const rows = (await protocolHierarchy(open.capture, all, goOn))!
    expect(rows[0]).toMatchObject({ path: ['eth'], frames: all, bytes: bytes(Array(all).keys()) })
    expect(rows.reduce((sum, { endFrames }) => sum + endFrames, 0)).toBe(all)
    const paths = rows.map(({ path }) => path.join(':'))
    expect(paths).toContain('eth:ip:tcp:dcerpc')
    expect(paths).toContain('eth:arp')
  })

  test.skipIf(!HAS_TSHARK)('has as many TCP and UDP frames as tshark', async () => {
    const rows = (await protocolHierarchy(open.capture, all, goOn))!
    const stacks = tsharkFields(file, ['frame.protocols']).map(([stack]) => stack!.split(':'))
    for (const name of ['tcp', 'udp'])
      expect(rows.filter(({ path }) => path.at(-1) === name).reduce((sum, { frames }) => sum + frames, 0)).toBe(
        stacks.filter((stack) => stack.includes(name)).length,
      )
  })

  test('is of the frames that are shown, and ends when it is no longer wanted', async () => {
    const rows = (await protocolHierarchy(open.capture, Uint32Array.of(522, 524), goOn))!
    expect(rows.at(-1)).toMatchObject({ path: ['eth', 'ip', 'tcp', 'dcerpc'], frames: 2, endFrames: 2 })
    const many = new Uint32Array(0x40000 + 1)
    expect(await protocolHierarchy(open.capture, many, () => Promise.resolve(false))).toBeUndefined()
  })
})

describe('conversations and endpoints', () => {
  test('share all frames between two directions', async () => {
    const { conversations, endpoints, leftOut } = (await talkers(open.capture, all, goOn))!
    expect(leftOut).toBe(0)
    const ip = conversations.filter(({ layer }) => layer === 'ip')
    const rows = [...Array(all).keys()].filter((row) => open.frameInfos([row]).length > 0)
    const ofIp = rows.filter((row) => /^\d/.test(ends(row)))
    expect(ip.reduce((sum, row) => sum + row.framesAtoB + row.framesBtoA, 0)).toBe(ofIp.length)
    for (const layer of ['ip', 'tcp'] as const) {
      const ofLayer = endpoints.filter((row) => row.layer === layer)
      const sum = (of: (row: (typeof ofLayer)[number]) => number) => ofLayer.reduce((total, row) => total + of(row), 0)
      expect(sum(({ bytesSent }) => bytesSent)).toBe(sum(({ bytesReceived }) => bytesReceived))
    }
  })

  test('number a connection as filters do', async () => {
    const { conversations } = (await talkers(open.capture, all, goOn))!
    const filters = await open.filters()
    for (const row of conversations.filter(({ layer }) => layer === 'tcp').slice(0, 5)) {
      const found = await filters.rows(`tcp.stream == ${row.stream}`)
      expect('rows' in found && found.rows.length).toBe(row.framesAtoB + row.framesBtoA)
    }
  })
})

test('lengths fall into ranges that hold all frames', async () => {
  const rows = (await packetLengths(open.capture, all, goOn))!
  expect(rows.reduce((sum, { frames }) => sum + frames, 0)).toBe(all)
  for (const { from, to, least, most, mean } of rows.filter(({ frames }) => frames > 0)) {
    expect(least).toBeGreaterThanOrEqual(from)
    expect(most).toBeLessThanOrEqual(to)
    expect(mean).toBeGreaterThanOrEqual(least!)
  }
})

test('amounts over time add up to the capture', async () => {
  const steps = stepsOf(open.capture, 0.1, 1000)
  const counts = (await countsOverTime(open.capture, all, 0.1, steps, goOn))!
  expect(counts.frames.reduce((sum, count) => sum + count, 0)).toBe(all)
  expect(counts.bytes.reduce((sum, count) => sum + count, 0)).toBe(bytes(Array(all).keys()))
  expect(stepsOf(open.capture, 1e-6, 100)).toBe(100)
})

function ends(row: number): string {
  const { frames, addresses } = open.capture
  return addresses.get(0, frames.get(Frame.Source, row)) === 1 ? '1' : ''
}
