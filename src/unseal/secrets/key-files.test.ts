// Key files, byte by byte after MIT's description of the keytab format, and read again by the reader of keytabs.
import { expect, test } from 'vitest'
import { fromHex, toHex } from '../bytes'
import { keytabFile, smbSessionKeyList } from './key-files'
import { keytabEntries } from './keytab'

const key = fromHex('000102030405060708090a0b0c0d0e0f')!

test('a keytab holds each key with its principal', () => {
  const bytes = keytabFile([
    { principal: 'host/a.example@EXAMPLE', etype: 17, key },
    { principal: 'Jürgen@', etype: 23, key },
  ])
  expect(toHex(bytes)).toBe(
    '0502' + // version
      '0000003d' + // size of the entry
      '0002' + // components
      '0007' + toHex(Buffer.from('EXAMPLE')) + // realm
      '0004' + toHex(Buffer.from('host')) + '0009' + toHex(Buffer.from('a.example')) +
      '00000001' + // KRB5_NT_PRINCIPAL
      '00000000' + '00' + // time, key version number
      '0011' + '0010' + toHex(key) + // encryption type, key
      '00000000' + // key version number in 32 bits
      '0000002e' + '0001' + '0000' + '0007' + toHex(Buffer.from('Jürgen')) +
      '00000001' + '00000000' + '00' + '0017' + '0010' + toHex(key) + '00000000',
  ) // prettier-ignore
  expect(keytabEntries(bytes)).toEqual([
    { principal: 'host/a.example@EXAMPLE', etype: 17, kvno: 0, key },
    { principal: 'Jürgen@', etype: 23, kvno: 0, key },
  ])
})

test('SMB session keys are lines of smb2_seskey_list', () =>
  expect(smbSessionKeyList([{ session: '1900009c003c0000', key }])).toBe(
    '1900009c003c0000,000102030405060708090a0b0c0d0e0f,"",""\n',
  ))
