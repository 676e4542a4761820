import { expect, test } from 'vitest'
import { fromHex } from '../../bytes'
import { internetChecksum } from './checksum'

// RFC 1071 3: the words 0001 f203 f4f5 f6f7 sum to ddf2
test('the example of RFC 1071', () => {
  expect(internetChecksum(fromHex('0001 f203 f4f5 f6f7'))).toBe(0xddf2 ^ 0xffff)
})

test('an odd byte counts as the high half of a word', () => {
  expect(internetChecksum(fromHex('0001 f2'))).toBe(internetChecksum(fromHex('0001 f200')))
})

test('what carries its own checksum sums to zero', () => {
  const header = fromHex('4500 0073 0000 4000 4011 0000 c0a8 0001 c0a8 00c7')
  const checksum = internetChecksum(header)
  expect(checksum).toBe(0xb861)
  header.set([checksum >> 8, checksum & 0xff], 10)
  expect(internetChecksum(header)).toBe(0)
})
