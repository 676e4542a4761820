// The two captures that the case study was proven with: what they share with the first, and the one difference each.
import { describe, expect, test } from 'vitest'
import { IID_MANAGED_OBJECT } from '../captures/com/interfaces'
import { pcapng } from '../captures/file/pcapng'
import { complaints, HAS_TSHARK, TSHARK_TIMEOUT, tsharkFields, wrongChecksums } from '../tshark'
import { fixedCapture } from './fixed'
import { fullOsCapture } from './full-os'
import { winpeCapture } from './winpe'

const PASSWORD = 'ntlmssp.nt_password:!!123abc'
const captures = { winpe: winpeCapture, 'full-os': fullOsCapture, fixed: fixedCapture }

test.each(Object.entries(captures))('%s is the same in every run', (_, capture) => {
  expect(pcapng(capture())).toEqual(pcapng(capture()))
})

describe.skipIf(!HAS_TSHARK)('in tshark', { timeout: TSHARK_TIMEOUT }, () => {
  test.each(Object.entries(captures))('%s is sound', (_, capture) => {
    const file = pcapng(capture())
    expect(complaints(file)).toEqual([])
    expect(wrongChecksums(file)).toEqual([])
    const filter = 'tcp.analysis.flags && !tcp.analysis.window_update'
    expect(tsharkFields(file, ['frame.number'], { filter })).toEqual([])
  })

  const users = (file: Uint8Array) =>
    tsharkFields(file, ['ntlmssp.auth.username'], { filter: 'ntlmssp.messagetype == 3' }).flat()
  const statuses = (file: Uint8Array) =>
    tsharkFields(file, ['dcerpc.cn_status'], { filter: 'dcerpc.pkt_type == 3' }).flat()
  const closes = (file: Uint8Array) =>
    tsharkFields(file, ['tcp.srcport'], { filter: 'tcp.flags.fin == 1 && tcp.port == 49157' }).flat()

  test('full Windows: the same faults, no close by the server, the enumeration ends', () => {
    const file = pcapng(fullOsCapture())
    expect(users(file)).toContain('jiangyue')
    expect(statuses(file).slice(0, 2)).toEqual(['0x00000721', '0x00000005'])
    expect(closes(file)).toEqual([])
    const calls = tsharkFields(file, ['dcerpc.cn_call_id'], {
      filter: 'dcerpc.pkt_type == 0 && dcerpc.opnum == 4 && tcp.port == 49157',
    })
    expect(calls.length).toBeGreaterThan(50)
  })

  test('after the hotfix: one user, no faults, no call asks for IManagedObject', () => {
    const file = pcapng(fixedCapture())
    expect(new Set(users(file))).toEqual(new Set(['administrator']))
    expect(statuses(file)).toEqual([])
    expect(closes(file)).toEqual([])
    const iids = tsharkFields(file, ['dcom.iid'], {
      filter: 'remunk.opnum == 3 && dcom.iid',
      preferences: [PASSWORD],
    }).flat()
    expect(iids).toHaveLength(1)
    expect(iids).not.toContain(IID_MANAGED_OBJECT)
  })
})
