// Kerberos encryption against the vectors of its specifications.
import { expect, test } from 'vitest'
import { fromHex, toHex, utf8 } from '../bytes'
import { combinedKey } from './fast'
import { aesChecksum, decrypt, nFold, openAes, stringToKey } from './kerberos-crypto'

const hex = (text: string) => fromHex(text)!

// RFC 3961 A.1
test.each([
  ['012345', 8, 'be072631276b1955'],
  ['password', 7, '78a07b6caf85fa'],
  ['Rough Consensus, and Running Code', 8, 'bb6ed30870b7f0e0'],
  ['password', 21, '59e4a8ca7c0385c3c37b3f6d2000247cb6e6bd5b3e'],
  ['MASSACHVSETTS INSTITVTE OF TECHNOLOGY', 24, 'db3b0d8f0b061e603282b308a50841229ad798fab9540c1b'],
  ['kerberos', 16, '6b65726265726f737b9b5b2b93132b93'],
])('n-fold of %s to %i bytes', (text, bytes, folded) => expect(toHex(nFold(utf8(text), bytes))).toBe(folded))

// RFC 3962 B, RFC 8009 A
test.each([
  [17, 'password', 'ATHENA.MIT.EDUraeburn', 1, '42263c6e89f4fc28b8df68ee09799f15'],
  [18, 'password', 'ATHENA.MIT.EDUraeburn', 1, 'fe697b52bc0d3ce14432ba036a92e65bbb52280990a2fa27883998d72af30161'],
  [18, 'password', 'ATHENA.MIT.EDUraeburn', 1200, '55a6ac740ad17b4846941051e1e8b0a7548d93b0ab30a8bc3ff16280382b8c2a'],
  [17, '\u{1d11e}', 'EXAMPLE.COMpianist', 50, 'f149c1f2e154a73452d43e7fe62a56e5'],
])('string to key, etype %i, %s', (etype, password, salt, iterations, key) =>
  expect(toHex(stringToKey(etype, password, salt, iterations))).toBe(key),
)

test('RC4 keys are NT hashes (RFC 4757 2)', () =>
  expect(toHex(stringToKey(23, 'foo', ''))).toBe('ac8e657f83df82beea5d43bdaf7800cc'))

// RFC 8009 A: key usage 2, plaintext 000102030405.
test.each([
  [
    19,
    '3705d96080c17728a0e800eab6e0d23c',
    '84d7f30754ed987bab0bf3506beb09cfb55402cef7e6877ce99e247e52d16ed4421dfdf8976c',
  ],
  [
    20,
    '6d404d37faf79f9df0d33568d320669800eb4836472ea8a026d16b7182460c52',
    '4ed7b37c2bcac8f74f23c1cf07e62bc7b75fb3f637b9f559c7f664f69eab7b6092237526ea0d1f61cb20d69d10f2',
  ],
])('opens AES with SHA-2, etype %i', (etype, key, sealed) => {
  expect(toHex(decrypt({ etype, key: hex(key) }, 2, hex(sealed))!)).toBe('000102030405')
  const broken = hex(sealed)
  broken[3]! ^= 1
  expect(decrypt({ etype, key: hex(key) }, 2, broken)).toBeUndefined()
})

// RFC 8009 A: checksums with key usage 2 over 000102...14.
test.each([
  [19, '3705d96080c17728a0e800eab6e0d23c', 'd78367186643d67b411cba9139fc1dee'],
  [
    20,
    '6d404d37faf79f9df0d33568d320669800eb4836472ea8a026d16b7182460c52',
    '45ee791567eefca37f4ac1e0222de80d43c3bfa06699672a',
  ],
])('checksum of AES with SHA-2, etype %i', (etype, key, checksum) =>
  expect(toHex(aesChecksum({ etype, key: hex(key) }, 2, [hex('000102030405060708090a0b0c0d0e0f1011121314')]))).toBe(
    checksum,
  ),
)

test('fewer bytes than a confounder and a checksum are refused', () => {
  for (let length = 0; length < 28; length++)
    expect(openAes({ etype: 17, key: new Uint8Array(16) }, 2, new Uint8Array(length))).toBeUndefined()
  for (let length = 0; length < 24; length++)
    expect(decrypt({ etype: 23, key: new Uint8Array(16) }, 2, new Uint8Array(length))).toBeUndefined()
})

// RFC 6113 A; etypes 19 and 20 as MIT Kerberos 1.20 computes them
test.each([
  [17, '97df97e4b798b29eb31ed7280287a92a'],
  [18, '4d6ca4e629785c1f01baf55e2e548566b9617ae3a96868c337cb93b5e72b1c7b'],
  [19, 'edd02a39d2dbde31611c16e610be062c'],
  [20, '67f6ea530aea85a37dcbb23349ea52dcc61ca8493ff557252327fd8304341584'],
  [23, '24d7f6b6bae4e5c00d2082c5ebab3672'],
])('KRB-FX-CF2 of two keys, etype %i', (etype, combined) => {
  const key = (text: string) => ({ etype, key: stringToKey(etype, text, text) })
  expect(toHex(combinedKey(key('key1'), 'a', key('key2'), 'b')!.key)).toBe(combined)
})
