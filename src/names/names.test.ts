import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Names, type NameTables } from './names'
import { SortedText } from './sorted-text'

const read = (name: string) => readFileSync(join(import.meta.dirname, 'data', `${name}.tsv`), 'utf8')
const tables: NameTables = {
  interfaces: read('interfaces'),
  guids: read('guids'),
  win32: read('win32'),
  hresult: read('hresult'),
  ntstatus: read('ntstatus'),
  protocol: read('protocol'),
}
const names = Names.from(tables)

test.each(Object.entries<string>({ ...tables }))(
  '%s is below a megabyte and sorted as SortedText needs it',
  (_, text) => {
    expect(Buffer.byteLength(text)).toBeLessThan(1_000_000)
    expect(text.endsWith('\n')).toBe(true)
    const keys = text.split('\n').map((line) => line.split('\t')[0]!)
    keys.pop()
    expect(keys.findIndex((key, i) => i > 0 && key < keys[i - 1]!)).toBe(-1)
  },
)

describe('a sorted text', () => {
  const text = new SortedText('#key\tvalue\n1\tone\n22\ttwo\n22\ttwo too\n4\tfo(u)r\n')
  test.each([
    ['1', [['1', 'one']]],
    ['4', [['4', 'fo(u)r']]],
    ['2', []],
    ['0', []],
    ['9', []],
    ['#key', [['#key', 'value']]],
  ])('finds %s', (key, lines) => expect(text.find(key)).toEqual(lines))
  test('finds all lines of a key in their order', () =>
    expect(text.find('22')).toEqual([
      ['22', 'two'],
      ['22', 'two too'],
    ]))
  test('takes what is searched literally', () => expect(text.search(1, 'O(U)', 9)).toEqual([['4', 'fo(u)r']]))
  test('never finds its heading by search', () => expect(text.search(1, 'value', 9)).toEqual([]))
  test('finds nothing in nothing', () => expect(new SortedText('').find('1')).toEqual([]))
  test('finds every key of a whole table', () => {
    for (const line of tables.protocol.split('\n').slice(1, -1)) {
      const cells = line.split('\t')
      expect(new SortedText(tables.protocol).find(cells[0]!)).toContainEqual(cells)
    }
  })
})

describe('interfaces and methods', () => {
  test.each([
    ['9556dc99-828c-11cf-a37e-00aa003240c7', 'IWbemServices', 20, 'ExecQuery'],
    ['1c1c45ee-4395-11d2-b60b-00104b703efd', 'IWbemFetchSmartEnum', 3, 'GetSmartEnum'],
    ['423ec01e-2e35-11d2-b604-00104b703efd', 'IWbemWCOSmartEnum', 3, 'Next'],
    ['d4781cd6-e5d3-44df-ad94-930efe48a887', 'IWbemLoginClientID', 3, 'SetClientInfo'],
    ['C3FCC19E-A970-11D2-8B5A-00A0C9B7C9C4', 'IManagedObject', 0, 'QueryInterface'],
    ['{b196b283-bab4-101a-b69c-00aa00341d07}', 'IProvideClassInfo', 3, 'GetClassInfo'],
    ['00000143-0000-0000-c000-000000000046', 'IRemUnknown2', 3, 'RemQueryInterface'],
    ['e1af8308-5d1f-11c9-91a4-08002b14a0fa', 'epmapper', 3, 'ept_map'],
    ['000001a0-0000-0000-c000-000000000046', 'ISystemActivator', 4, 'RemoteCreateInstance'],
    ['367abb81-9844-35f1-ad32-98f038001003', 'svcctl', 16, 'ROpenServiceW'],
  ])('%s', (uuid, name, opnum, method) => {
    expect(names.interfaceName(uuid)).toBe(name)
    expect(names.method(uuid, opnum)).toBe(method)
  })

  test('one UUID with two method tables is distinguished by version', () => {
    const clusapi = 'b97db8b2-4c63-11cf-bff6-08002be23f2f'
    expect(names.interfaceName(clusapi, '2.0')).toBe('clusapi2')
    expect(names.method(clusapi, 2, '2.0')).toBe('ApiSetClusterName')
    expect(names.interfaceName(clusapi, '3.0')).toBe('clusapi')
    expect(names.interfaceName(clusapi)).toBe('clusapi')
  })

  test('says which document defines it', () =>
    expect(names.interfaceSpec('9556dc99-828c-11cf-a37e-00aa003240c7')).toBe('MS-WMI'))
  test('unknown UUIDs and opnums have no name', () => {
    expect(names.interfaceName('deadbeef-cafe-babe-1234-567890abcdef')).toBeUndefined()
    expect(names.method('9556dc99-828c-11cf-a37e-00aa003240c7', 4000)).toBeUndefined()
    expect(names.method('', 0)).toBeUndefined()
  })
  test('knows IIDs, classes and categories', () => {
    expect(names.guid('c3fcc19e-a970-11d2-8b5a-00a0c9b7c9c4')).toEqual({ kind: 'iid', name: 'IManagedObject' })
    expect(names.guid('8bc3f05e-d86b-11d0-a075-00c04fb68820')?.kind).toBe('clsid')
    expect(names.guid('63d5f432-cfe4-11d1-b2c8-0060083ba1fb')?.kind).toBe('catid')
  })
})

describe('statuses', () => {
  test.each([
    [0x1c010003, 'nca', 'nca_unk_if'],
    [0x721, 'nca', 'nca_s_fault_sec_pkg_error'],
    [0x6be, 'win32', 'RPC_S_CALL_FAILED'],
    [0x80010108, 'dcom', 'RPC_E_DISCONNECTED'],
    [0x80041002, 'wbem', 'WBEM_E_NOT_FOUND'],
    [0x80070721, 'win32', 'RPC_S_SEC_PKG_ERROR'],
    [0x80070005, 'hresult', 'E_ACCESSDENIED'],
    [0xc000006d, 'ntstatus', 'STATUS_LOGON_FAILURE'],
    [0xd000006d, 'ntstatus', 'STATUS_LOGON_FAILURE'],
    [0xc000006d | 0, 'ntstatus', 'STATUS_LOGON_FAILURE'],
  ])('a fault of %i', (code, kind, symbol) => expect(names.statusName(code)).toMatchObject({ kind, symbol }))
  test('an unknown fault status has no name', () => expect(names.statusName(0x12345678)).toBeUndefined())

  test.each([
    ['9556dc99-828c-11cf-a37e-00aa003240c7', 1, 'S_FALSE'],
    ['9556dc99-828c-11cf-a37e-00aa003240c7', 0x80041003, 'WBEM_E_ACCESS_DENIED'],
    ['12345778-1234-abcd-ef00-0123456789ac', 0, 'STATUS_SUCCESS'],
    ['12345778-1234-abcd-ef00-0123456789ac', 0xc0000022, 'STATUS_ACCESS_DENIED'],
    ['367abb81-9844-35f1-ad32-98f038001003', 5, 'ERROR_ACCESS_DENIED'],
    ['367abb81-9844-35f1-ad32-98f038001003', 0, 'ERROR_SUCCESS'],
  ])('a method of %s returns %i', (uuid, code, symbol) =>
    expect(names.returnName(code, names.returnKind(uuid))?.symbol).toBe(symbol),
  )
})

describe('the look-up box', () => {
  const shown = (text: string) => names.meanings(text).map(({ kind, code, symbol }) => `${kind} ${code} ${symbol}`)

  test.each(['0x80070721', '-2147023071', '2147944225', '80070721h', '0xffffffff80070721', ' 0X80070721 '])(
    '%s',
    (text) =>
      expect(shown(text)).toEqual([
        'Win32 0x00000721 RPC_S_SEC_PKG_ERROR',
        'HRESULT, FACILITY_WIN32 0x80070721 HRESULT_FROM_WIN32(RPC_S_SEC_PKG_ERROR)',
      ]),
  )
  test.each(['1825', '0x721'])('%s', (text) =>
    expect(shown(text)).toEqual([
      'Win32 0x00000721 RPC_S_SEC_PKG_ERROR',
      'DCE/RPC (nca) 0x00000721 nca_s_fault_sec_pkg_error',
      'HRESULT, FACILITY_WIN32 0x80070721 HRESULT_FROM_WIN32(RPC_S_SEC_PKG_ERROR)',
    ]),
  )
  test('bare digits that may be either base are read both ways', () => {
    expect(shown('80070005')).toContain('Win32 0x00000005 ERROR_ACCESS_DENIED')
    expect(shown('80070005')).toContain('HRESULT, FACILITY_WIN32 0x80070005 E_ACCESSDENIED')
  })
  test('a symbol in any case', () => {
    expect(shown('rpc_s_sec_pkg_error')).toEqual([
      'Win32 0x00000721 RPC_S_SEC_PKG_ERROR',
      'HRESULT, FACILITY_WIN32 0x80070721 HRESULT_FROM_WIN32(RPC_S_SEC_PKG_ERROR)',
    ])
  })
  test.each(['1726', '0x6BE', '0x6be'])('%s is the call that failed, in all its forms', (text) => {
    const [first] = names.meanings(text)
    expect(first).toEqual({
      kind: 'Win32',
      code: '0x000006be',
      decimal: '1726',
      symbol: 'RPC_S_CALL_FAILED',
      message: 'The remote procedure call failed.',
    })
    expect(shown(text)).toContain('HRESULT, FACILITY_WIN32 0x800706be HRESULT_FROM_WIN32(RPC_S_CALL_FAILED)')
  })
  test.each([
    ['The RPC server is unavailable. (Exception from HRESULT: 0x800706BA)', '0x800706ba'],
    ['0x800706BA (RPC_S_SERVER_UNAVAILABLE)', '0x800706ba'],
    ['Error code 800706BA', '0x800706ba'],
    ['System error 1722 has occurred.', '1722'],
    ['hr=-2147023174', '0x800706ba'],
    ['failed with RPC_S_SERVER_UNAVAILABLE!', 'RPC_S_SERVER_UNAVAILABLE'],
  ])('a message that holds it: %s', (text, error) => {
    expect(names.meanings(text).length).toBeGreaterThan(0)
    expect(names.meanings(text)).toEqual(names.meanings(error))
  })

  test('5 is what every layer says by it', () => {
    const kinds = names.meanings('5').map(({ kind }) => kind)
    for (const kind of ['Win32', 'DCE/RPC (nca)', 'Kerberos', 'Bind_nak reason']) expect(kinds).toContain(kind)
  })
  test('an NTSTATUS and its HRESULT lead to each other', () => {
    const forms = ['NTSTATUS 0xc000006d STATUS_LOGON_FAILURE', 'HRESULT_FROM_NT(STATUS_LOGON_FAILURE)']
    for (const text of ['0xC000006D', '0xD000006D'])
      for (const form of forms) expect(shown(text).join('\n')).toContain(form)
  })
  test('WMI errors', () => expect(shown('0x80041003')).toContain('WMI 0x80041003 WBEM_E_ACCESS_DENIED'))
  test('part of a symbol', () => {
    expect(shown('SEC_PKG').join()).toContain('RPC_S_SEC_PKG_ERROR')
    expect(names.meanings('ERROR').length).toBeLessThanOrEqual(60)
  })
  test('words of a message', () => expect(shown('security package specific').join()).toContain('RPC_S_SEC_PKG_ERROR'))
  test('an unknown HRESULT is at least taken apart', () =>
    expect(names.meanings('0x87001234')).toEqual([
      expect.objectContaining({ symbol: '', message: 'No name is known: failure, facility 1792, code 4660 (0x1234).' }),
    ]))
  test.each(['', '   ', '99999999999999', 'no such words anywhere', '(((', '-'])('%j means nothing', (text) =>
    expect(names.meanings(text)).toEqual([]),
  )
})

test('is made in a moment', () => {
  const from = performance.now()
  for (let i = 0; i < 100; i++) Names.from(tables)
  expect((performance.now() - from) / 100).toBeLessThan(60)
})
