// What is computed in WebAssembly, against Node's ciphers and hashes and published vectors, also beyond the area that is worked on at a time.
import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromHex, toHex, utf8 } from '../bytes'
import { ccmDecrypt, gcmDecrypt } from './aes'
import { cbcDecryptBlocks, cbcMacBlocks, cfb8, ctrBlocks } from './aes-blocks'
import { cipher } from './cipher'
import { hmacSha256, hmacSha384, sha256, sha384, sha512 } from './sha2'

const hex = (text: string) => fromHex(text)!
const pattern = (length: number, step = 7) => Uint8Array.from({ length }, (_, i) => (i * step) ^ (i >> 8))
/** Around blocks, lanes of 128, and the area of 64 KiB. */
const lengths = fc.oneof(
  fc.nat(300),
  fc.integer({ min: 65_500, max: 65_700 }),
  fc.integer({ min: 131_050, max: 131_100 }),
)

test('CFB8 decrypts as Node does', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), lengths, (secret, length) => {
      const key = secret.slice(0, 16)
      const iv = secret.slice(16)
      const bytes = pattern(length)
      const node = createDecipheriv('aes-128-cfb8', key, iv)
      expect(Buffer.compare(cfb8(key, iv, bytes, true), Buffer.concat([node.update(bytes), node.final()]))).toBe(0)
    }),
    { numRuns: 60 },
  )
})

test('CFB8 decrypts every length up to 600 bytes, wherever in a buffer the bytes begin', () => {
  const key = pattern(16, 13)
  const iv = pattern(16, 29)
  const buffer = pattern(600 + 16, 11)
  const wrong: string[] = []
  for (let length = 0; length <= 600; length++)
    for (let from = 0; from < 16; from++) {
      const bytes = buffer.subarray(from, from + length)
      const node = createDecipheriv('aes-128-cfb8', key, iv)
      const expected = Buffer.concat([node.update(bytes), node.final()])
      if (Buffer.compare(cfb8(key, iv, bytes, true), expected) !== 0) wrong.push(`${length} bytes from ${from}`)
    }
  expect(wrong).toEqual([])
  expect(toHex(buffer)).toBe(toHex(pattern(600 + 16, 11)))
})

test('AES modes carry on from one area to the next', () => {
  const key = pattern(32, 11)
  const iv = new Uint8Array(16)
  const bytes = pattern(3 * 65_536 + 64)
  const cbc = createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false)
  expect(Buffer.compare(cbcDecryptBlocks(key, iv, bytes), cbc.update(bytes))).toBe(0)
  const ctr = createDecipheriv('aes-256-ctr', key, iv)
  expect(Buffer.compare(ctrBlocks(key, iv, bytes), ctr.update(bytes))).toBe(0)
  // CBC-MAC is what CBC decryption goes back to zeros from: the code of a message followed by itself is that of zeros.
  const code = cbcMacBlocks(key, bytes)
  const longer = new Uint8Array(bytes.length + 16)
  longer.set(bytes)
  longer.set(code, bytes.length)
  expect(cbcMacBlocks(key, longer)).toEqual(ctrBlocks(key, iv, new Uint8Array(16)))
})

test('CCM and GCM open what Node sealed, at every length around blocks and areas', () => {
  fc.assert(
    fc.property(fc.constantFrom(16, 32), fc.nat(60), lengths, fc.boolean(), (keyBytes, extra, length, isCcm) => {
      const key = pattern(keyBytes, 5)
      const nonce = pattern(isCcm ? 11 : 12, 9)
      const [associated, clear] = [pattern(extra), pattern(length, 3)]
      const node = isCcm
        ? createCipheriv(`aes-${keyBytes === 16 ? 128 : 256}-ccm`, key, nonce, { authTagLength: 16 })
        : createCipheriv(`aes-${keyBytes === 16 ? 128 : 256}-gcm`, key, nonce)
      node.setAAD(associated, { plaintextLength: length })
      const sealed = new Uint8Array(Buffer.concat([node.update(clear), node.final()]))
      const tag = new Uint8Array(node.getAuthTag())
      const open = isCcm ? ccmDecrypt : gcmDecrypt
      expect(Buffer.compare(open(key, nonce, associated, sealed, tag)!, clear)).toBe(0)
      tag[extra & 15]! ^= 1
      expect(open(key, nonce, associated, sealed, tag)).toBeUndefined()
    }),
    { numRuns: 80 },
  )
})

test('SHA-2 and HMAC give what Node gives, whatever the parts', () => {
  fc.assert(
    fc.property(lengths, fc.nat(300), fc.nat(200), (length, cut, keyBytes) => {
      const message = pattern(length)
      const parts = [message.subarray(0, cut), message.subarray(cut)]
      const key = pattern(keyBytes, 3)
      const node = (name: string) => createHash(name).update(message).digest('hex')
      const keyed = (name: string) => createHmac(name, key).update(message).digest('hex')
      expect([sha256(...parts), sha384(...parts), sha512(...parts)].map(toHex)).toEqual([
        node('sha256'),
        node('sha384'),
        node('sha512'),
      ])
      expect([hmacSha256(key, ...parts), hmacSha384(key, ...parts)].map(toHex)).toEqual([
        keyed('sha256'),
        keyed('sha384'),
      ])
    }),
    { numRuns: 60 },
  )
})

test('published vectors of SHA-2 and of HMAC (FIPS 180-4 examples, RFC 4231 4.3)', () => {
  const abc = utf8('abc')
  expect(toHex(sha256(abc))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  expect(toHex(sha384(abc))).toBe(
    'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7',
  )
  const question = utf8('what do ya want for nothing?')
  expect(toHex(hmacSha256(utf8('Jefe'), question))).toBe(
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  )
  expect(toHex(hmacSha384(utf8('Jefe'), question))).toBe(
    'af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649',
  )
})

// The Galois/Counter Mode of Operation (McGrew, Viega), appendix B, test cases 1 to 3.
test.each([
  ['00'.repeat(16), '00'.repeat(12), '', '', '58e2fccefa7e3061367f1d57a4e7455a'],
  [
    '00'.repeat(16),
    '00'.repeat(12),
    '0388dace60b6a392f328c2b971b2fe78',
    '00'.repeat(16),
    'ab6e47d42cec13bdf53a67b21257bddf',
  ],
  [
    'feffe9928665731c6d6a8f9467308308',
    'cafebabefacedbaddecaf888',
    '42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985',
    'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255',
    '4d5c2af327cd64a62cf35abd2ba6fab4',
  ],
])('GCM with key %s', (key, nonce, sealed, clear, tag) =>
  expect(gcmDecrypt(hex(key), hex(nonce), new Uint8Array(0), hex(sealed), hex(tag))).toEqual(hex(clear)),
)

test('no key and no clear text stays in the memory of the module', () => {
  const key = pattern(16, 13)
  const clear = pattern(500)
  gcmDecrypt(key, key.subarray(0, 12), clear, clear, key)
  ccmDecrypt(key, key.subarray(0, 12), clear, clear, key)
  cfb8(key, key, clear, true)
  cfb8(key, key, clear, false)
  ctrBlocks(key, key, ctrBlocks(key, key, clear))
  hmacSha256(key, clear)
  const memory = Buffer.from(cipher().memory.buffer)
  expect(memory.includes(key)).toBe(false)
  for (let at = 0; at + 16 <= clear.length; at++) expect(memory.includes(clear.subarray(at, at + 16))).toBe(false)
})
