// The primitives against published vectors.
import { expect, test } from 'vitest'
import { concatenate, fromHex, toHex, utf8 } from '../bytes'
import { ccmDecrypt, ctsDecrypt, ctsEncrypt } from './aes'
import { cfb8 } from './aes-blocks'
import { crc32 } from './crc32'
import { desBlock } from './des'
import { hmac } from '@noble/hashes/hmac.js'
import { md5, sha1 } from '@noble/hashes/legacy.js'
import { md4 } from './md4'
import { HmacMd5, Md5 } from './md5'
import { HmacSha1, Sha1 } from './sha1'
import { Rc4 } from './rc4'

const hex = (text: string) => fromHex(text)!

test.each([
  ['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
  ['a', 'bde52cb31de33e46245e05fbdbd6fb24'],
  ['message digest', 'd9130a8164549fe818874806e1c7014b'],
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', '043f8582f241db351ce627e153e7f0e4'],
  ['1234567890'.repeat(8), 'e33b4ddc9c38f2199c3e7b164fcc0536'],
])('MD4 of %j is as RFC 1320 A.5 prints it', (text, digest) => expect(toHex(md4(utf8(text)))).toBe(digest))

test('MD5, HMAC-MD5 and HMAC-SHA1 give what the library gives, at every length around the blocks', () => {
  for (let length = 0; length < 200; length++) {
    const message = Uint8Array.from({ length }, (_, i) => i * 7)
    const key = message.subarray(0, length >> 1)
    expect(
      toHex(
        new Md5()
          .update(message.subarray(0, length >> 2))
          .update(message.subarray(length >> 2))
          .digest(),
      ),
    ).toBe(toHex(md5(message)))
    const whole = concatenate(message, key)
    expect(toHex(new HmacMd5(key).code(message, key))).toBe(toHex(hmac(md5, key, whole)))
    expect(toHex(new HmacSha1(key).code(message, key))).toBe(toHex(hmac(sha1, key, whole)))
  }
  // RFC 1321 A.5, RFC 2202 2, FIPS 180-4
  expect(toHex(new Sha1().update(utf8('abc')).digest())).toBe('a9993e364706816aba3e25717850c26c9cd0d89d')
  expect(toHex(new Md5().update(utf8('message digest')).digest())).toBe('f96b697d7cb7938d525a2f31aaf161d0')
  expect(toHex(new HmacMd5(utf8('Jefe')).code(utf8('what do ya want for nothing?')))).toBe(
    '750c783e6ab0b503eaa86e310a5db738',
  )
})

test('RC4 goes on where it stopped, and so does a copy (RFC 6229 2)', () => {
  const stream = new Rc4(hex('0102030405'))
  expect(toHex(stream.apply(new Uint8Array(16)))).toBe('b2396305f03dc027ccc3524a0a1118a8')
  const copy = stream.copy()
  expect(toHex(stream.apply(new Uint8Array(16)))).toBe('6982944f18fc82d589c403a47a0d0919')
  copy.skip(8)
  expect(toHex(copy.apply(new Uint8Array(8)))).toBe('89c403a47a0d0919')
})

test('CRC-32 of the check string', () => expect(crc32(utf8('123456789'))).toBe(0xcbf43926))

// MS-NLMP 4.2.2.1: the first third of the NTLMv1 response; the key is the NT hash of "Password".
test('DES with a key of seven bytes', () =>
  expect(toHex(desBlock(hex('a4f49c406510bd'), hex('0123456789abcdef')))).toBe('67c43011f30298a2'))

// RFC 3962 appendix B: the key is "chicken teriyaki".
const TERIYAKI = utf8('chicken teriyaki')
const TEXT = utf8("I would like the General Gau's Chicken, please, and wonton soup.")
test.each([
  [17, 'c6353568f2bf8cb4d8a580362da7ff7f97'],
  [31, 'fc00783e0efdb2c1d445d4c8eff7ed2297687268d6ecccc0c07b25e25ecfe5'],
  [32, '39312523a78662d5be7fcbcc98ebf5a897687268d6ecccc0c07b25e25ecfe584'],
  [47, '97687268d6ecccc0c07b25e25ecfe584b3fffd940c16a18c1b5549d2f838029e39312523a78662d5be7fcbcc98ebf5'],
  [48, '97687268d6ecccc0c07b25e25ecfe5849dad8bbb96c4cdc03bc103e1a194bbd839312523a78662d5be7fcbcc98ebf5a8'],
  [
    64,
    '97687268d6ecccc0c07b25e25ecfe58439312523a78662d5be7fcbcc98ebf5a84807efe836ee89a526730dbc2f7bc8409dad8bbb96c4cdc03bc103e1a194bbd8',
  ],
])('AES-CTS of %i bytes both ways', (length, sealed) => {
  expect(toHex(ctsEncrypt(TERIYAKI, TEXT.subarray(0, length)))).toBe(sealed)
  expect(ctsDecrypt(TERIYAKI, hex(sealed))).toEqual(TEXT.slice(0, length))
})

// SP 800-38A F.3.7
test('AES-CFB8 both ways', () => {
  const key = hex('2b7e151628aed2a6abf7158809cf4f3c')
  const iv = hex('000102030405060708090a0b0c0d0e0f')
  const clear = hex('6bc1bee22e409f96e93d7e117393172aae2d')
  const sealed = hex('3b79424c9c0dd436bace9e0ed4586a4f32b9')
  expect(cfb8(key, iv, clear, false)).toEqual(sealed)
  expect(cfb8(key, iv, sealed, true)).toEqual(clear)
})

// SP 800-38C, examples 1 to 3
test.each([
  ['10111213141516', '0001020304050607', '20212223', '7162015b', '4dac255d'],
  [
    '1011121314151617',
    '000102030405060708090a0b0c0d0e0f',
    '202122232425262728292a2b2c2d2e2f',
    'd2a1f0e051ea5f62081a7792073d593d',
    '1fc64fbfaccd',
  ],
  [
    '101112131415161718191a1b',
    '000102030405060708090a0b0c0d0e0f10111213',
    '202122232425262728292a2b2c2d2e2f3031323334353637',
    'e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5',
    '484392fbc1b09951',
  ],
])('AES-CCM with nonce %s', (nonce, associated, clear, sealed, tag) => {
  const key = hex('404142434445464748494a4b4c4d4e4f')
  expect(ccmDecrypt(key, hex(nonce), hex(associated), hex(sealed), hex(tag))).toEqual(hex(clear))
  const wrong = hex(tag)
  wrong[0]! ^= 1
  expect(ccmDecrypt(key, hex(nonce), hex(associated), hex(sealed), wrong)).toBeUndefined()
})
