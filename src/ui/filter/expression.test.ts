import { expect, test } from 'vitest'
import { addressField, both, either, equals, expressionOf } from './expression'

const line = (filter: string | undefined, value: string) => ({
  label: 'x',
  value,
  at: 0,
  length: 1,
  depth: 0,
  ...(filter && { filter }),
})

test.each([
  ['dcerpc.cn_call_id', '8', 'dcerpc.cn_call_id == 8'],
  ['dcerpc.cn_status', '0x00000721 (nca_s_fault_sec_pkg_error)', 'dcerpc.cn_status == 0x00000721'],
  ['dcerpc.pkt_type', 'Fault (3)', 'dcerpc.pkt_type == 3'],
  ['ip.src', '10.177.17.15', 'ip.src == 10.177.17.15'],
  ['eth.src', '00:15:5d:00:00:01', 'eth.src == 00:15:5d:00:00:01'],
  ['ipv6.src', 'fe80::1', 'ipv6.src == fe80::1'],
  ['ntlmssp.auth.username', 'jiangyue', 'ntlmssp.auth.username == "jiangyue"'],
  ['ntlmssp.auth.username', 'ad‹NUL›min‹ESC›', 'ntlmssp.auth.username == "ad\\x00min\\x1b"'],
  ['ntlmssp.auth.username', 'a"b', 'ntlmssp.auth.username == "a\\"b"'],
  [
    'dcerpc.obj_id',
    'IUnknown 00000000-0000-0000-c000-000000000046',
    'dcerpc.obj_id == 00000000-0000-0000-c000-000000000046',
  ],
  ['tcp', '', 'tcp'],
])('%s with %s', (filter, value, expected) => {
  expect(expressionOf(line(filter, value))).toBe(expected)
})

test('a line that filters do not know has none', () => {
  expect(expressionOf(line(undefined, '8'))).toBeUndefined()
})

test('a cell without a value has none; a number is bare', () => {
  expect(equals('rpc.user', '')).toBeUndefined()
  expect(equals('rpc.user', 'CORP\\eve')).toBe('rpc.user == "CORP\\\\eve"')
  expect(equals('frame.number', 12)).toBe('frame.number == 12')
  expect(equals('rpc.user', '123 abc (7)')).toBe('rpc.user == "123 abc (7)"')
  expect(equals('rpc.user', '42')).toBe('rpc.user == "42"')
  expect(equals('ipv6.src', 'fe80::1')).toBe('ipv6.src == fe80::1')
  expect(equals('dcerpc.obj_id', '00000000-0000-0000-c000-000000000046')).toMatch(/== 00000000-0000/)
})

test.each([
  ['10.0.0.1', 'ip.src'],
  ['fe80::1', 'ipv6.src'],
  ['00:15:5d:00:00:01', 'eth.src'],
])('%s is looked for in %s', (address, field) => {
  expect(addressField(address, 'src')).toBe(field)
})

test('filters are joined so that both hold', () => {
  expect(both('', 'tcp')).toBe('tcp')
  expect(both('ip', 'tcp')).toBe('ip && tcp')
  expect(both('udp || ip', 'tcp')).toBe('(udp || ip) && tcp')
})

test('filters are joined so that either holds', () => {
  expect(either('ip', 'tcp')).toBe('ip || tcp')
  expect(either('udp && ip', 'tcp')).toBe('(udp && ip) || tcp')
})
