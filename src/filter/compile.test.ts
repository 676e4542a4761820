import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { HAS_TSHARK_LUA, tsharkFrames } from '../testing/parity/tshark-filters'
import { HAS_TSHARK } from '../testing/tshark'
import { Analysis } from '../engine/read/analysis'
import { namesFrom } from '../engine/read/names-text'
import { compile } from './compile'
import { completions } from './complete'
import { FIELDS } from './fields'
import { Subject } from './subject'

const module = new WebAssembly.Module(readFileSync(new URL('../../asm/build/release.wasm', import.meta.url)))
const names = await namesFrom(async (table) =>
  readFileSync(new URL(`../names/data/${table}.tsv`, import.meta.url), 'utf8'),
)
const example = readFileSync(new URL('../../public/examples/case-study.pcapng', import.meta.url))
const subject = await subjectOf(example)

async function subjectOf(file: Uint8Array): Promise<Subject> {
  const analysis = await Analysis.start(module)
  analysis.feed(file)
  analysis.end()
  const { capture, conversation } = analysis
  return new Subject({ capture, conversation, names, findings: await analysis.diagnose(names), marks: [3, 7] })
}

/** Numbers of the frames that a filter shows. */
function shown(filter: string, of = subject): number[] {
  const compiled = compile(filter, of)
  if ('message' in compiled) throw new Error(`${filter}: ${compiled.message}`)
  return [...compiled.rows()].map((row) => row + 1)
}

function mistake(filter: string) {
  const compiled = compile(filter, subject)
  if (!('message' in compiled)) throw new Error(`${filter} has no mistake`)
  return compiled
}

/** Each means the same to Wireshark. */
const FILTERS = [
  ['protocols', 'frame', 'tcp', 'udp', 'dcerpc', 'ip', 'ipv6', 'arp', 'dns', 'nbns', 'llmnr', 'icmp', 'ntlmssp'],
  ['ports', 'tcp.port == 135', 'tcp.dstport == 135', 'udp.srcport > 1000', 'tcp.port in {135, 140..49160}'],
  ['several values', 'tcp.port != 135', 'tcp.port !== 135', 'tcp.port === 135', '!(tcp.port == 135)'],
  ['quantifiers', 'all tcp.port > 135', 'any tcp.port > 135', 'tcp.port not in {135}', '!tcp.port in {135}'],
  ['addresses', 'ip.addr == 10.177.17.6', 'ip.addr == 10.0.0.0/8', 'ip.addr != 10.177.17.6', 'ip.src > 10.177.17.6'],
  ['address sets', 'ip.addr in {10.177.17.1..10.177.17.9}', 'ip.src[0:2] == 0a:b1', 'ipv6.addr == fe80::/10'],
  ['flags', 'tcp.flags.syn', 'tcp.flags.syn == 1', 'tcp.flags.ack == False', 'tcp.flags & 2', 'tcp.flags & 0x12 == 2'],
  ['segments', 'tcp.len > 0', 'tcp.seq == 1', 'tcp.ack > 100', 'tcp.window_size > 1000', 'tcp.window_size_value < 510'],
  ['streams', 'tcp.stream == 7', 'udp.stream == 5', 'tcp.stream == 7 && tcp.flags.fin == 1', 'tcp.time_relative > 1'],
  ['frames', 'frame.number == 010', 'frame.number in {1..3, 0x10}', 'frame.len > 1000', 'frame.cap_len < 60'],
  ['times', 'frame.time_relative < 1', 'frame.time_delta > 0.05', 'frame.time_epoch >= 1276536036.335313'],
  [
    'PDUs',
    'dcerpc.pkt_type == 3',
    'dcerpc.pkt_type == Request',
    'dcerpc.pkt_type in {"Fault", Bind}',
    'dcerpc.ver == 5',
  ],
  [
    'calls',
    'dcerpc.cn_call_id == 8',
    'dcerpc.opnum',
    'dcerpc.opnum == 3',
    'dcerpc.cn_ctx_id == 1',
    'dcerpc.time > 0.001',
  ],
  ['statuses', 'dcerpc.cn_status', 'dcerpc.cn_status == 0x721', 'dcerpc.cn_status == nca_s_fault_access_denied'],
  ['security', 'dcerpc.auth_type == 10', 'dcerpc.auth_level < 5', 'dcerpc.auth_level == "Packet privacy"'],
  ['security contexts', 'dcerpc.auth_ctx_id == 1', 'dcerpc.auth_pad_len > 0', 'dcerpc.cn_auth_len > 16'],
  ['negotiation', 'dcerpc.cn_ack_result == 2 && dcerpc.cn_ack_reason == 2', 'dcerpc.cn_ack_result == 3'],
  ['binds', 'dcerpc.cn_bind_to_uuid == 000001a0-0000-0000-c000-000000000046', 'dcerpc.cn_assoc_group != 0'],
  ['fragments', 'dcerpc.cn_flags.first_frag == 1', 'dcerpc.cn_flags.cancel_pending == 1', 'dcerpc.cn_frag_len > 1000'],
  ['NTLM', 'ntlmssp.messagetype == 3', 'ntlmssp.auth.username == "administrator"', 'ntlmssp.auth.domain'],
  ['texts', 'ntlmssp.auth.username contains "dmin"', 'ntlmssp.auth.username matches "^ADM.*r$"'],
  ['interfaces', 'isystemactivator', 'isystemactivator.opnum == 4', 'remunk2', 'oxid', 'dcerpc.obj_id'],
  ['two fields', 'frame.cap_len < frame.len', 'tcp.srcport > tcp.dstport', 'ip.src == ip.dst'],
  ['logic', 'tcp && !dcerpc', 'tcp.port == 135 or udp and frame.number < 5', '(tcp or udp) and not dcerpc'],
  [
    'functions',
    'len(ntlmssp.auth.username) == 8',
    'lower(ntlmssp.auth.username) == "administrator"',
    'count(ip.addr) > 1',
  ],
  ['sums', 'count(tcp.port) == 2', 'len(ip.src) > 3', 'upper(ntlmssp.auth.username) == "ADMINISTRATOR"'],
].map(([group, ...filters]) => [group, filters] as const)

describe.skipIf(!HAS_TSHARK_LUA)('frames that tshark shows for the same filter', { timeout: 60_000 }, () => {
  test.each(FILTERS)('%s', (_, filters) => {
    const wanted = tsharkFrames(example, filters)
    filters.forEach((filter, index) => expect(shown(filter), filter).toEqual(wanted[index]))
  })

  test('what a finding gives to be copied', () => {
    const given = subject.findings.flatMap(({ filter }) => filter ?? [])
    expect(given.length).toBeGreaterThan(0)
    const wanted = tsharkFrames(example, given)
    given.forEach((filter, index) => expect(shown(filter), filter).toEqual(wanted[index]))
  })
})

test('what a finding gives to be copied shows some of its evidence', () => {
  for (const { rule, filter, evidence } of subject.findings) {
    if (!filter) continue
    const numbers = evidence.map(({ frame }) => frame + 1)
    expect(
      shown(filter).filter((number) => numbers.includes(number)),
      rule,
    ).not.toEqual([])
  }
})

/** Filters that work in Wireshark alone: no table holds what they ask for. */
const NOT_HELD = new Set(['smb2.header.transform.msg_size'])

test('every filter in a rule parses', () => {
  const sources = import.meta.glob<string>(['../diagnosis/**/*.ts', '!**/*.test.ts'], {
    query: '?raw',
    import: 'default',
    eager: true,
  })
  const written = Object.values(sources).flatMap((text) =>
    [...text.matchAll(/\bfilter:\s*(?:'([^']*)'|`([^`]*)`)/g)].map((match) => match[1] ?? match[2]!),
  )
  expect(written.length).toBeGreaterThan(15)
  const example = (filter: string) =>
    filter
      .replace(/\$\{[^}]*\}(?=\.)/g, 'ip')
      .replace(/(ip\.\w+ == )\$\{[^}]*\}/g, '$110.0.0.1')
      .replace(/\$\{[^}]*\}/g, '5')
  for (const filter of written.filter((one) => !NOT_HELD.has(one)))
    expect(shown(example(filter)), filter).toBeInstanceOf(Array)
})

describe('fields of our own', () => {
  test('finding: evidence, by rule', () => {
    const evidence = subject.findings.find(({ rule }) => rule === 'identity-switch')!.evidence
    const numbers = [...new Set(evidence.map(({ frame }) => frame + 1))].toSorted((a, b) => a - b)
    expect(shown('finding == "identity-switch"')).toEqual(numbers)
    expect(shown('finding')).toEqual(expect.arrayContaining(numbers))
  })

  test('calls: method, interface, user, outcome, status', () => {
    expect(shown('rpc.method == RemQueryInterface && rpc.outcome == "fault"')).toEqual(
      shown('(remunk2 || dcerpc.pkt_type == 3) && rpc.method == "RemQueryInterface" && !(rpc.outcome == response)'),
    )
    expect(shown('rpc.status == 0x721')).toEqual(expect.arrayContaining(shown('dcerpc.cn_status == 0x721')))
    expect(shown('rpc.user contains "jiangyue"').length).toBeGreaterThan(0)
    expect(shown('rpc.interface == IRemUnknown2')).toEqual(expect.arrayContaining(shown('iremunknown2')))
    expect(shown('rpc.executed == no')).toEqual(
      expect.arrayContaining(shown('dcerpc.pkt_type == 3 && rpc.status == 0x721')),
    )
    expect(shown('rpc.duration > 0.001 && dcerpc.pkt_type == 2')).toEqual(shown('dcerpc.time > 0.001'))
  })

  test('marks', () => expect(shown('mark')).toEqual([4, 8]))
})

describe('mistakes are reported with their place', () => {
  test.each([
    ['tcp.prot == 135', 0, 8, '“tcp.prot” is not indexed: of tcp, Faultline reads tcp, tcp.port'],
    ['tcp && ip.adr == 10.0.0.1', 7, 13, 'Is ip.addr'],
    ['dcerpc.opnm', 0, 11, 'Is dcerpc.opnum meant?'],
    ['dcerpc.status != 0', 0, 13, 'Is dcerpc.cn_status or dcerpc.dg_status meant?'],
    ['tcp.port == 70000', 12, 17, '70000 is too large: tcp.port goes to 65535.'],
    ['ip.addr == 10.1', 11, 15, '“10.1” does not fit ip.addr'],
    ['dns == 5', 0, 3, 'dns is a label'],
    ['tcp && tcp.port contains 1', 7, 15, '“contains” is for texts'],
    ['len(tcp.port) == 1', 4, 12, '“len” is for texts, addresses and bytes'],
    ['lower(frame) == 1', 6, 11, '“lower” is for texts'],
    ['frame contains "x" && tcp[2] == zz', 32, 34, 'is not bytes in hexadecimal'],
    ['frame matches "("', 14, 17, 'The pattern cannot be read'],
    ['frame.time_relative < 0x1', 22, 25, 'a time in seconds'],
    ['dcerpc.pkt_type == Nonsense', 19, 27, 'or one of Request'],
    ['ntlmssp.auth.username matches "("', 30, 33, 'The pattern cannot be read'],
    ['tcp.flags[0] == 0', 0, 9, 'has no parts'],
    ['tcp port 135', 0, 12, 'This is a capture filter. As a display filter it is “tcp.port == 135”.'],
    [
      'tcp && dhcp',
      7,
      11,
      'Faultline does not read dhcp: “dhcp” is not indexed. Close to it is “udp.port in {67, 68}”.',
    ],
    [
      'tcp.options.sack_le == 1460',
      0,
      19,
      '“tcp.options.sack_le” is not indexed: of tcp, Faultline reads tcp, tcp.port, tcp.srcport',
    ],
    ['svcctl.hnd', 0, 10, '“svcctl.hnd” is not indexed: of svcctl, Faultline reads svcctl and svcctl.opnum.'],
    ['gss-api', 0, 7, 'Faultline does not read gss-api: “gss-api” is not indexed.'],
    ['nonsense.field', 0, 14, 'There is no field or protocol “nonsense.field”.'],
    ['TCP.Port == 135', 0, 8, 'There is no field “TCP.Port”: names are in lower case, as “tcp.port”.'],
  ])('%s', (filter, at, end, message) => {
    expect(mistake(filter)).toMatchObject({ at, end, message: expect.stringContaining(message) as string })
  })
})

test('a filter that may be meant is offered whole', () => {
  expect(mistake('host 10.0.0.1 and tcp port 135').instead).toBe('ip.addr == 10.0.0.1 && tcp.port == 135')
  expect(mistake('tcp && ssh').instead).toBe('tcp && (tcp.port == 22)')
  expect(mistake('ip.adr == 10.0.0.1').instead).toBe('ip.addr == 10.0.0.1')
  expect(mistake('frame matches "("').instead).toBeUndefined()
  expect(completions('tcp port 135', 12, subject)[0]).toMatchObject({ text: 'tcp.port == 135', at: 0, end: 12 })
})

test('a pattern that defeats backtracking is answered at once', () => {
  const started = performance.now()
  expect(shown(`rpc.user matches "(a|aa|[a-z]+)+(.*)*(.*)*!"`)).toEqual([])
  expect(performance.now() - started).toBeLessThan(1000)
})

describe('completion', () => {
  const texts = (text: string) => completions(text, text.length, subject).map((completion) => completion.text)

  test('fields, those that begin so first', () => {
    expect(texts('tcp.po')[0]).toBe('tcp.port')
    expect(texts('dcerpc.pkt_type == 3 && isys')).toEqual(['isystemactivator'])
    expect(texts('opnum')).toContain('dcerpc.opnum')
  })

  test('operators behind a field, values behind an operator', () => {
    expect(texts('tcp.port ')).toEqual(expect.arrayContaining(['==', 'in', '&&']))
    expect(texts('tcp ')).toEqual(['&&', '||'])
    expect(texts('rpc.method == Rem')).toContain('"RemQueryInterface"')
    expect(texts('dcerpc.pkt_type in {0, ')).toContain('3')
    expect(texts('tcp.port == 1')).toEqual([])
  })

  test('what is replaced is the word at the cursor', () => {
    expect(completions('a && tcp.po == 5', 9, subject)[0]).toMatchObject({ text: 'tcp.port', at: 5, end: 11 })
  })

  test('within a text whose closing quote is still to come', () => {
    const found = completions('rpc.executed == "no" && rpc.outcome == "fa', 42, subject)
    expect(found).toEqual([{ text: '"fault"', help: '', at: 39, end: 42 }])
  })
})

test('every field is described in a line and can be asked for', () => {
  for (const { name, help } of FIELDS) {
    expect(help, name).toMatch(/^\S.+[^.]$/)
    expect(shown(name), name).toBeInstanceOf(Array)
  }
  expect(new Set(FIELDS.map(({ name }) => name)).size).toBe(FIELDS.length)
})

describe.skipIf(!HAS_TSHARK)('fields that Wireshark has, by its own list', { timeout: 60_000 }, () => {
  test('names', () => {
    const listing = (what: string) => spawnSync('tshark', ['-G', what], { encoding: 'utf8', maxBuffer: 2 ** 28 }).stdout
    const column = (text: string, at: number) => text.split('\n').map((line) => line.split('\t')[at])
    const known = new Set([...column(listing('fields'), 2), ...column(listing('protocols'), 2)])
    const own = FIELDS.map(({ name }) => name).filter(
      (name) => !/^((rpc|wmi|event|faultline)\..*|finding|mark)$/.test(name),
    )
    expect(own.filter((name) => !known.has(name))).toEqual([])
  })
})
