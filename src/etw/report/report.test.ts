import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { utf16 } from '../../testing/bytes'
import { adapterInfo, netEvents, netStat, taskList, wfpState } from '../../testing/captures/etl/report-files'
import { firewallOf } from './firewall'
import { ReportReader } from './report-reader'
import { reportOf } from './stored-report'
import { adaptersIn, connectionsIn, processesIn } from './tables'
import { childOf, elementsOf, textOf } from './xml'

const decoder = new TextDecoder()
const SVCHOST = '\\device\\harddiskvolume3\\windows\\system32\\svchost.exe'
const drop = {
  microseconds: 1_700_000_000_123_000,
  local: ['10.0.0.6', 49200] as [string, number],
  remote: ['10.0.0.15', 50001] as [string, number],
  application: SVCHOST,
  filterId: 70123,
  layerId: 44,
  inbound: true,
}

describe('XML', () => {
  const all = (xml: string) => [...elementsOf(xml, (name) => name === 'a')]

  test('elements, their texts and entities; comments, CDATA and processing instructions', () => {
    const [first, second, ...rest] = all(
      '<?xml version="1.0"?><r><a n="1"><b>x &amp; &#x41;&#66; &lt;<!-- <b>no</b> --></b><c/></a><a><![CDATA[<&>]]></a></r>',
    )
    expect(textOf(first, 'b')).toBe('x & AB <')
    expect(childOf(first, 'c')).toEqual({ name: 'c', text: '', children: [] })
    expect(second!.text).toBe('<&>')
    expect(rest).toEqual([])
  })

  test('a document type is passed over: its entities are never expanded', () => {
    const bomb = '<!DOCTYPE r [<!ENTITY x "yyyy"><!ENTITY z "&x;&x;&x;">]><r><a>&z;&z;</a></r>'
    expect(all(bomb).map(({ text }) => text)).toEqual(['&z;&z;'])
  })

  test('elements that do not close, or close in the wrong order, end with what is around them', () => {
    expect(all('<r><a><b>1<c>2</a><a>3</a>').map((element) => textOf(element, 'b') || element.text)).toEqual(['1', '3'])
    expect(all('<r><a>1</r><a>2</a>').map(({ text }) => text)).toEqual(['1', '2'])
    expect(all('</a></r><a>1</a>').map(({ text }) => text)).toEqual(['1'])
  })

  test('depth, size and time are bounded', () => {
    expect(all(`<r>${'<x>'.repeat(100_000)}<a>1</a>`)).toEqual([])
    const [wide] = all(`<a>${'<b/>'.repeat(100_000)}</a>`)
    expect(wide!.children.length).toBe(4096)
    const started = performance.now()
    for (const piece of ['<!', '<a ', '<![CDATA[', '<!--', '</a', '&#x', '<!DOCTYPE [']) all(piece.repeat(200_000))
    expect(performance.now() - started).toBeLessThan(3000)
  })

  test('any text is read without an error', () => {
    const pieces = fc.constantFrom(
      '<a>',
      '</a>',
      '<b>',
      '</b>',
      '<',
      '>',
      '&amp;',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      'x',
      '<c/>',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (list) => {
        for (const { name } of all(list.join(''))) expect(name).toBe('a')
      }),
    )
  })
})

describe('the firewall in a report', () => {
  test('a drop with its ends, program, filter, layer and sublayer', () => {
    expect(firewallOf(decoder.decode(netEvents([drop]).bytes))).toEqual({
      drops: [
        {
          seconds: 1_700_000_000.123,
          protocol: 6,
          local: { address: '10.0.0.6', port: 49200 },
          remote: { address: '10.0.0.15', port: 50001 },
          application: SVCHOST,
          filterId: 70123,
          layerId: 44,
          // The field says OUT, as netsh writes it also for what came in; the layer knows better.
          inbound: true,
          subLayer: 'Windows firewall rules',
        },
      ],
      filters: [],
    })
  })

  test('over IPv6, and as netsh wfp capture writes it', () => {
    const xml = decoder
      .decode(netEvents([{ ...drop, local: ['FE80::6', 1], remote: ['fe80::15%12', 2] }]).bytes)
      .replace('<item><header>', '<item><netEvent><header>')
      .replace('</internalFields></item>', '</internalFields></netEvent></item>')
    expect(firewallOf(xml).drops).toMatchObject([
      { local: { address: 'fe80::6', port: 1 }, remote: { address: 'fe80::15', port: 2 } },
    ])
  })

  test('an event that allowed a packet, and one without a time, are none', () => {
    const xml = decoder.decode(netEvents([drop]).bytes)
    expect(firewallOf(xml.replaceAll('CLASSIFY_DROP', 'CLASSIFY_ALLOW')).drops).toEqual([])
    expect(firewallOf(xml.replace(/<timeStamp>.*?</, '<timeStamp>soon<')).drops).toEqual([])
  })

  test('names of filters, and who added them', () => {
    const { bytes } = wfpState({ 70123: 'Block <all> & more', 70124: '' }, 'Contoso Protection')
    expect(firewallOf(decoder.decode(bytes)).filters).toEqual([
      { id: 70123, name: 'Block <all> & more', provider: 'Contoso Protection' },
      { id: 70124, name: '', provider: 'Contoso Protection' },
    ])
  })

  test('cut at every length nothing is made up', () => {
    const xml = decoder.decode(netEvents([drop]).bytes)
    const whole = firewallOf(xml).drops
    for (let length = 0; length < xml.length; length++) {
      const { drops } = firewallOf(xml.slice(0, length))
      expect(drops.length === 0 || JSON.stringify(drops) === JSON.stringify(whole)).toBe(true)
    }
  })
})

describe('tables of command-line programs', () => {
  test('tasklist /svc, with a list of services that goes on, and in German', () => {
    const { bytes } = taskList([
      { pid: 0, image: 'System Idle Process' },
      { pid: 880, image: 'svchost.exe', services: ['RpcEptMapper', 'RpcSs'] },
    ])
    const text = decoder.decode(bytes)
    const expected = [
      { pid: 0, image: 'System Idle Process', services: [] },
      { pid: 880, image: 'svchost.exe', services: ['RpcEptMapper', 'RpcSs'] },
    ]
    expect(processesIn(text)).toEqual(expected)
    expect(processesIn(text.replace('N/A', 'Nicht zutreffend').replace('Image Name', 'Abbildname'))).toEqual(expected)
    const goesOn = text.replace('RpcEptMapper, RpcSs', `RpcEptMapper,\r\n${' '.repeat(35)}RpcSs`)
    expect(processesIn(goesOn)).toEqual(expected)
  })

  test('tasklist, and tasklist /svc /fo csv', () => {
    const plain = `${'='.repeat(25)} ${'='.repeat(8)} ${'='.repeat(16)} ${'='.repeat(11)} ${'='.repeat(12)}\r\nlsass.exe                      700 Services                   0     21.344 K`
    expect(processesIn(plain)).toEqual([{ pid: 700, image: 'lsass.exe', services: [] }])
    expect(processesIn('"svchost.exe","880","RpcEptMapper,RpcSs"')).toEqual([
      { pid: 880, image: 'svchost.exe', services: ['RpcEptMapper', 'RpcSs'] },
    ])
  })

  test('netstat -ano: connections, listening ports, UDP, IPv6; closing connections belong to no process', () => {
    const text = [
      '  TCP    0.0.0.0:135            0.0.0.0:0              ABHÖREN         880',
      '  TCP    10.0.0.6:49157         10.0.0.15:50001        HERGESTELLT     4711',
      '  TCP    [fe80::6%12]:445       [fe80::15%12]:50002    ESTABLISHED     4',
      '  TCP    10.0.0.6:50003         10.0.0.15:135          TIME_WAIT       0',
      '  UDP    0.0.0.0:500            *:*                                    3140',
      'TCP is a protocol: 1',
    ].join('\n')
    expect(connectionsIn(text)).toEqual([
      { isTcp: true, local: { address: '0.0.0.0', port: 135 }, processId: 880 },
      {
        isTcp: true,
        local: { address: '10.0.0.6', port: 49157 },
        remote: { address: '10.0.0.15', port: 50001 },
        processId: 4711,
      },
      {
        isTcp: true,
        local: { address: 'fe80::6', port: 445 },
        remote: { address: 'fe80::15', port: 50002 },
        processId: 4,
      },
      { isTcp: false, local: { address: '0.0.0.0', port: 500 }, processId: 3140 },
    ])
  })

  test('network cards', () => {
    expect(adaptersIn(decoder.decode(adapterInfo(['Intel(R) I210', 'Hyper-V']).bytes))).toEqual([
      { description: 'Intel(R) I210', driver: '12.19.2.50' },
      { description: 'Hyper-V', driver: '12.19.2.50' },
    ])
  })
})

describe('the files of a report', () => {
  const reader = (...files: { name: string; bytes: Uint8Array }[]) => {
    const made = new ReportReader()
    for (const { name, bytes } of files) if (made.wants(name)) made.add(name, bytes)
    return made
  }

  test('are read in pieces and in any encoding; those that say nothing are left out', () => {
    const ports = netStat([{ local: ['0.0.0.0', 135], pid: 880 }])
    const wide = { name: 'ports.txt', bytes: utf16(`\ufeff${decoder.decode(ports.bytes)}`) }
    const state = wfpState({ 1: 'One' }, 'P')
    const made = reader(
      wide,
      { name: 'osinfo.txt', bytes: new Uint8Array(5000) },
      { name: 'x.evtx', bytes: state.bytes },
    )
    made.add(state.name, state.bytes.subarray(0, 100))
    made.add(state.name, state.bytes.subarray(100))
    expect(made.report()).toEqual({
      files: ['ports.txt', 'wfpstate.xml'],
      drops: [],
      filters: [{ id: 1, name: 'One', provider: 'P' }],
      processes: [],
      connections: [{ isTcp: true, local: { address: '0.0.0.0', port: 135 }, processId: 880 }],
      adapters: [],
    })
  })

  test('a text file is read up to its bound', () => {
    const row = '  TCP    0.0.0.0:135    0.0.0.0:0    LISTENING    880\r\n'
    const bytes = new TextEncoder().encode(`${' '.repeat(8 << 20)}\n${row}`)
    expect(reader({ name: 'ports.txt', bytes }).report()).toBeUndefined()
    expect(reader({ name: 'ports.txt', bytes: bytes.subarray(1000) }).report()?.connections.length).toBe(1)
    const lines = new TextEncoder().encode(`${'\n'.repeat(300_000)}${row}`)
    expect(reader({ name: 'ports.txt', bytes: lines }).report()).toBeUndefined()
  })
})

test('a stored report that others changed is checked before it is used', () => {
  const report = { files: ['a'], drops: [], filters: [], processes: [], connections: [], adapters: [] }
  expect(reportOf(report)).toBe(report)
  for (const changed of [
    null,
    5,
    { ...report, drops: 1 },
    { ...report, filters: [null] },
    { ...report, processes: [{ pid: 1 }] },
    { ...report, connections: [{ local: 1 }] },
  ])
    expect(reportOf(changed)).toBeUndefined()
})
