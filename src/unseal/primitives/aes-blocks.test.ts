// Against the library, at every length around the blocks; FIPS 197 C by way of Node's AES.
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { cbc, ctr } from '@noble/ciphers/aes.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gcmDecrypt } from './aes'
import { cbcDecryptBlocks, cbcMacBlocks, ctrBlocks } from './aes-blocks'

const keys = fc.constantFrom(16, 32).chain((length) => fc.uint8Array({ minLength: length, maxLength: length }))
const block = fc.uint8Array({ minLength: 16, maxLength: 16 })
const blocks = fc
  .integer({ min: 0, max: 9 })
  .chain((count) => fc.uint8Array({ minLength: 16 * count, maxLength: 16 * count }))

test('CBC decryption', () => {
  fc.assert(
    fc.property(keys, block, blocks, (key, iv, bytes) => {
      const node = createDecipheriv(`aes-${8 * key.length}-cbc`, key, iv).setAutoPadding(false)
      const expected = Buffer.concat([node.update(bytes), node.final()])
      expect(Buffer.from(cbcDecryptBlocks(key, iv, bytes))).toEqual(expected)
      if (bytes.length > 0)
        expect(cbcDecryptBlocks(key, iv, bytes)).toEqual(cbc(key, iv, { disablePadding: true }).decrypt(bytes))
    }),
  )
})

test('CTR, also where the last 32 bits of the counter end', () => {
  fc.assert(
    fc.property(keys, block, fc.uint8Array({ maxLength: 99 }), (key, counter, bytes) => {
      counter[12] = 0 // the library carries on into the bytes before
      expect(ctrBlocks(key, counter, bytes)).toEqual(ctr(key, counter).encrypt(bytes))
    }),
  )
  const key = new Uint8Array(16)
  const end = new Uint8Array(16).fill(255, 12)
  const wrapped = ctrBlocks(key, end, new Uint8Array(32)).subarray(16)
  expect(wrapped).toEqual(ctrBlocks(key, new Uint8Array(16), new Uint8Array(16)))
})

test('CBC-MAC', () => {
  fc.assert(
    fc.property(keys, blocks, (key, bytes) => {
      const node = createCipheriv(`aes-${8 * key.length}-cbc`, key, new Uint8Array(16)).setAutoPadding(false)
      const expected = Buffer.concat([new Uint8Array(16), node.update(bytes), node.final()]).subarray(-16)
      expect(Buffer.from(cbcMacBlocks(key, bytes))).toEqual(expected)
    }),
  )
})

test('GCM opens what Node sealed, and nothing that was changed', () => {
  fc.assert(
    fc.property(
      keys,
      fc.uint8Array({ maxLength: 40 }),
      fc.uint8Array({ maxLength: 99 }),
      fc.nat(15),
      (key, associated, bytes, at) => {
        const nonce = key.slice(0, 12)
        const node = createCipheriv(`aes-${8 * key.length}-gcm` as 'aes-128-gcm', key, nonce).setAAD(associated)
        const sealed = new Uint8Array(Buffer.concat([node.update(bytes), node.final()]))
        const tag = new Uint8Array(node.getAuthTag())
        expect(gcmDecrypt(key, nonce, associated, sealed, tag)).toEqual(bytes)
        tag[at]! ^= 1
        expect(gcmDecrypt(key, nonce, associated, sealed, tag)).toBeUndefined()
      },
    ),
  )
})
