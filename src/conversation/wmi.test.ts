import { describe, expect, test } from 'vitest'
import { Pdu } from '../../asm/layout'
import { frameInfo } from '../describe/frame-info'
import { wmiTranscript } from '../describe/wmi-transcript'
import { pduBytes } from '../engine/query/pdu-bytes'
import { ladderOf } from '../engine/query/calls/ladder'
import { Filters } from '../engine/query/filtering'
import { allNames, examine } from '../testing/diagnose'
import { lose, pcapng, Scenario } from '../testing/scenario'
import { QUERY, wmiSession } from '../testing/wmi-session'
import type { Frame } from '../testing/captures/file/frame'
import { callStub } from './call-stub'
import { Call } from './model'
import { wmiCalls } from './wmi'

async function read(options: Parameters<typeof wmiSession>[1] = {}, change = (frames: Frame[]) => frames) {
  const play = new Scenario()
  wmiSession(play, options)
  const frames = change(play.frames)
  const { theCase } = await examine(frames)
  const { capture, conversation } = theCase
  const file = pcapng(frames)
  const source = { read: (at: number, length: number) => Promise.resolve(file.slice(at, at + length)) }
  const reader = (row: number) => pduBytes(capture, source, row)
  return { capture, conversation, reader, wmi: await wmiCalls(capture, conversation, reader) }
}

const names = await allNames()
const whole = await read()

describe('a WMI session', () => {
  test('is read whole, though its answers come in fragments and bring their class once', async () => {
    const { capture, conversation, reader, wmi } = whole
    const next = wmi.calls.filter(({ query, answer }) => query === QUERY && (answer?.objects.length ?? 0) > 0)
    expect(next.map(({ answer }) => answer!.objects.map(({ text }) => text))).toEqual([
      ['Win32_Process (Handle = "4")', 'Win32_Process (Handle = "300")'],
      ['Win32_Process (Handle = "640")'],
    ])
    expect(next[0]!.answer!.objects[0]!.properties.slice(0, 3)).toEqual([
      { name: 'Caption', value: '"System"' },
      { name: 'Handle', value: '"4"' },
      { name: 'ProcessId', value: '4' },
    ])
    const stub = await callStub(capture, conversation, next[0]!.call, true, reader)
    expect(stub!.fragments).toBeGreaterThan(1)
    expect(stub!.isWhole).toBe(true)
  })

  test('knows the namespace and the query behind every object', () => {
    expect(whole.wmi.calls.map(({ namespace, query }) => [namespace, query])).toEqual([
      ['//SERVER1/root/cimv2', undefined],
      ['//SERVER1/root/cimv2', QUERY],
      ...Array<string[]>(4).fill(['//SERVER1/root/cimv2', QUERY]),
      ['//SERVER1/root/cimv2', undefined],
      ['//SERVER1/root/cimv2', 'SELECT * FROM Win32_Proces'],
    ])
  })

  test('reads like a transcript', () => {
    const { conversation, wmi } = whole
    expect(wmiTranscript(conversation, names, wmi.calls).map(({ text }) => text)).toEqual([
      'Connect to root\\cimv2 on SERVER1',
      'Query in root\\cimv2 on SERVER1: SELECT * FROM Win32_Process',
      '2 objects for SELECT * FROM Win32_Process: Win32_Process (Handle = "4"), Win32_Process (Handle = "300")',
      '1 object for SELECT * FROM Win32_Process: Win32_Process (Handle = "640")',
      'No objects for SELECT * FROM Win32_Process (no more)',
      'Win32_Process::Create(CommandLine = "calc.exe") returned 0, ProcessId = 4711',
      'Query in root\\cimv2 on SERVER1: SELECT * FROM Win32_Proces → WBEM_E_INVALID_CLASS (0x80041010)',
    ])
  })

  test('is shown step by step in the ladder', () => {
    const {
      capture,
      conversation,
      wmi: { calls },
    } = whole
    const wmi = new Map(wmiTranscript(conversation, names, calls).map((line) => [line.call, line]))
    const { steps } = ladderOf({ capture, conversation, names, leads: [], wmi }, conversation.connections)
    const texts = steps.filter(({ kind }) => kind === 'request' || kind === 'response').map(({ text }) => text)
    expect(texts.slice(-8)).toEqual([
      'Next',
      '1 object for SELECT * FROM Win32_Process: Win32_Process (Handle = "640")',
      'Next',
      'No objects for SELECT * FROM Win32_Process',
      'Win32_Process::Create(CommandLine = "calc.exe")',
      'returned 0, ProcessId = 4711',
      'Query in root\\cimv2 on SERVER1: SELECT * FROM Win32_Proces',
      'ExecQuery: WBEM_E_INVALID_CLASS',
    ])
  })

  test('is named in the Info line of its frames', () => {
    const { capture, conversation } = whole
    const infos = Array.from(
      { length: capture.frames.rows },
      (_, row) => frameInfo({ capture, conversation, names }, row).info,
    )
    const said = infos.flatMap((info) => /IWbem\w+::\w+, (.*)$/.exec(info)?.[1] ?? [])
    expect(said).toEqual([
      '//SERVER1/root/cimv2',
      'SELECT * FROM Win32_Process',
      // Of the first answer only the beginning is kept; the second refers to the class of the first.
      'Win32_Process',
      'S_FALSE (0x00000001)',
      'Win32_Process::Create',
      '__PARAMETERS',
      'SELECT * FROM Win32_Proces',
      'WBEM_E_INVALID_CLASS (0x80041010)',
    ])
  })

  test('is filtered by what it says', async () => {
    const { capture, conversation, wmi } = whole
    const filters = new Filters({ capture, conversation, names }, { wmi: () => Promise.resolve(wmi) })
    const frames = async (filter: string) => {
      const result = await filters.rows(filter)
      if (!('rows' in result)) throw new Error(JSON.stringify(result))
      return [...result.rows]
    }
    const framesOf = (call: number, answer: boolean) =>
      capture.pdus.get(Pdu.Frame, conversation.calls.get(answer ? Call.ResponseEndPdu : Call.RequestEndPdu, call))
    const [first, second] = wmi.calls.filter(({ answer }) => (answer?.objects.length ?? 0) > 0)
    expect(await frames('wmi.property == "ProcessId = 640"')).toEqual([framesOf(second!.call, true)])
    expect(await frames('wmi.class == "Win32_Process" && wmi.property contains "smss"')).toEqual([
      framesOf(first!.call, true),
    ])
    expect(await frames('wmi.query contains "Win32_Proces" && !(wmi.query contains "Win32_Process")')).toHaveLength(2)
    expect(await frames('wmi.namespace contains "cimv2" && !wmi.query')).toHaveLength(4)
    expect((await filters.column('wmi.class', [framesOf(first!.call, true)]))?.texts).toEqual(['Win32_Process'])
  })
})

test('a sealed session says nothing', async () => {
  const { conversation, wmi } = await read({ level: 'privacy' })
  expect(wmi.calls.length).toBeGreaterThan(0)
  expect(wmi.calls.flatMap(({ request, answer }) => [request, answer]).filter(Boolean)).toEqual([])
  expect(wmiTranscript(conversation, names, wmi.calls)).toEqual([])
})

test('with frames missing, what is there is read', async () => {
  for (let frame = 0; frame < 80; frame += 3) {
    const { conversation, wmi } = await read({}, (frames) => lose(frames, frame))
    expect(() => wmiTranscript(conversation, names, wmi.calls)).not.toThrow()
  }
})
