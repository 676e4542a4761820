import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { Message, Protocol } from '../../../asm/layout'
import type { PortProtocol } from '../../capture/port-protocol'
import { Scenario, pcapng } from '../../testing/scenario'
import { returning, SVCCTL } from '../../testing/diagnose'
import { Analysis } from '../read/analysis'

const module = new WebAssembly.Module(readFileSync(new URL('../../../asm/build/release.wasm', import.meta.url)))
const IPV4 = 14
const TCP = IPV4 + 20

type Frames = Scenario['frames']

/** The same frames with another TCP port in place of one. */
function moved(frames: Frames, from: number, to: number): Frames {
  return frames.map((frame) => {
    const bytes = frame.bytes.slice()
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    for (const at of [TCP, TCP + 2]) if (view.getUint16(at) === from) view.setUint16(at, to)
    return { ...frame, bytes }
  })
}

async function read(frames: Frames, decodeAs?: PortProtocol[]) {
  const analysis = await Analysis.start(module, undefined, decodeAs)
  analysis.feed(pcapng(frames))
  const { calls } = analysis.end()
  const { messages, pdus } = analysis.capture
  // Of another protocol where RPC is expected the first bytes are kept: they are read as nothing.
  const protocols = Array.from({ length: messages.rows }, (_, row) => messages.get(Message.Protocol, row))
  const read = protocols.filter((protocol) => protocol !== Number(Protocol.Unknown))
  return { calls: calls.rows, messages: read.length, pdus: pdus.rows }
}

function smbFrames(): Frames {
  const scenario = new Scenario()
  const { session } = scenario.pipe('svcctl', 'CORP\\admin')
  session.call(session.bind(SVCCTL), { opnum: 15, stub: new Uint8Array(40) }, returning(0))
  return scenario.frames
}

describe('a port that the user assigns to a protocol', () => {
  test('is read as SMB, with the calls through its pipes', async () => {
    const frames = smbFrames()
    const usual = await read(frames)
    expect(usual.calls).toBe(1)
    const elsewhere = moved(frames, 445, 4455)
    expect((await read(elsewhere)).calls).toBe(0)
    expect(await read(elsewhere, [{ port: 4455, protocol: 'SMB' }])).toEqual(usual)
  })

  test('is read so from either side of the connection, and other ports are not', async () => {
    const elsewhere = moved(smbFrames(), 445, 4455)
    expect((await read(elsewhere, [{ port: 4456, protocol: 'SMB' }])).calls).toBe(0)
    const { port } = clientPort(elsewhere)
    expect((await read(elsewhere, [{ port, protocol: 'SMB' }])).calls).toBe(1)
  })

  test('is read as RPC also where the capture joins in the middle of a PDU', async () => {
    const scenario = new Scenario()
    const session = scenario.rpc({ port: 49157 })
    const binding = session.bind(SVCCTL)
    for (let times = 0; times < 3; times++) session.call(binding, { opnum: 15, stub: new Uint8Array(40) }, returning(0))
    const rest = scenario.frames.slice(7)
    const assigned = await read(rest, [{ port: 49157, protocol: 'DCE/RPC' }])
    expect(assigned.pdus).toBeGreaterThan(0)
    expect(assigned.pdus).toBeGreaterThanOrEqual((await read(rest)).pdus)
  })

  test('that carries something else is not read as what it is, and nothing breaks', async () => {
    for (const protocol of ['DCE/RPC', 'Kerberos'] as const)
      expect((await read(smbFrames(), [{ port: 445, protocol }])).messages).toBe(0)
  })

  test('counts up to sixteen of them, whatever their numbers', async () => {
    const many = Array.from({ length: 40 }, (_, at): PortProtocol => ({
      port: at === 15 ? 4455 : 60_000 + at,
      protocol: 'SMB',
    }))
    expect((await read(moved(smbFrames(), 445, 4455), many)).calls).toBe(1)
  })
})

function clientPort(frames: Frames): { port: number } {
  const { bytes } = frames[0]!
  return { port: new DataView(bytes.buffer, bytes.byteOffset).getUint16(TCP) }
}
