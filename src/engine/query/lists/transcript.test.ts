import { beforeAll, expect, test } from 'vitest'
import { Call } from '../../../conversation/model'
import { winpeCapture } from '../../../testing/case-study/winpe'
import { pcapng } from '../../../testing/captures/file/pcapng'
import { opened } from '../../../testing/diagnose'
import { Scenario } from '../../../testing/scenario'
import { wmiSession } from '../../../testing/wmi-session'
import type { OpenCapture } from '../../worker/open-capture'
import { bytesSent, transcriptOf } from './transcript'

let open: OpenCapture
beforeAll(async () => {
  open = await opened(pcapng(winpeCapture()))
})

test('a call is shown with its arguments, its answer follows from the other side', async () => {
  const whole = (await transcriptOf(open, 524, { from: 0, count: 1000 }))!
  expect(whole.filter).toMatch(/^tcp\.stream == \d+$/)
  expect(whole.context).toBe(1)
  const at = whole.turns.findIndex(({ frame }) => frame === 522)
  const [request, answer] = [whole.turns[at]!, whole.turns[at + 1]!]
  expect(request).toMatchObject({ fromClient: true, title: expect.stringContaining('RemQueryInterface') })
  expect(request.lines.map(({ label }) => label)).toContain('IID')
  expect(request.bytes).toHaveLength(76)
  expect(answer).toMatchObject({ frame: 524, fromClient: false, tone: 'fault' })
  expect(answer.time).toBeGreaterThanOrEqual(request.time)
})

test('one presentation context leaves out the others, and parts of a transcript make the whole', async () => {
  const whole = (await transcriptOf(open, 524, { from: 0, count: 1000 }))!
  const one = (await transcriptOf(open, 524, { from: 0, count: 1000, context: 1 }))!
  expect(one.all).toBeLessThan(whole.all)
  expect(one.turns.every(({ title }) => title.includes('ctx_id: 1'))).toBe(true)
  const parts = [
    await transcriptOf(open, 524, { from: 0, count: 3 }),
    await transcriptOf(open, 524, { from: 3, count: 1000 }),
  ]
  expect(parts.flatMap((part) => part!.turns)).toEqual(whole.turns)
})

test('what each side sent comes out in order and once', async () => {
  const sent = new Uint8Array(await (await bytesSent(open, 524, true)).arrayBuffer())
  expect([...sent.subarray(0, 3)]).toEqual([5, 0, 11]) // a bind
  expect(sent.length).not.toBe((await bytesSent(open, 524, false)).size)
})

test('a WMI session reads in sentences: the class that was sent once is known in later answers', async () => {
  const play = new Scenario()
  wmiSession(play, {})
  const session = await opened(play.capture())
  const first = session.conversation!.connections.at(-1)!.calls[0]!
  const frame = session.conversation!.calls.get(Call.RequestFrame, first)
  const { turns } = (await transcriptOf(session, frame, { from: 0, count: 1000 }))!
  const said = turns.flatMap((turn) => (turn.said === undefined ? [] : [turn.said]))
  expect(said).toContain('Connect to root\\cimv2 on SERVER1')
  expect(said).toContain('Query in root\\cimv2 on SERVER1: SELECT * FROM Win32_Process')
  expect(said.join('\n')).toMatch(/^1 object .*Win32_Process \(Handle = "640"\)$/m)
  expect(said.join('\n')).toMatch(/Win32_Process::Create\(CommandLine = "calc\.exe"\)\n.*returned 0, ProcessId = 4711/)
})
