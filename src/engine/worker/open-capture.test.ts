import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { Call } from '../../conversation/model'
import { allNames } from '../../testing/diagnose'
import { Scenario } from '../../testing/scenario'
import { PASSWORD, wmiSession } from '../../testing/wmi-session'
import { wmiCalls } from '../../conversation/wmi'
import { NO_SECRETS, passwordSecret } from '../../unseal/secrets/secrets'
import { Analysis } from '../read/analysis'
import { openWhole } from './open-whole'

const module = new WebAssembly.Module(readFileSync(new URL('../../../asm/build/release.wasm', import.meta.url)))

describe('the detail of frames with WMI answers', async () => {
  const play = new Scenario()
  wmiSession(play)
  const open = await openWhole(module, new Blob([play.capture()]), await allNames())
  const carrying = (await open.wmi()).calls.filter(({ answer }) => (answer?.objects.length ?? 0) > 0)
  const valuesOf = async (frame: number) =>
    (await open.detail(frame)).parts.flatMap(({ name, fields }) =>
      fields.map(({ label, value }) => [name, label, value]),
    )

  test('shows objects that took several fragments, from their stub as a whole', async () => {
    const [first] = carrying
    const frame = open.conversation!.calls.get(Call.ResponseFrame, first!.call)
    const fields = await valuesOf(frame)
    expect(fields).toContainEqual(['Reassembled stub', 'WMI object', 'Win32_Process (Handle = "300")'])
    expect(fields).toContainEqual(['Reassembled stub', 'ProcessId', '300 (uint32)'])
    expect(fields).toContainEqual(['Reassembled stub', 'ProcessId = 300;', ''])
    const parts = (await open.detail(frame)).parts
    const part = parts.find(({ name }) => name === 'Reassembled stub')!
    // The bytes of the value.
    const { at, length } = part.fields.findLast(({ label }) => label === 'ProcessId')!
    expect([...part.bytes.subarray(at, at + length)]).toEqual([300 & 0xff, 300 >> 8, 0, 0])
  })

  test('shows objects whose class came in an earlier frame', async () => {
    const second = carrying[1]!
    const fields = await valuesOf(second.answer!.frame)
    expect(fields).toContainEqual(['Frame', 'WMI object', 'Win32_Process (Handle = "640")'])
  })

  test('names the values of a call in the ladder', async () => {
    const { steps } = await open.ladder()
    expect(steps.map(({ text }) => text)).toContain('Win32_Process::Create(CommandLine = "calc.exe")')
  })
})

test('a sealed WMI session whose password is known carries the objects of an open one', async () => {
  const [plain, sealed] = [new Scenario(), new Scenario()]
  wmiSession(plain)
  wmiSession(sealed, { level: 'privacy' })
  const open = await openWhole(module, new Blob([plain.capture()]), await allNames())
  const analysis = await Analysis.start(module, { ...NO_SECRETS, accounts: [passwordSecret(PASSWORD)] })
  analysis.feed(sealed.capture())
  const unsealed = await wmiCalls(analysis.capture, analysis.end(), (row) =>
    Promise.resolve(analysis.unsealing?.pduBytes(row)),
  )
  const said = ({ calls }: typeof unsealed) => calls.map(({ query, answer }) => [query, answer?.objects])
  expect(said(unsealed)).toEqual(said(await open.wmi()))
})
