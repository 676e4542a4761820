import { describe, expect, test } from 'vitest'
import { Reader } from '../reader'
import {
  firstQueryStatus,
  remAddRefResponse,
  remQueryInterface2Request,
  remQueryInterface2Response,
  remQueryInterfaceRequest,
  remQueryInterfaceResponse,
  remReferencesRequest,
} from './remunknown'
import { bytesOf, survives, treeOf } from '../testing'

const THIS = '0500 0700 00000000 00000000 1561adf05d19dc4d9d6c7cc30db8c76d'
const IPID = '05bc00005405541c002cac3ef9825f31'
const MANAGED_OBJECT = '9ec1fcc370a9d2118b5a00a0c9b7c9c4'

// What the .NET runtime asks every object for.
const QUERY = bytesOf(`${THIS} 00000000 ${IPID} 05000000 0100 0000 01000000 ${MANAGED_OBJECT}`)
const QUERY_NDR64 = bytesOf(
  `${THIS} 00000000 0000000000000000 ${IPID} 05000000 0100 0000 0100000000000000 ${MANAGED_OBJECT}`,
)
const REFUSED = bytesOf(`00000000 00000000 00000200 01000000 02400080 00000000 ${'00'.repeat(40)} 02400080`)
const GIVEN = bytesOf(`
  00000000 00000000 00000200 01000000
  00000000 00000000 // S_OK, padding
  00000000 05000000 0ca42aa2bda021d8 83894741b0766a86 089000005405541c52ca7f3174ba5066
  00000000`)
const GIVEN_NDR64 = bytesOf(`
  00000000 00000000 0000000000000000 // ORPCTHAT: flags, padding, no extensions
  0000020000000000 0100000000000000
  00000000 00000000 00000000 05000000 0ca42aa2bda021d8 83894741b0766a86 089000005405541c52ca7f3174ba5066
  00000000`)
const RELEASE = bytesOf(`${THIS} 00000000 0100 0000 01000000 ${IPID} 05000000 00000000`)
const ADD_REF_ANSWER = bytesOf('00000000 00000000 02000000 00000000 01010180 00000000')
const QUERY2 = bytesOf(`${THIS} 00000000 ${IPID} 0200 0000 02000000 ${MANAGED_OBJECT} ${MANAGED_OBJECT}`)
const ANSWER2 = bytesOf(`
  00000000 00000000
  02000000 02400080 00000000 // two HRESULTs
  02000000 00000000 00000200 // two pointers, the first null
  48000000 48000000 4d454f57 01000000 ${MANAGED_OBJECT} // OBJREF, standard
  00000000 05000000 0ca42aa2bda021d8 83894741b0766a86 089000005405541c52ca7f3174ba5066
  0200 0100 00000000 // empty bindings
  00000000`)

describe('RemQueryInterface', () => {
  const request = {
    ipid: '0000bc05-0554-1c54-002c-ac3ef9825f31',
    refs: 5,
    iids: ['c3fcc19e-a970-11d2-8b5a-00a0c9b7c9c4'],
  }

  test('asks', () => {
    const from = new Reader(QUERY)
    expect(remQueryInterfaceRequest(from)).toEqual(request)
    expect(from.left).toBe(0)
  })
  test('the first HRESULT of an answer, alone', () => {
    expect(firstQueryStatus(new Reader(REFUSED))).toBe(0x80004002)
    expect(firstQueryStatus(new Reader(GIVEN))).toBe(0)
    expect(firstQueryStatus(new Reader(GIVEN_NDR64), true)).toBe(0)
    for (let length = 0; length < 20; length++)
      expect(firstQueryStatus(new Reader(REFUSED.subarray(0, length)))).toBeUndefined()
  })
  test('asks in NDR64', () => {
    const from = new Reader(QUERY_NDR64)
    expect(remQueryInterfaceRequest(from, true)).toEqual(request)
    expect(from.left).toBe(0)
  })
  test('is refused', () =>
    expect(remQueryInterfaceResponse(new Reader(REFUSED))).toEqual({
      results: [{ hresult: 0x80004002 }],
      hresult: 0x80004002,
    }))
  test.each([
    ['NDR', GIVEN, false],
    ['NDR64', GIVEN_NDR64, true],
  ] as const)('is given, %s', (_, bytes, wide) =>
    expect(remQueryInterfaceResponse(new Reader(bytes), wide)).toEqual({
      results: [
        {
          hresult: 0,
          reference: {
            flags: 0,
            publicRefs: 5,
            oxid: '0xd821a0bda22aa40c',
            oid: '0x866a76b041478983',
            ipid: '00009008-0554-1c54-52ca-7f3174ba5066',
          },
        },
      ],
      hresult: 0,
    }),
  )
  test('the tree', () =>
    expect(treeOf(remQueryInterfaceRequest, QUERY)).toEqual([
      'ORPCTHIS',
      '  COM version: 5.7',
      '  Flags: 0x00000000',
      '  Causality id: f0ad6115-195d-4ddc-9d6c-7cc30db8c76d',
      'IPID: 0000bc05-0554-1c54-002c-ac3ef9825f31',
      'References: 5',
      'Interfaces: 1',
      'IID: c3fcc19e-a970-11d2-8b5a-00a0c9b7c9c4',
    ]))
  test('a count that is a lie ends where the bytes do', () => {
    const lie = Uint8Array.from(QUERY)
    lie.set([0xff, 0xff], 52)
    const from = new Reader(lie)
    expect(remQueryInterfaceRequest(from).iids).toEqual(request.iids)
    expect(from.note).toBe('the bytes end before: IID')
  })
})

test('RemRelease', () =>
  expect(remReferencesRequest(new Reader(RELEASE))).toEqual([
    { ipid: '0000bc05-0554-1c54-002c-ac3ef9825f31', publicRefs: 5, privateRefs: 0 },
  ]))
test('RemAddRef answers for each reference', () =>
  expect(remAddRefResponse(new Reader(ADD_REF_ANSWER))).toEqual({ results: [0, 0x80010101], hresult: 0 }))

describe('RemQueryInterface2', () => {
  test('asks for two', () => expect(remQueryInterface2Request(new Reader(QUERY2)).iids).toHaveLength(2))
  test('answers for each, with a reference or without', () =>
    expect(remQueryInterface2Response(new Reader(ANSWER2))).toMatchObject({
      results: [{ hresult: 0x80004002 }, { hresult: 0, reference: { ipid: '00009008-0554-1c54-52ca-7f3174ba5066' } }],
      hresult: 0,
    }))
})

describe('bad requests', () => survives(remQueryInterfaceRequest, QUERY))
describe('bad answers', () => survives(remQueryInterfaceResponse, REFUSED, GIVEN))
describe('bad answers in NDR64', () => survives((from) => remQueryInterfaceResponse(from, true), GIVEN_NDR64))
describe('bad releases', () => survives(remReferencesRequest, RELEASE))
describe('bad RemQueryInterface2', () => survives(remQueryInterface2Response, ANSWER2))
