import { expect, test } from 'vitest'
import { diagnose, found, returning, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { I_WBEM_LEVEL1_LOGIN } from '../../../testing/scenario'

const shows: Play = (play) => {
  const { session, binding } = working(play, { abstract: I_WBEM_LEVEL1_LOGIN })
  session.call(binding, { opnum: 6, stub: new Uint8Array(80) }, returning(0x8004100e))
}

test('WBEM_E_INVALID_NAMESPACE is told with what to do', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'wmi-error')
  expect(finding).toMatchObject({ severity: 'error' })
  expect(finding!.title).toContain('0x8004100e')
})

test('the end of an enumeration is none', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play, { abstract: I_WBEM_LEVEL1_LOGIN })
    session.call(binding, { opnum: 6, stub: new Uint8Array(80) }, returning(1))
  })
  expect(found(findings, 'wmi-error')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

// The scenario writes its stubs in little-endian order.
inOtherClothes('wmi-error', shows, { except: ['by big-endian peers'] })
