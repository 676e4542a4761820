import { expect, test } from 'vitest'
import { diagnose, found, returning, SVCCTL, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  const { session, pipe } = play.pipe('svcctl', 'CORP\\admin')
  const binding = session.bind(SVCCTL)
  session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
  pipe.fail(0xc000014b)
}

test('a pipe that breaks under a call is reported', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'pipe-died')
  expect(finding).toMatchObject({ severity: 'error', executed: 'unknown' })
  expect(finding!.title).toContain('svcctl')
})

test('a pipe that answers is fine', async () => {
  const findings = await diagnose((play) => {
    const { session } = play.pipe('svcctl', 'CORP\\admin')
    session.call(session.bind(SVCCTL), { opnum: 12, stub: new Uint8Array(40) }, returning(0))
  })
  expect(found(findings, 'pipe-died')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('a session that expired is no crash of the service', async () => {
  const findings = await diagnose((play) => {
    const { session, pipe } = play.pipe('svcctl', 'CORP\\admin')
    session.request(session.bind(SVCCTL), { opnum: 12, stub: new Uint8Array(40) })
    pipe.fail(0xc000035c)
  })
  const { explanation, advice } = found(findings, 'pipe-died')!
  expect(explanation).toContain('below RPC')
  expect(advice.join()).not.toContain('crash')
})

test('a session that expired and was renewed is a note', async () => {
  const findings = await diagnose((play) => {
    const { session, pipe } = play.pipe('svcctl', 'CORP\\admin')
    const binding = session.bind(SVCCTL)
    session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
    pipe.fail(0xc000035c)
    session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(0))
  })
  expect(found(findings, 'pipe-died')).toMatchObject({
    severity: 'note',
    title: 'The pipe svcctl broke under a call; later it was answered',
  })
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('pipe-died', shows)
