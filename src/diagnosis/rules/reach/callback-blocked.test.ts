import { expect, test } from 'vitest'
import { diagnose, found, returning, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import { I_REM_UNKNOWN2 } from '../../../testing/scenario'
import { inOtherClothes } from '../../../testing/variations'

/** IOPCDataCallback. */
const SINK = { uuid: '39c13a70-011e-11d0-9675-0020afd8adb3', version: '0.0' }

const shows: Play = (play) => {
  working(play, { abstract: I_REM_UNKNOWN2 })
  play.unanswered({ client: play.server, server: play.client, port: 49300 })
}

test('SYNs from the server to the client without an answer are reported', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'callback-blocked')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'medium' })
  expect(finding!.title).toContain('call')
  expect(finding!.title).toContain('back')
})

test('a callback that the client refuses is reported as that', async () => {
  const findings = await diagnose((play) => {
    working(play, { abstract: I_REM_UNKNOWN2 })
    const back = play.rpc({ client: play.server, server: play.client, port: 49300 })
    const binding = back.bind(SINK, { logon: play.logon('PLANT\\OPCSRV$', 'integrity') })
    const call = back.request(binding, { opnum: 3, stub: new Uint8Array(60), object: play.object.ipid })
    back.fault(call, 5)
    back.close('server')
  })
  expect(wrong(findings)).toEqual(['callback-blocked'])
  expect(found(findings, 'callback-blocked')!.explanation).toContain('PLANT\\OPCSRV$')
})

test('a callback that works is fine', async () => {
  const findings = await diagnose((play) => {
    working(play, { abstract: I_REM_UNKNOWN2 })
    const back = play.rpc({ client: play.server, server: play.client, port: 49300 })
    back.call(back.bind(SVCCTL), { opnum: 12, stub: new Uint8Array(40) }, returning(0))
  })
  expect(found(findings, 'callback-blocked')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('a connection that a server of another kind opens to its client is no callback', async () => {
  const findings = await diagnose((play) => {
    working(play)
    play.unanswered({ client: play.server, server: play.client, port: 49300 })
  })
  expect(found(findings, 'callback-blocked')).toBeUndefined()
})

inOtherClothes('callback-blocked', shows)
