import { expect, test } from 'vitest'
import { diagnose, found, returning, working, type Play } from '../../../e2e/diagnosing'
import { inOtherClothes } from '../../../e2e/variants'
import { I_REM_UNKNOWN2 } from '../../../e2e/generate/scenario'

const shows: Play = (play) => {
  const { session, binding } = working(play, { abstract: I_REM_UNKNOWN2 })
  session.call(binding, { opnum: 3, stub: new Uint8Array(40) }, returning(0x80004002))
  session.call(binding, { opnum: 5, stub: new Uint8Array(40) }, returning(0))
}

test('a refused query that the client copes with is normal', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'interface-query')
  expect(finding).toMatchObject({ kind: 'normal' })
})

test('one that ends the connection is a hint', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play, { abstract: I_REM_UNKNOWN2 })
    session.call(binding, { opnum: 3, stub: new Uint8Array(40) }, returning(0x80004002))
  })
  const finding = found(findings, 'interface-query')
  expect(finding).toMatchObject({ kind: 'finding', severity: 'note', confidence: 'low' })
})

// The scenario writes its stubs in little-endian order.
inOtherClothes('interface-query', shows, { except: ['by big-endian peers'] })
