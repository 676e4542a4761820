import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { allNames, working } from '../../testing/diagnose'
import { netmon } from '../../testing/captures/file/netmon'
import { Scenario } from '../../testing/scenario'
import { openWhole } from '../worker/open-whole'

const module = new WebAssembly.Module(readFileSync(new URL('../../../asm/build/release.wasm', import.meta.url)))

const play = new Scenario()
working(play).session.close('client')
const frames = play.frames.map((frame, at) => ({
  ...frame,
  process: at % 2,
  ...(at === 3 && { comment: { title: 'Look', description: 'the bind' } }),
}))
const processes = [
  { path: 'C:\\Windows\\System32\\wbem\\wmic.exe', id: 4660 },
  { path: 'C:\\Windows\\System32\\svchost.exe', id: 712 },
]

const opened = async (file: Uint8Array<ArrayBuffer>) => openWhole(module, new Blob([file]), await allNames())

describe('a Network Monitor capture', () => {
  test('reads as the same packets in pcapng do', async () => {
    const { capture, conversation } = await opened(netmon(frames, processes))
    expect(capture.frames.rows).toBe(frames.length)
    expect(capture.notices.rows).toBe(0)
    expect(conversation!.calls.rows).toBe(1)
  })

  test('says which program a frame belongs to, and its comment', async () => {
    const open = await opened(netmon(frames, processes))
    expect((await open.detail(3)).comments).toEqual([
      'Process: C:\\Windows\\System32\\svchost.exe (process id 712)',
      'Look: the bind',
    ])
    expect((await open.detail(4)).comments).toEqual([
      'Process: C:\\Windows\\System32\\wbem\\wmic.exe (process id 4660)',
    ])
  })

  test('without such tables says nothing of them', async () => {
    const open = await opened(netmon(play.frames))
    expect((await open.detail(3)).comments).toEqual([])
  })

  test('cut anywhere shows the frames before the cut', async () => {
    const file = netmon(frames, processes)
    for (let length = 72; length < file.length; length += 97) {
      const open = await opened(file.slice(0, length))
      for (let frame = 0; frame < Math.min(open.capture.frames.rows, 5); frame++)
        expect((await open.detail(frame)).comments.length).toBeLessThanOrEqual(2)
    }
  })
})
