// The ciphers and hashes against published vectors.
import { expect, test } from 'vitest'
import { ascii, fromHex, toHex } from '../../bytes'
import { md4 } from './md4'
import { hmacMd5 } from './md5'
import { Rc4 } from './rc4'

// RFC 1320 A.5
test.each([
  ['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
  ['a', 'bde52cb31de33e46245e05fbdbd6fb24'],
  ['abc', 'a448017aaf21d8525fc10ae87aa6729d'],
  ['message digest', 'd9130a8164549fe818874806e1c7014b'],
  ['abcdefghijklmnopqrstuvwxyz', 'd79e1c308aa5bbcdeea8ed63df412da9'],
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', '043f8582f241db351ce627e153e7f0e4'],
  [
    '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
    'e33b4ddc9c38f2199c3e7b164fcc0536',
  ],
])('MD4 of %j', (text, digest) => {
  expect(toHex(md4(ascii(text)))).toBe(digest)
})

// RFC 2202 2, test cases 1 and 2
test('HMAC-MD5', () => {
  expect(toHex(hmacMd5(new Uint8Array(16).fill(0x0b), ascii('Hi There')))).toBe('9294727a3638bb1c13f48ef8158bfc9d')
  expect(toHex(hmacMd5(ascii('Jefe'), ascii('what do ya want '), ascii('for nothing?')))).toBe(
    '750c783e6ab0b503eaa86e310a5db738',
  )
})

// RFC 6229 2: key 0x0102030405, offsets 0 and 16
test('RC4 goes on where it stopped', () => {
  const stream = new Rc4(fromHex('0102030405'))
  expect(toHex(stream.apply(new Uint8Array(16)))).toBe('b2396305f03dc027ccc3524a0a1118a8')
  expect(toHex(stream.apply(new Uint8Array(16)))).toBe('6982944f18fc82d589c403a47a0d0919')
})
