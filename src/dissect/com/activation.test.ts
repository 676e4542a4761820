import { describe, expect, test } from 'vitest'
import { activationRequest, activationResponse, remoteActivationRequest, remoteActivationResponse } from './activation'
import { Reader } from '../reader'
import { bytesOf, littleOf, survives, treeOf, utf16Of } from '../testing'

const THIS = `0500 0700 01000000 00000000 ${'11'.repeat(16)} 00000000`
const WBEM = '5ef0c38b6bd8d011a07500c04fb68820' // CLSID_WbemLevel1Login
const LEVEL1_LOGIN = '1b7309f3cf44cf1195dd00c04fb68820'
const number = (value: number) => littleOf(value, 4)
const size = (hexadecimal: string) => bytesOf(hexadecimal).length

/** A serialized structure: version, byte order, lengths, and the structure itself to a multiple of eight. */
function serialized(body: string): string {
  const padded = body + '00'.repeat((8 - (size(body) % 8)) % 8)
  return `01100800cccccccc ${number(size(padded))} 00000000 ${padded}`
}

/** The custom OBJREF that holds properties, each a class and its serialized bytes. */
function propertyBlob(clsid: string, properties: [string, string][]): string {
  const header = (headerSize: number, total: number) =>
    serialized(`
      ${number(total)} ${number(headerSize)} 00000000 02000000 ${number(properties.length)} ${'00'.repeat(16)}
      00000200 04000200 00000000
      ${number(properties.length)} ${properties.map(([id]) => id).join(' ')}
      ${number(properties.length)} ${properties.map(([, body]) => number(size(body))).join(' ')}`)
  const headerSize = size(header(0, 0))
  const bodies = properties.map(([, body]) => body).join('')
  const total = headerSize + size(bodies)
  const reference = `
    4d454f57 04000000 ${'00'.repeat(16)} ${clsid} 00000000 ${number(total + 8)}
    ${number(total)} 00000000 ${header(headerSize, total)} ${bodies}`
  return `${number(size(reference))} ${number(size(reference))} ${reference}`
}

const property = (first: string) => `${first}01000000000000c000000000000046`
const INSTANTIATION = serialized(`${WBEM} 14000000 00000000 00000000 01000000 00000000 00000200 58000000 0500 0700
  01000000 ${LEVEL1_LOGIN}`)
const SECURITY = serialized(`00000000 00000200 00000000 00000000 04000200 00000000 00000000
  04000000 00000000 04000000 ${utf16Of('WS6\0')}`)
const SPECIAL = serialized(`ffffffff 00000000 00000000 00000000 06000000 ${'00'.repeat(56)}`)
const SCM_REQUEST = serialized('00000000 00000200 02000000 0100 0000 04000200 01000000 0700 0000')

const REQUEST = bytesOf(`${THIS} 00000000 00000200
  ${propertyBlob('3803000000000000c000000000000046', [
    [property('b9'), SPECIAL],
    [property('ab'), INSTANTIATION],
    [property('a5'), serialized('00000000')],
    [property('a6'), SECURITY],
    [property('aa'), SCM_REQUEST],
  ])}`)

const BINDINGS = '0700 5300 3600 5b00 3900 5d00 0000' // TCP, S6[9]
const entries = `${littleOf(bytesOf(BINDINGS).length / 2 + 3, 2)} ${littleOf(bytesOf(BINDINGS).length / 2 + 1, 2)}`
const STANDARD = `4d454f57 01000000 ${LEVEL1_LOGIN} 00000000 05000000 0100000000000000 0200000000000000 ${'ab'.repeat(16)} 0200 0100 00000000`
const SCM_REPLY = serialized(`00000000 00000200
  8877665544332211 04000200 ${'cd'.repeat(16)} 05000000 0500 0700
  ${number(bytesOf(BINDINGS).length / 2 + 3)} ${entries} ${BINDINGS} 0000 0a00 0000`)
const results = (status: string, reference: string) =>
  serialized(`01000000 00000200 04000200 08000200
    01000000 ${LEVEL1_LOGIN} 01000000 ${status} 01000000
    ${reference === '' ? '00000000' : `0c000200 ${number(size(reference))} ${number(size(reference))} ${reference}`}`)
const RESPONSE = bytesOf(`00000000 00000000 00000200
  ${propertyBlob('3903000000000000c000000000000046', [
    ['3903000000000000c000000000000046', results('00000000', STANDARD)],
    [property('b6'), SCM_REPLY],
  ])} 00000000`)
const REFUSED = bytesOf(`00000000 00000000 00000000 05000780`)
const NO_INTERFACE = bytesOf(`00000000 00000000 00000200
  ${propertyBlob('3903000000000000c000000000000046', [['3903000000000000c000000000000046', results('02400080', '')]])} 02400080`)

describe('RemoteCreateInstance', () => {
  test('says what is asked for, of whom, and how the client will call', () => {
    const from = new Reader(REQUEST)
    expect(activationRequest(from, true)).toEqual({
      clsid: '8bc3f05e-d86b-11d0-a075-00c04fb68820',
      context: 0x14,
      iids: ['f309731b-44cf-11cf-95dd-00c04fb68820'],
      level: 6,
      serverName: 'WS6',
      clientVersion: '5.7',
      protocols: [7],
      fileName: undefined,
    })
    expect(from.note).toBeUndefined()
  })
  test('RemoteGetClassObject has no outer object before the properties', () => {
    const stub = new Uint8Array(REQUEST.length - 4)
    stub.set(REQUEST.subarray(0, 32))
    stub.set(REQUEST.subarray(36), 32)
    expect(activationRequest(new Reader(stub), false)).toMatchObject({ serverName: 'WS6' })
  })
  test('answers with the object and where it lives', () => {
    const from = new Reader(RESPONSE)
    expect(activationResponse(from)).toMatchObject({
      hresult: 0,
      oxid: '0x1122334455667788',
      ipidRemUnknown: 'cdcdcdcd-cdcd-cdcd-cdcd-cdcdcdcdcdcd',
      authenticationHint: 5,
      serverVersion: '5.7',
      bindings: { bindings: [{ tower: 7, host: 'S6', endpoint: '9' }], security: [{ service: 10 }] },
      results: [
        {
          iid: 'f309731b-44cf-11cf-95dd-00c04fb68820',
          hresult: 0,
          reference: { kind: 'standard', standard: { ipid: 'abababab-abab-abab-abab-abababababab' } },
        },
      ],
    })
    expect(from.note).toBeUndefined()
    expect(from.left).toBe(0)
  })
  test('is refused as a whole', () =>
    expect(activationResponse(new Reader(REFUSED))).toMatchObject({ hresult: 0x80070005, results: [] }))
  test('is refused one interface', () =>
    expect(activationResponse(new Reader(NO_INTERFACE))).toMatchObject({
      hresult: 0x80004002,
      results: [{ iid: 'f309731b-44cf-11cf-95dd-00c04fb68820', hresult: 0x80004002 }],
    }))
  test('the tree names the properties', () => {
    const tree = treeOf((from) => activationRequest(from, true), REQUEST)
    expect(tree).toContain('    Security')
    expect(tree).toContain('      Server name: WS6')
    expect(tree).toContain('      Default authentication level: packet privacy (6)')
  })
})

describe('RemoteActivation', () => {
  const ASK = bytesOf(`${THIS} ${WBEM} 00000000 00000000 02000000 00000000
    01000000 00000200 01000000 ${LEVEL1_LOGIN} 0100 0000 01000000 0700`)
  const ANSWER = bytesOf(`00000000 00000000
    8877665544332211 00000000 ${'00'.repeat(16)} 00000000 0000 0000 // no bindings
    54010480 // REGDB_E_CLASSNOTREG
    01000000 00000000 01000000 54010480 00000000`)
  test('asks', () =>
    expect(remoteActivationRequest(new Reader(ASK))).toEqual({
      clsid: '8bc3f05e-d86b-11d0-a075-00c04fb68820',
      fileName: undefined,
      iids: ['f309731b-44cf-11cf-95dd-00c04fb68820'],
      protocols: [7],
    }))
  test('says that the class is not registered', () =>
    expect(remoteActivationResponse(new Reader(ANSWER))).toMatchObject({
      hresult: 0x80040154,
      results: [{ hresult: 0x80040154 }],
    }))
  describe('bad', () => survives(remoteActivationResponse, ANSWER))
})

const withoutReaders = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, member: unknown) => (key === 'custom' ? undefined : member)))
describe('bad requests', () => survives((from) => activationRequest(from, true), REQUEST))
describe('bad answers', () => survives((from) => withoutReaders(activationResponse(from)), RESPONSE, NO_INTERFACE))
