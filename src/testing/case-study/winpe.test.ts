// The rebuilt capture against what the article prints, with tshark as the reader of both.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { pcapng } from '../captures/file/pcapng'
import { complaints, HAS_TSHARK, TSHARK_TIMEOUT, tsharkFields, wrongChecksums } from '../tshark'
import { winpeCapture } from './winpe'

const PASSWORD = 'ntlmssp.nt_password:!!123abc'
const [header = [], ...listed] = readFileSync(new URL('frames.tsv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split('\t'))
const FIELDS = header.filter((name) => name !== 'items')

describe('the case study', () => {
  const frames = winpeCapture()

  test('has 845 frames in the order of time, the last a reset', () => {
    expect(frames).toHaveLength(845)
    const times = frames.map((frame) => frame.microseconds)
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expect(frames[844]!.bytes[14 + 20 + 13]).toBe(0x14)
  })

  test('is the same in every run', () => {
    expect(pcapng(winpeCapture())).toEqual(pcapng(frames))
  })

  test('lets only other hosts ask for addresses between frames 544 and 745', () => {
    for (const { bytes } of frames.slice(544, 744)) expect([bytes[12], bytes[13]]).toEqual([0x08, 0x06])
  })
})

describe.skipIf(!HAS_TSHARK)('the case study in tshark', { timeout: TSHARK_TIMEOUT }, () => {
  const capture = pcapng(winpeCapture())
  const rows = new Map(
    tsharkFields(capture, [...FIELDS, 'dcerpc.cn_num_ctx_items', 'dcerpc.cn_num_results']).map((row) => [row[0], row]),
  )

  test.each(listed.map((row) => [row[0]!, row] as const))(
    'frame %s is as the article prints it',
    (number, expected) => {
      const row = rows.get(number)!
      header.forEach((name, column) => {
        const wanted = expected[column]
        if (wanted === undefined || wanted === '') return
        const seen = name === 'items' ? row[FIELDS.length] || row[FIELDS.length + 1] : row[FIELDS.indexOf(name)]
        expect(name === 'frame.time_relative' ? Number(seen).toFixed(6) : seen, name).toBe(wanted)
      })
    },
  )

  test('nothing is malformed, no checksum is wrong', () => {
    expect(complaints(capture)).toEqual([])
    expect(complaints(capture, [PASSWORD])).toEqual([])
    expect(wrongChecksums(capture)).toEqual([])
  })

  test('no segment was lost, sent again or out of order', () => {
    const filter = 'tcp.analysis.flags && !tcp.analysis.window_update'
    expect(tsharkFields(capture, ['frame.number'], { filter })).toEqual([])
  })

  test('both queries under the second identity are readable', () => {
    const filter = 'frame.number in {523, 526}'
    const texts = tsharkFields(capture, ['frame.number', 'dcom.iid'], { filter }).map(([, iid]) => iid)
    expect(texts).toEqual(['c3fcc19e-a970-11d2-8b5a-00a0c9b7c9c4', 'b196b283-bab4-101a-b69c-00aa00341d07'])
  })

  test('the password unseals what the administrator called', () => {
    const filter = 'frame.number in {538, 543, 544, 842, 844}'
    const fields = ['frame.number', 'dcerpc.decrypted_stub_data', 'dcom.iid', 'remunk.int_refs', 'dcom.hresult']
    const rows = tsharkFields(capture, fields, { filter, preferences: [PASSWORD] })
    expect(rows[0]![1]).toMatch(/^05000700/)
    expect(rows[1]![2]).toBe('1c1c45ee-4395-11d2-b60b-00104b703efd')
    expect(rows[2]![4]).toBe('0x00000000')
    expect(rows[3]![3]).toBe('1')
    expect(rows[4]![4]).toBe('0x00000000')
  })

  test('its own activation is unsealed too, with the exporter port in the answer', () => {
    const rows = tsharkFields(capture, ['dcom.oxid'], {
      filter: 'frame.number == 411 && dcom.dualstringarray.network_addr contains "[49157]"',
      preferences: [PASSWORD],
    })
    expect(rows).toHaveLength(1)
  })

  test('plays the same with other ports and SPNEGO', () => {
    const changed = pcapng(winpeCapture({ package: 'spnego', firstClientPort: 50100, exporterPort: 50001 }))
    expect(complaints(changed)).toEqual([])
    const filter = 'tcp.analysis.flags && !tcp.analysis.window_update'
    expect(tsharkFields(changed, ['frame.number'], { filter })).toEqual([])
    const users = tsharkFields(changed, ['ntlmssp.auth.username'], { filter: 'ntlmssp.messagetype == 3' })
    expect(new Set(users.flat())).toEqual(new Set(['administrator', 'jiangyue']))
  })
})
