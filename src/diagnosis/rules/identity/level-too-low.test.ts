import { expect, test } from 'vitest'
import { diagnose, found, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  const { session, binding } = working(play, {
    abstract: { uuid: '76f03f96-cdfd-44fc-a22c-64950a001209', version: '1.0' },
  })
  session.fault(session.request(binding, { opnum: 0, stub: new Uint8Array(40) }), 5)
}

test('printing below privacy is reported', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'level-too-low')
  expect(finding).toMatchObject({ severity: 'error' })
  expect(finding!.title).toContain('privacy')
})

test('at privacy it is something else', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play, { level: 'privacy' })
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 5)
  })
  expect(found(findings, 'level-too-low')).toBeUndefined()
  expect(wrong(findings)).toContain('access-denied')
})

const SAMR = { uuid: '12345778-1234-abcd-ef00-0123456789ac', version: '1.0' }

test('accounts at level connect are reported once, however many methods the client tries', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc()
    const binding = session.bind(SAMR, { logon: play.logon('CORP\\eve', 'connect') })
    for (const opnum of [64, 62, 57]) session.fault(session.request(binding, { opnum, stub: new Uint8Array(40) }), 5)
  })
  expect(wrong(findings)).toEqual(['level-too-low'])
  expect(findings[0]).toMatchObject({ confidence: 'medium', count: 3 })
  expect(findings[0]!.title).toContain('refuses level connect and asks for packet integrity')
})

test('the lowest level at which the server answers is named', async () => {
  const findings = await diagnose((play) => {
    for (const level of ['integrity', 'privacy'] as const) working(play, { level, abstract: SAMR })
    const session = play.rpc()
    const binding = session.bind(SAMR, { logon: play.logon('CORP\\admin', 'connect') })
    session.fault(session.request(binding, { opnum: 64, stub: new Uint8Array(40) }), 5)
  })
  const finding = found(findings, 'level-too-low')
  expect(finding).toMatchObject({ confidence: 'high' })
  expect(finding!.title).toContain('at packet integrity it answers')
})

test('a logon that was refused before explains what is denied after it', async () => {
  const findings = await diagnose((play) => {
    working(play, { abstract: SAMR })
    const session = play.rpc()
    const binding = session.bind(SAMR, { logon: play.logon('OTHER\\eve', 'connect') })
    for (const status of [0x721, 5])
      session.fault(session.request(binding, { opnum: 64, stub: new Uint8Array(40) }), status)
    session.close('server')
  })
  expect(found(findings, 'level-too-low')).toBeUndefined()
  expect(wrong(findings)).toEqual(['logon-refused'])
})

test('that another user may call at a higher level says nothing of an interface that demands none', async () => {
  const svcctl = { uuid: '367abb81-9844-35f1-ad32-98f038001003', version: '2.0' }
  const findings = await diagnose((play) => {
    working(play, { abstract: svcctl, level: 'privacy' })
    const session = play.rpc()
    const binding = session.bind(svcctl, { logon: play.logon('CORP\\eve', 'connect') })
    session.fault(session.request(binding, { opnum: 15, stub: new Uint8Array(40) }), 5)
  })
  expect(found(findings, 'level-too-low')).toBeUndefined()
  expect(findings[0]!.severity).toBe('error')
})

test('accounts at packet integrity are denied for another reason', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play, { abstract: SAMR })
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 5)
  })
  expect(wrong(findings)).toEqual(['access-denied'])
})

test('two interfaces that the capture does not name are not taken for the same', async () => {
  const unnamed = 9 // a presentation context that was not negotiated
  const findings = await diagnose((play) => {
    const strong = working(play, { level: 'privacy' })
    strong.session.call({ ...strong.binding, contextId: unnamed }, { opnum: 1, stub: new Uint8Array(40) })
    const weak = working(play)
    const call = weak.session.request({ ...weak.binding, contextId: unnamed }, { opnum: 1, stub: new Uint8Array(40) })
    weak.session.fault(call, 5)
  })
  expect(found(findings, 'level-too-low')).toBeUndefined()
  expect(findings.length).toBeGreaterThan(0)
})

test('a pipe without a logon of RPC’s own has no level', async () => {
  const findings = await diagnose((play) => {
    const { session } = play.pipe('lsass', 'CORP\\bob')
    const drsuapi = { uuid: 'e3514235-4b06-11d1-ab04-00c04fc2dcd2', version: '4.0' }
    session.fault(session.request(session.bind(drsuapi), { opnum: 0, stub: new Uint8Array(40) }), 5)
  })
  expect(found(findings, 'level-too-low')!.title).toContain('refuses level none and asks for packet privacy')
})

inOtherClothes('level-too-low', shows)
