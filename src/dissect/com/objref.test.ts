import { describe, expect, test } from 'vitest'
import { objectReference } from './objref'
import { Reader } from '../reader'
import { bytesOf, survives, treeOf, utf16Of } from '../testing'

const IID = '8fb296b1b4ba1a10b69c00aa00341d07'
const CLSID = '0045020000000000c000000000000046'
const STANDARD = '00100000 05000000 0ca42aa2bda021d8 83894741b0766a86 089000005405541c52ca7f3174ba5066'
// Eleven words: TCP `S[9]`, end; NTLM without a principal, end.
const BINDINGS = `0b00 0700 0700 ${utf16Of('S[9]\0')} 0000 0a00 ffff 0000 0000`

const standard = bytesOf(`4d454f57 01000000 ${IID} ${STANDARD} ${BINDINGS}`)
const handler = bytesOf(`4d454f57 02000000 ${IID} ${STANDARD} ${CLSID} ${BINDINGS}`)
const custom = bytesOf(`4d454f57 04000000 ${IID} ${CLSID} 00000000 00000000 01020304`)
const extended = bytesOf(`4d454f57 08000000 ${IID} ${STANDARD} 5659534e ${BINDINGS} 01000000 5659534e`)

const reference = {
  flags: 0x1000,
  publicRefs: 5,
  oxid: '0xd821a0bda22aa40c',
  oid: '0x866a76b041478983',
  ipid: '00009008-0554-1c54-52ca-7f3174ba5066',
}
const bindings = {
  bindings: [{ tower: 7, address: 'S[9]', host: 'S', endpoint: '9' }],
  security: [{ service: 10 }],
}

describe('an OBJREF', () => {
  test('standard: who, and where its resolver is', () => {
    const from = new Reader(standard)
    expect(objectReference(from)).toEqual({
      kind: 'standard',
      iid: 'b196b28f-bab4-101a-b69c-00aa00341d07',
      standard: reference,
      bindings,
    })
    expect(from.left).toBe(0)
    expect(from.note).toBeUndefined()
  })
  test('handler: a class is between', () =>
    expect(objectReference(new Reader(handler))).toMatchObject({
      kind: 'handler',
      clsid: '00024500-0000-0000-c000-000000000046',
      bindings,
    }))
  test('custom: the rest is for the class to read', () => {
    const found = objectReference(new Reader(custom))
    expect(found).toMatchObject({ kind: 'custom', clsid: '00024500-0000-0000-c000-000000000046' })
    expect(found?.custom?.bytes).toEqual(bytesOf('01020304'))
  })
  test('extended: a signature is between', () =>
    expect(objectReference(new Reader(extended))).toMatchObject({ kind: 'extended', standard: reference, bindings }))
  test('is recognised by its signature', () => {
    const from = new Reader(bytesOf('4d454f58 01000000'))
    expect(objectReference(from)).toBeUndefined()
    expect(from.note).toBe('no OBJREF: its signature is not MEOW')
  })
  test('the tree', () =>
    expect(treeOf(objectReference, standard).slice(-5)).toEqual([
      '  Bindings',
      '    Entries: 11',
      '    Security offset: 7',
      '    String binding: ncacn_ip_tcp S[9]',
      '    Security binding: NTLM (10)',
    ]))
  test('a string that does not end, ends where the array does', () => {
    const open = bytesOf(`4d454f57 01000000 ${IID} ${STANDARD} 0400 0400 0700 ${utf16Of('ABC')}`)
    expect(objectReference(new Reader(open))?.bindings?.bindings).toMatchObject([{ host: 'ABC' }])
  })
})

const withoutReader = (from: Reader) => {
  const found = objectReference(from)
  return found && { ...found, custom: found.custom?.bytes }
}
survives(withoutReader, standard, handler, custom, extended)
