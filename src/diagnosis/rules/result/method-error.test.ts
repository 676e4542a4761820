import { describe, expect, test } from 'vitest'
import { cutTo } from '../../../testing/impair'
import { diagnose, found, returning, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  const { session, binding } = working(play)
  session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(1060))
}

test('a change that is refused is an error by the symbol of its return value', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'method-error')
  expect(finding).toMatchObject({ severity: 'error' })
  expect(finding!.title).toContain('ERROR_SERVICE_DOES_NOT_EXIST')
})

test('a change that is refused is a warning where the client goes on', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(1060))
    session.call(binding, { opnum: 15, stub: new Uint8Array(40) }, returning(0))
  })
  expect(found(findings, 'method-error')).toMatchObject({ severity: 'warning' })
})

test('"more data" is none', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(234))
  })
  expect(found(findings, 'method-error')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('sealed, nothing can be said', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play, { level: 'privacy' })
    session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(1060))
  })
  expect(found(findings, 'method-error')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

// The scenario writes its stubs in little-endian order.
test('a truth value is no status: the server says that it listens', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play, {
      abstract: { uuid: 'afa8bd80-7d8a-11c9-bef4-08002b102989', version: '1.0' },
    })
    // rpc__mgmt_is_server_listening: status 0, then TRUE.
    session.call(binding, { opnum: 2 }, Uint8Array.from([0, 0, 0, 0, 1, 0, 0, 0]))
  })
  expect(wrong(findings)).toEqual([])
})

const OPEN_SERVICE = 16
const CREATE_USER = 50
const OPEN_USER = 34
const NO_SUCH_USER = 0xc0000064
const DENIED = 0xc0000022
const SAMR = { uuid: '12345778-1234-abcd-ef00-0123456789ac', version: '1.0' }
const stub = new Uint8Array(40)

test('an ordinary "no" is a note where the client goes on, and a warning where it does not', async () => {
  const asks = (goesOn: boolean) =>
    diagnose((play) => {
      const { session, binding } = working(play)
      session.call(binding, { opnum: OPEN_SERVICE, stub }, returning(1060))
      if (goesOn) session.call(binding, { opnum: 12, stub }, returning(0))
    })
  expect(found(await asks(true), 'method-error')).toMatchObject({ severity: 'note' })
  expect(found(await asks(false), 'method-error')).toMatchObject({ severity: 'warning' })
})

test('an ordinary "no" is a note where the client goes on with another interface, and cites that', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.call(binding, { opnum: 16, stub: new Uint8Array(40) }, returning(1060))
    session.close('client')
    working(play, { abstract: { uuid: '338cd001-2244-31f1-aaaa-900038001003', version: '1.0' }, port: 49160 })
  })
  const finding = found(findings, 'method-error')!
  expect(finding).toMatchObject({ severity: 'note' })
  expect(finding.evidence.map(({ note }) => note)).toContain('the client goes on')
  expect(wrong(findings)).toEqual([])
})

test('a denied call is an error all the same', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.call(binding, { opnum: 16, stub: new Uint8Array(40) }, returning(5))
    working(play, { abstract: { uuid: '338cd001-2244-31f1-aaaa-900038001003', version: '1.0' }, port: 49160 })
  })
  expect(found(findings, 'method-error')).toMatchObject({ severity: 'error' })
})

test('an ordinary "no" is a note too where the client goes on over another connection', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.call(binding, { opnum: OPEN_SERVICE, stub }, returning(1060))
    session.close('client')
    working(play)
  })
  expect(found(findings, 'method-error')).toMatchObject({ severity: 'note' })
})

test('access denied is an error that names the account', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play, { abstract: SAMR, who: 'CORP\\ann' })
    session.call(binding, { opnum: CREATE_USER, stub }, returning(DENIED))
    session.call(binding, { opnum: 1, stub }, returning(0))
  })
  const finding = found(findings, 'method-error')!
  expect(finding).toMatchObject({ severity: 'error', confidence: 'high', atFault: { party: 'account' } })
  expect(finding.title).toBe('samr::SamrCreateUser2InDomain was denied: the account has no right to it')
  expect(finding.explanation).toContain('CORP\\ann')
})

test('access denied names the caller, not an account, where the logon is not in the capture', async () => {
  const findings = await diagnose((play) => {
    const { session } = play.pipe('samr', 'CORP\\ann')
    play.frames.splice(0)
    session.call(session.bind(SAMR), { opnum: CREATE_USER, stub }, returning(DENIED))
  })
  expect(found(findings, 'method-error')!.title).toBe(
    'samr::SamrCreateUser2InDomain was denied: the caller has no right to it',
  )
})

describe('the rights that a denied request asks for', () => {
  /** SamrOpenUser: handle, access mask, RID. MS-SAMR 3.1.5.1.9. */
  const openUser = (mask: number) => {
    const request = new Uint8Array(28)
    new DataView(request.buffer).setUint32(20, mask, true)
    new DataView(request.buffer).setUint32(24, 1105, true)
    return request
  }
  const opens =
    (mask: number, level?: 'privacy'): Play =>
    (play) => {
      const { session, binding } = working(play, { abstract: SAMR, who: 'CORP\\ann', ...(level && { level }) })
      session.call(
        binding,
        { opnum: OPEN_USER, stub: openUser(mask) },
        Uint8Array.from([...new Uint8Array(20), 0x22, 0, 0, 0xc0]),
      )
    }

  test('are named, with the object and the frame', async () => {
    const finding = found(await diagnose(opens(0x50020)), 'method-error')!
    expect(finding.explanation).toContain(
      'asks for USER_WRITE_ACCOUNT, DELETE and WRITE_DAC on the user 1105 (access mask 0x00050020); at least one of these rights is missing',
    )
    expect(finding.advice[0]).toContain('USER_WRITE_ACCOUNT, DELETE and WRITE_DAC')
  })

  test('are not where the request is cut', async () => {
    const findings = await diagnose(opens(0x50020), (frames) => cutTo(frames, 14 + 20 + 20 + 24 + 22))
    expect(found(findings, 'method-error')?.explanation ?? '').not.toContain('asks for')
  })

  test('of a method that creates are those that it needs', async () => {
    const findings = await diagnose((play) => {
      const { session, binding } = working(play, { abstract: SAMR, who: 'CORP\\ann' })
      session.call(binding, { opnum: CREATE_USER, stub }, returning(DENIED))
    })
    expect(found(findings, 'method-error')!.explanation).toContain('The method needs DOMAIN_CREATE_USER on the domain')
  })
})

test.each(['CORP\\ann', 'CORP\\admin'])('access denied is a note where %s is allowed later', async (who) => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play, { abstract: SAMR, who: 'CORP\\ann' })
    session.call(binding, { opnum: CREATE_USER, stub }, returning(DENIED))
    const again = working(play, { abstract: SAMR, who })
    again.session.call(again.binding, { opnum: CREATE_USER, stub }, returning(0))
  })
  expect(found(findings, 'method-error')).toMatchObject({ severity: 'note' })
  expect(wrong(findings)).toEqual([])
})

test('callers are distinguished: by user, by client and by server', async () => {
  const findings = await diagnose((play) => {
    for (const [who, client] of [
      ['CORP\\ann', play.client],
      ['CORP\\ann', play.client],
      ['CORP\\bob', play.client],
      ['CORP\\bob', play.controller],
    ] as const) {
      const session = play.rpc({ client })
      const binding = session.bind(SAMR, { logon: play.logon(who, 'integrity') })
      session.call(binding, { opnum: CREATE_USER, stub }, returning(DENIED))
    }
  })
  const errors = findings.filter(({ rule }) => rule === 'method-error')
  expect(errors.map(({ count, occurrences }) => [count, occurrences.length])).toEqual([
    [2, 2],
    [1, 1],
    [1, 1],
  ])
  expect(errors[1]!.explanation).toContain('CORP\\bob, from 10.0.0.15')
  expect(errors[2]!.explanation).toContain('CORP\\bob, from 10.0.0.2')
})

test('many callers of one method share a finding that names none', async () => {
  const findings = await diagnose((play) => {
    for (let at = 0; at < 30; at++) {
      const { session, binding } = working(play, { abstract: SAMR, who: `CORP\\user${at}` })
      session.call(binding, { opnum: CREATE_USER, stub }, returning(DENIED))
    }
  })
  const errors = findings.filter(({ rule }) => rule === 'method-error')
  expect(errors.length).toBeLessThan(30)
  expect(errors.reduce((sum, { count = 1 }) => sum + count, 0)).toBe(30)
  expect(errors.at(-1)!.explanation).not.toContain('CORP')
})

test('each occurrence has its own frames', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play, { abstract: SAMR })
    for (let at = 0; at < 3; at++) session.call(binding, { opnum: CREATE_USER, stub }, returning(DENIED))
  })
  const { occurrences } = found(findings, 'method-error')!
  expect(occurrences.map(({ evidence }) => evidence.length)).toEqual([2, 2, 2])
  expect(new Set(occurrences.flatMap(({ evidence }) => evidence.map(({ frame }) => frame))).size).toBe(6)
})

test('the same ordinary "no" again and again is one that the client expects, the last one too', async () => {
  const asks = (times: number) =>
    diagnose((play) => {
      const { session, binding } = working(play, { abstract: SAMR })
      for (let asked = 0; asked < times; asked++)
        session.call(binding, { opnum: OPEN_USER, stub }, returning(NO_SUCH_USER))
    })
  expect(wrong(await asks(5))).toEqual([])
  expect(wrong(await asks(1))).toEqual(['method-error'])
})

test('a service that runs already is a note, the last call or not', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.call(binding, { opnum: 19, stub }, returning(1056))
  })
  expect(found(findings, 'method-error')).toMatchObject({ severity: 'note' })
})

test.each<[string, string, number, number, string]>([
  ['netlogon returns Win32 codes', '12345678-1234-abcd-ef00-01234567cffb', 34, 1355, 'ERROR_NO_SUCH_DOMAIN'],
  ['or NTSTATUS, by method', '12345678-1234-abcd-ef00-01234567cffb', 39, 0xc000006a, 'STATUS_WRONG_PASSWORD'],
  ['eventlog returns NTSTATUS', '82273fdc-e32a-18c3-3f78-827929dc23ea', 7, 0xc0000039, 'STATUS_OBJECT_PATH_INVALID'],
])('%s: %s opnum %i', async (_, uuid, opnum, status, symbol) => {
  const version = uuid.startsWith('8') ? '0.0' : '1.0'
  const findings = await diagnose((play) => {
    const { session, binding } = working(play, { abstract: { uuid, version } })
    session.call(binding, { opnum, stub }, returning(status))
  })
  const titles = findings.map(({ title }) => title).join()
  expect(titles).toContain(symbol)
})

inOtherClothes('method-error', shows, { except: ['by big-endian peers'] })
