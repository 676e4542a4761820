import { expect, test } from 'vitest'
import { diagnose, found, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { I_SYSTEM_ACTIVATOR, cutTo } from '../../../testing/scenario'

/** Captures of the generator begin in 2010; the hardening was complete in March 2023. */
const HARDENED = (Date.UTC(2024, 0, 1) - Date.UTC(2010, 5, 14)) / 1000

const shows: Play = (play) => {
  play.wire.at(HARDENED)
  const session = play.rpc({ port: 135 })
  const binding = session.bind(I_SYSTEM_ACTIVATOR, { logon: play.logon('CORP\\opc', 'connect') })
  session.fault(session.request(binding, { opnum: 4, stub: new Uint8Array(120) }), 5)
  session.close('server')
}

test('activation at connect level that is denied is hardening', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'hardening')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'medium' })
  expect(finding!.title).toContain('connect')
  expect(finding!.title).toContain('hardening')
})

test('at integrity it is something else', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc({ port: 135 })
    const binding = session.bind(I_SYSTEM_ACTIVATOR, { logon: play.logon('CORP\\opc', 'integrity') })
    session.fault(session.request(binding, { opnum: 4, stub: new Uint8Array(120) }), 5)
    session.close('server')
  })
  expect(found(findings, 'hardening')).toBeUndefined()
  expect(wrong(findings)).toContain('logon-refused')
})

test('the same with the refusal as HRESULT of the answer', async () => {
  const findings = await diagnose((play) => {
    play.wire.at(HARDENED)
    play.activate({ logon: play.logon('CORP\\eve', 'packet'), hresult: 0x80070005 }).session.close('server')
  })
  expect(found(findings, 'hardening')).toMatchObject({ severity: 'error', confidence: 'medium' })
  expect(wrong(findings)).toEqual(['hardening'])
})

test('before the hardening it is a missing right', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc({ port: 135 })
    const binding = session.bind(I_SYSTEM_ACTIVATOR, { logon: play.logon('CORP\\opc', 'connect') })
    session.fault(session.request(binding, { opnum: 4, stub: new Uint8Array(120) }), 5)
  })
  expect(found(findings, 'hardening')).toBeUndefined()
  expect(wrong(findings)).toEqual(['activation-refused'])
})

test('a server that grants another activation at that level is not hardened', async () => {
  const findings = await diagnose((play) => {
    shows(play)
    play.activate({ logon: play.logon('CORP\\admin', 'connect') })
  })
  expect(found(findings, 'hardening')).toMatchObject({ severity: 'note' })
  expect(wrong(findings)).toEqual(['activation-refused'])
})

test('at connect level that works it is one note', async () => {
  const findings = await diagnose((play) => {
    const { session } = play.activate({ logon: play.logon('CORP\\eve', 'connect'), hresult: 0 })
    session.close('client')
  })
  const finding = found(findings, 'hardening')
  expect(finding).toMatchObject({ severity: 'note' })
  expect(wrong(findings)).toEqual([])
})

test('cut at 128 bytes, by the level alone', async () => {
  const findings = await diagnose(
    (play) => {
      play.wire.at(HARDENED)
      const session = play.rpc({ port: 135 })
      const binding = session.bind(I_SYSTEM_ACTIVATOR, { logon: play.logon('CORP\\opc', 'connect') })
      session.fault(session.request(binding, { opnum: 4, stub: new Uint8Array(120) }), 5)
      session.close('server')
    },
    (frames) => cutTo(frames, 128),
  )
  const finding = found(findings, 'hardening')
  expect(finding).toMatchObject({ severity: 'error' })
})

inOtherClothes('hardening', shows)
