import { expect, test } from 'vitest'
import { diagnose, found, returning, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { NDR32, NDR64 } from '../../../testing/scenario'

const shows: Play = (play) => {
  const session = play.rpc()
  session.answer(session.offer(SVCCTL), [{ result: 2, reason: 1 }])
  session.close('client')
}

test('an abstract syntax that is refused everywhere is reported', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'interface-not-offered')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'high' })
  expect(finding!.title).toContain('svcctl')
})

test('a client that asks for one interface after the other probes', async () => {
  const asks = (times: number) =>
    diagnose((play) => {
      for (let asked = 0; asked < times; asked++) {
        const session = play.rpc()
        const uuid = `338cd001-2244-31f1-aaaa-90003800100${asked.toString(16)}`
        session.answer(session.offer({ uuid, version: '1.0' }), [{ result: 2, reason: 1 }])
        session.close('client')
      }
    })
  const findings = await asks(12)
  expect(wrong(findings)).toEqual([])
  expect(findings.filter(({ rule }) => rule === 'interface-not-offered')).toMatchObject([{ severity: 'note' }])
  expect(wrong(await asks(2))).toEqual(['interface-not-offered', 'interface-not-offered'])
})

test('a refused NDR64 beside an accepted NDR is normal', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc()
    const binding = session.bind(SVCCTL, { transfers: [NDR32, NDR64] })
    session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(0))
  })
  expect(found(findings, 'interface-not-offered')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('one of several interfaces that is refused and not used is normal', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.answer(session.offer({ uuid: '20610036-fa22-11cf-9823-00a0c911e5df', version: '1.0' }), [
      { result: 2, reason: 1 },
    ])
    session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(0))
  })
  expect(found(findings, 'interface-not-offered')).toMatchObject({ kind: 'normal', severity: 'note' })
  expect(wrong(findings)).toEqual([])
})

test('one that is refused last, after which the client calls nothing, was needed', async () => {
  const findings = await diagnose((play) => {
    const { session } = working(play)
    session.answer(session.offer({ uuid: '20610036-fa22-11cf-9823-00a0c911e5df', version: '1.0' }), [
      { result: 2, reason: 1 },
    ])
    session.close('client')
  })
  expect(found(findings, 'interface-not-offered')).toMatchObject({ kind: 'finding', severity: 'warning' })
})

// The one answer that the scenario gives is about NDR32.
inOtherClothes('interface-not-offered', shows, { except: ['where NDR64 is offered', 'in NDR64'] })
