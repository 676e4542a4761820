import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from '../parse'
import { displayFilterOf } from './capture-filter'

test.each([
  ['tcp port 135', 'tcp.port == 135'],
  ['host 10.0.0.1', 'ip.addr == 10.0.0.1'],
  ['src host 10.0.0.1 and dst port 445', 'ip.src == 10.0.0.1 && (tcp.dstport == 445 || udp.dstport == 445)'],
  ['port 135 or 445', '(tcp.port == 135 || udp.port == 135) || (tcp.port == 445 || udp.port == 445)'],
  ['tcp port 135 or tcp port 445', 'tcp.port == 135 || tcp.port == 445'],
  ['not port 22', '!(tcp.port == 22 || udp.port == 22)'],
  ['!(tcp port 22) && host fe80::1', '!(tcp.port == 22) && ipv6.addr == fe80::1'],
  ['tcp portrange 49152-65535', 'tcp.port in {49152..65535}'],
  ['net 10.1', 'ip.addr == 10.1.0.0/16'],
  ['dst net 192.168.0.0/24', 'ip.dst == 192.168.0.0/24'],
  ['ether host 00:15:5d:01:02:03', 'eth.addr == 00:15:5d:01:02:03'],
  ['udp and port domain', 'udp && (tcp.port == 53 || udp.port == 53)'],
  ['icmp6 or host 10.0.0.1', 'icmpv6 || ip.addr == 10.0.0.1'],
  ['host 10.0.0.1 or host 10.0.0.2 and tcp port 80', 'ip.addr == 10.0.0.1 || ip.addr == 10.0.0.2 && tcp.port == 80'],
  [
    '(host 10.0.0.1 or host 10.0.0.2) and tcp port 80',
    '(ip.addr == 10.0.0.1 || ip.addr == 10.0.0.2) && tcp.port == 80',
  ],
  ['less 100', 'frame.len <= 100'],
  ['vlan 5 and tcp', 'vlan.id == 5 && tcp'],
])('%s', (captureFilter, displayFilter) => {
  expect(displayFilterOf(captureFilter)).toBe(displayFilter)
  expect(parse(displayFilter)).toHaveProperty('tree')
})

test.each([
  'tcp',
  'tcp.port == 135',
  'host',
  'port x',
  'tcp port 70000',
  'host 10.0.0',
  'foo bar',
  '10.0.0.1',
  '',
  '(port 1',
])('no capture filter: %s', (text) => expect(displayFilterOf(text)).toBeUndefined())

const word = fc.constantFrom(
  'tcp',
  'udp',
  'host',
  'port',
  'net',
  'src',
  'dst',
  'and',
  'or',
  'not',
  '(',
  ')',
  '10.0.0.1',
  '135',
)

test('what comes out of any words is a display filter', () =>
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      const filter = displayFilterOf(words.join(' '))
      if (filter !== undefined) expect(parse(filter)).toHaveProperty('tree')
    }),
    { numRuns: 2000 },
  ))
