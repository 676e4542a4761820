import { expect, test } from 'vitest'
import { diagnose, found, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  const { session } = play.activate({ logon: play.logon('CORP\\eve', 'integrity'), hresult: 0x80040154 })
  session.close('client')
}

test('a class that is not registered is reported', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'activation-failed')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'high' })
  expect(finding!.title).toContain('not registered')
})

test('the old RemoteActivation says it before the statuses of the interfaces', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc({ port: 135 })
    const old = { uuid: '4d9f4ab8-7d1c-11cf-861e-0020af6e7c57', version: '0.0' }
    const binding = session.bind(old, { logon: play.logon('CORP\\eve', 'integrity') })
    const answer = new Uint8Array(68)
    const view = new DataView(answer.buffer)
    view.setUint32(40, 0x00070005, true) // after ORPCTHAT, OXID, no bindings, IPID and hint: COM version 5.7
    view.setUint32(44, 0x80040154, true) // phr
    view.setUint32(48, 1, true) // one interface: none
    view.setUint32(56, 1, true) // its status
    view.setUint32(60, 0x80040154, true) // error_status_t, at 64, is 0: RPC worked
    session.call(binding, { opnum: 0, stub: new Uint8Array(80) }, answer)
    session.close('client')
  })
  expect(wrong(findings)).toEqual(['activation-failed'])
  expect(found(findings, 'activation-failed')!.title).toContain('not registered')
})

test('COM+ that is off is reported with its registry value', async () => {
  const findings = await diagnose((play) => {
    const { session } = play.activate({ logon: play.logon('CORP\\eve', 'integrity'), hresult: 0x80004027 })
    session.close('client')
  })
  const finding = found(findings, 'activation-failed')
  expect(finding).toMatchObject({ severity: 'error' })
  expect(finding!.title).toContain('COM+')
})

test('an activation that succeeds is fine', async () => {
  const findings = await diagnose((play) => {
    const { session } = play.activate({ logon: play.logon('CORP\\eve', 'integrity'), hresult: 0 })
    session.close('client')
  })
  expect(found(findings, 'activation-failed')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('sealed, nothing can be said', async () => {
  const findings = await diagnose((play) => {
    const { session } = play.activate({ logon: play.logon('CORP\\eve', 'privacy'), hresult: 0x80040154 })
    session.close('client')
  })
  expect(found(findings, 'activation-failed')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

// The scenario writes its stubs in little-endian order.
const OTHER_CLASS = '0002df01-0000-0000-c000-0000000000ff'

test('the same class created later makes it a note; another class does not', async () => {
  const then = (clsid?: string) =>
    diagnose((play) => {
      shows(play)
      play.activate({ logon: play.logon('CORP\\eve', 'integrity'), ...(clsid && { clsid }) }).session.close('client')
    })
  expect(found(await then(), 'activation-failed')).toMatchObject({ severity: 'note' })
  expect(found(await then(OTHER_CLASS), 'activation-failed')).toMatchObject({ severity: 'error' })
})

test('0x800706BA within the answer points to the firewall rule of the component', async () => {
  const findings = await diagnose((play) => {
    play.activate({ logon: play.logon('CORP\\eve', 'integrity'), hresult: 0x800706ba }).session.close('client')
  })
  expect(found(findings, 'activation-failed')!.fix[0]!.text).toContain('(DCOM-In)')
})

inOtherClothes('activation-failed', shows, { except: ['by big-endian peers'] })
