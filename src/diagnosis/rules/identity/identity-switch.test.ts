import { describe, expect, test } from 'vitest'
import { diagnose, examine, numbers, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { fullOsCapture } from '../../../testing/case-study/full-os'
import { winpeCapture } from '../../../testing/case-study/winpe'
import { I_REM_UNKNOWN2, IID_MANAGED_OBJECT } from '../../../testing/captures/com/interfaces'
import { remQueryInterface, remQueryInterfaceResult } from '../../../testing/captures/com/orpc'
import { Host } from '../../../testing/captures/network/host'

const IPID = '00001c00-0a5c-0000-1111-222233334444'
const CAUSALITY = '11111111-2222-3333-4444-555555555555'
const query = { opnum: 3, object: IPID, stub: remQueryInterface(CAUSALITY, IPID, [IID_MANAGED_OBJECT]) }
const answer = remQueryInterfaceResult([{ hresult: 0x80004002 }])

const owner = { user: 'operator', domain: 'PLANT', password: 'one', workstation: 'PC' }
const other = { user: 'kiosk', domain: 'PC', password: 'two', workstation: 'PC' }

/** Two identities on one connection; the second one's calls fail when it is `other`. */
const twoIdentities =
  (second: typeof other): Play =>
  (scenario) => {
    const session = scenario.rpc({ port: 49200 })
    const first = session.bind(I_REM_UNKNOWN2, { logon: { account: owner, level: 'privacy' } })
    session.call(first, query, answer)
    const again = session.bind(I_REM_UNKNOWN2, { logon: { account: second, level: 'connect' } })
    if (second === other) session.fault(session.request(again, query), 0x721)
    else session.call(again, query, answer)
    session.call(first, query, answer)
  }

describe('the case study', async () => {
  const { findings } = await examine(winpeCapture())
  const first = findings[0]!

  test('is the first finding, with both users, the interface and the server', () => {
    expect(first.rule).toBe('identity-switch')
    expect(first).toMatchObject({ severity: 'error', confidence: 'high', count: 2, executed: 'no' })
    expect(first.title).toBe('The server hung up because the program called as the wrong user.')
    expect(first.identities!.map(({ name }) => name)).toEqual(['REDMOND\\jiangyue', '10.177.17.6\\administrator'])
    expect(first.atFault!.text).toContain('.NET Framework 2.0 to 3.5 SP1')
    expect(first.occurrences.map(({ label }) => label)).toEqual(['IManagedObject', 'GetSmartEnum'])
  })

  test('shows every frame from the second logon to the close, and the repeats', () => {
    expect(numbers(first)).toEqual(
      expect.arrayContaining([520, 521, 522, 523, 525, 526, 527, 528, 543, 544, 745, 748, 760]),
    )
    expect(first.explanation).toContain('frames 520 to 528')
    expect(first.explanation).toContain('frames 745 to 760')
  })

  test('tells the chain from the wire to what the program sees', () => {
    const codes = first.layers.map(({ code }) => code)
    expect(codes).toEqual(
      expect.arrayContaining(['0x00000721', '0x00000005', '0x80070721', '0x80070005', '0x800706be', '0x800706bf']),
    )
    expect(first.layers.find(({ code }) => code === '0x800706be')!.layer).toContain('.NET')
    expect(first.layers.find(({ code }) => code === '0x800706be')!.text).toContain('The remote procedure call failed.')
  })

  test('says how many connections were closed, and what follows that no frame shows', () => {
    expect(first.effect).toBe('2 of 6 connections closed; refused calls did not run')
    expect(first.aftermath).toBe('the next use of the object → 0x800706BE, not on the wire')
  })

  test('is the only thing that is wrong', () => expect(wrong(findings)).toEqual(['identity-switch']))

  test('frames 542 and 845 are normal', () => {
    const normal = findings.filter(({ kind }) => kind === 'normal')
    expect(numbers(normal.find(({ rule }) => rule === 'refused-transfer-syntax'))).toContain(542)
    expect(numbers(normal.find(({ rule }) => rule === 'reset-on-close'))).toContain(845)
  })

  test('nothing is called malformed', () => expect(JSON.stringify(findings)).not.toMatch(/malformed/i))
})

describe('the same story', () => {
  const ipv6 = {
    client: new Host({ address: '2001:db8::15', name: 'BOX' }),
    server: new Host({ address: '2001:db8::6', name: 'TARGET' }),
  }
  const accounts = {
    administrator: { domain: 'TARGET', user: 'root', password: 'a', workstation: 'BOX' },
    processUser: { domain: 'CORP', user: 'builder', password: 'b', workstation: 'BOX' },
  }

  test.each([
    ['with SPNEGO', { package: 'spnego' as const }],
    ['over IPv6', ipv6],
    ['on another port', { exporterPort: 50007, firstClientPort: 1200 }],
  ])('is found %s', async (_, changes) => {
    const { findings } = await examine(winpeCapture({ ...changes, ...accounts }))
    expect(findings[0]).toMatchObject({ rule: 'identity-switch', severity: 'error' })
    expect(findings[0]!.identities!.map(({ name }) => name)).toEqual(['CORP\\builder', 'TARGET\\root'])
  })

  test('is found where the capture starts at frame 517, and what is missing is said', async () => {
    const { findings } = await examine(winpeCapture().slice(516))
    expect(findings[0]!.rule).toBe('identity-switch')
    expect(findings[0]!.identities!.map(({ name }) => name)).toEqual([
      'REDMOND\\jiangyue',
      '10.177.17.6\\administrator',
    ])
    expect(findings[0]!.occurrences[0]!.label).toBe('IManagedObject')
    expect(findings[0]!.explanation).toContain('is not in the capture')
    expect(numbers(findings[0])).toEqual(expect.arrayContaining([520, 528, 745, 760].map((frame) => frame - 516)))
    expect(findings.some(({ rule, kind }) => rule === 'capture-mid-stream' && kind === 'limit')).toBe(true)
  })

  test('is found where every frame is cut at 200 bytes, as far as names reach', async () => {
    const cut = winpeCapture().map((frame) => ({
      ...frame,
      bytes: frame.bytes.subarray(0, 200),
      wireLength: frame.bytes.length,
    }))
    const { findings } = await examine(cut)
    expect(wrong(findings)[0]).toBe('identity-switch')
  })
})

test('against a full Windows it is a warning: the enumeration goes on without GetSmartEnum', async () => {
  const { findings } = await examine(fullOsCapture())
  expect(findings[0]).toMatchObject({ rule: 'identity-switch', severity: 'warning' })
  expect(findings[0]!.symptom).toMatch(/^Nothing/)
})

test('it stays an error where the capture ends before the enumeration goes on', async () => {
  const frames = fullOsCapture()
  const { findings: all } = await examine(frames)
  const lastFault = Math.max(...all[0]!.occurrences.map(({ last }) => last))
  const { findings } = await examine(frames.slice(0, lastFault + 1))
  expect(findings[0]).toMatchObject({ rule: 'identity-switch', severity: 'error' })
})

test('a server that keeps the connection makes it a warning', async () => {
  const findings = await diagnose(twoIdentities(other))
  expect(findings[0]).toMatchObject({ rule: 'identity-switch', severity: 'warning' })
  expect(findings[0]!.title).toContain('kept the connection')
})

test('a second identity whose calls are answered is no failure', async () => {
  expect(wrong(await diagnose(twoIdentities({ ...other, user: 'supervisor' })))).toEqual([])
})

test('the same user logging on once more and failing is a refused logon, not a switch', async () => {
  const findings = await diagnose((scenario) => {
    const session = scenario.rpc({ port: 49200 })
    const first = session.bind(I_REM_UNKNOWN2, { logon: { account: owner, level: 'privacy' } })
    session.call(first, query, answer)
    const again = session.bind(I_REM_UNKNOWN2, { logon: { account: { ...owner, user: 'OPERATOR' }, level: 'connect' } })
    session.fault(session.request(again, query), 0x721)
  })
  expect(wrong(findings)).toEqual(['logon-refused'])
})

test('a call that the program needs is missed even where the server keeps the connection', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc({ port: 49200 })
    const first = session.bind(I_REM_UNKNOWN2, { logon: { account: owner, level: 'integrity' } })
    session.call(first, query, answer)
    const again = session.bind(I_REM_UNKNOWN2, { logon: { account: other, level: 'connect' } })
    const wanted = remQueryInterface(CAUSALITY, IPID, ['39c13a54-011e-11d0-9675-0020afd8adb3'])
    session.fault(session.request(again, { ...query, stub: wanted }), 0x5)
    session.call(first, query, answer)
  })
  expect(findings[0]).toMatchObject({ rule: 'identity-switch', severity: 'error' })
  expect(findings[0]!.explanation).toContain('the call itself failed')
})

inOtherClothes('identity-switch', twoIdentities(other))
