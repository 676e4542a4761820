import { beforeAll, describe, expect, test } from 'vitest'
import { winpeCapture } from '../../../testing/case-study/winpe'
import { pcapng } from '../../../testing/captures/file/pcapng'
import { opened } from '../../../testing/diagnose'
import type { OpenCapture } from '../../worker/open-capture'
import { type FindIn, type Found, around, findIn } from './find'
import { type Needle, type Sought, needleOf } from './needle'

const needle = (sought: Partial<Sought>) =>
  needleOf({ kind: 'text', text: '', matchesCase: false, ...sought }) as Needle

describe('a needle', () => {
  test('finds text in bytes as UTF-8 and as UTF-16, with and without case', () => {
    const bytes = Buffer.concat([Buffer.from('..Größe..'), Buffer.from('GRößE', 'utf16le')])
    const places = (matchesCase: boolean, text: string) =>
      needle({ text, matchesCase })
        .inBytes(bytes)
        .map(({ at }) => at)
    expect(places(true, 'Größe')).toEqual([2])
    expect(places(false, 'größe')).toEqual([2, 11])
  })

  test('finds bytes, however they are separated', () => {
    for (const text of ['05000b', '05 00 0b', '0x05000B', '05:00:0b'])
      expect(needle({ kind: 'hex', text }).inBytes(Uint8Array.of(1, 5, 0, 11, 5, 0, 11))).toEqual([
        { at: 1, length: 3 },
        { at: 4, length: 3 },
      ])
    expect(needleOf({ kind: 'hex', text: '050', matchesCase: false })).toContain('whole bytes')
  })

  test('finds what a regular expression matches, in time linear in the text', () => {
    expect(needle({ kind: 'expression', text: '[0-9]+\\.[0-9]+' }).inText('version 5.10')).toBe(8)
    expect(needle({ kind: 'expression', text: '\\x05\\x00.\\x03' }).inBytes(Uint8Array.of(9, 5, 0, 11, 3))).toEqual([
      { at: 1, length: 4 },
    ])
    expect(needle({ kind: 'expression', text: '(a+)+b' }).inText('a'.repeat(5000))).toBe(-1)
    expect(needleOf({ kind: 'expression', text: '(', matchesCase: false })).toContain('not a regular expression')
  })
})

describe('find', () => {
  let open: OpenCapture
  beforeAll(async () => {
    open = await opened(pcapng(winpeCapture()))
  })

  async function found(where: FindIn, sought: Partial<Sought>, from = 0): Promise<Found> {
    const all: Found = { rows: [], places: [] }
    const rows = Uint32Array.from({ length: open.capture.frames.rows }, (_, row) => row)
    await findIn(open, where, needle(sought), around(rows, from), ({ rows, places }) => {
      all.rows.push(...rows)
      all.places.push(...places)
      return Promise.resolve(true)
    })
    return all
  }

  test('in lines: the fault of the case study, also by its address and protocol', async () => {
    expect((await found('line', { text: 'NCA_S_FAULT_sec_pkg' })).rows).toContain(524)
    expect((await found('line', { text: '10.177.17.6' })).rows.length).toBeGreaterThan(100)
    expect((await found('line', { text: 'no such words' })).rows).toEqual([])
  })

  test('in fields: the line of the tree that says it', async () => {
    const { rows, places } = await found('fields', { text: 'NCA_S_FAULT_sec_pkg' })
    const { fields } = (await open.detail(rows[0]!)).parts[0]!
    expect(rows).toContain(524)
    expect(`${fields[places[0]!]!.label}: ${fields[places[0]!]!.value}`).toBe(
      'Status: 0x00000721 nca_s_fault_sec_pkg_error',
    )
  })

  test('in bytes: every frame that has them, and where', async () => {
    const { rows, places } = await found('bytes', { kind: 'hex', text: '21 07 00 00' })
    expect(rows).toContain(524)
    const { bytes } = (await open.detail(524)).parts[0]!
    const at = places[rows.indexOf(524)]!
    expect([...bytes.subarray(at, at + 4)]).toEqual([0x21, 7, 0, 0])
    for (const row of rows)
      expect(Buffer.from((await open.detail(row)).parts[0]!.bytes).includes('!\x07\0\0')).toBe(true)
  })

  test('goes around: what comes after the frame first', async () => {
    const { rows } = await found('line', { text: 'bind' }, 500)
    expect(rows[0]).toBeGreaterThanOrEqual(500)
    expect(rows.some((row) => row < 500)).toBe(true)
    expect(new Set(rows).size).toBe(rows.length)
  })

  test('ends when it is no longer wanted', async () => {
    let pieces = 0
    const rows = Uint32Array.from({ length: open.capture.frames.rows }, (_, row) => row)
    await findIn(open, 'fields', needle({ text: 'x' }), rows, () => Promise.resolve(++pieces < 2))
    expect(pieces).toBe(2)
  })
})
