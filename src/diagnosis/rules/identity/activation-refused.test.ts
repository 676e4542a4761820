import { expect, test } from 'vitest'
import { diagnose, found, returning, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { cutTo, I_SYSTEM_ACTIVATOR } from '../../../testing/scenario'

const shows: Play = (play) => {
  const { session } = play.activate({ logon: play.logon('CORP\\eve', 'integrity'), hresult: 0x80070005 })
  session.close('client')
}

test('an activation that is answered with access denied proves the logon and names the right', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'activation-refused')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'high' })
  expect(finding!.explanation).toContain('CORP\\eve')
  expect(finding!.title).toContain('no right to activate')
})

test('an activation that succeeds is fine', async () => {
  const findings = await diagnose((play) => {
    const { session } = play.activate({ logon: play.logon('CORP\\eve', 'integrity'), hresult: 0 })
    session.close('client')
  })
  expect(found(findings, 'activation-refused')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('another error is another matter', async () => {
  const findings = await diagnose((play) => {
    const { session } = play.activate({ logon: play.logon('CORP\\eve', 'integrity'), hresult: 0x80040154 })
    session.close('client')
  })
  expect(found(findings, 'activation-refused')).toBeUndefined()
  expect(wrong(findings)).toContain('activation-failed')
})

// The scenario writes its stubs in little-endian order.
test('a caller without a logon is reported so, not that its logon was good', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc({ port: 135 })
    const binding = session.bind({ uuid: '000001a0-0000-0000-c000-000000000046', version: '0.0' })
    session.call(binding, { opnum: 4, stub: new Uint8Array(64) }, returning(0x80070005, 16))
  })
  const finding = found(findings, 'activation-refused')!
  expect(finding.explanation).toContain('had not logged on')
  expect(finding.explanation).not.toContain('was good')
})

test('cut at 128 bytes no call is called unauthenticated: the verifier is beyond the cut', async () => {
  const findings = await diagnose(
    (play) => {
      const session = play.rpc({ port: 135 })
      const binding = session.bind(I_SYSTEM_ACTIVATOR, { logon: play.logon('CORP\\opc', 'integrity') })
      session.fault(session.request(binding, { opnum: 4, stub: new Uint8Array(400) }), 5)
    },
    (frames) => cutTo(frames, 128),
  )
  const texts = findings.filter(({ kind }) => kind === 'finding').map(({ title, explanation }) => title + explanation)
  expect(texts.length).toBeGreaterThan(0)
  expect(texts.join()).not.toMatch(/unauthenticated|had not logged on/)
})

inOtherClothes('activation-refused', shows, { except: ['by big-endian peers'] })
