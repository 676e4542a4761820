import { expect, test } from 'vitest'
import { diagnose, found, returning, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import {
  I_REM_UNKNOWN2,
  IID_MANAGED_OBJECT,
  remQueryInterface,
  remQueryInterfaceResult,
} from '../../../testing/scenario'

const shows: Play = (play) => {
  const { session, binding } = working(play, { abstract: I_REM_UNKNOWN2 })
  session.call(binding, { opnum: 3, stub: new Uint8Array(40) }, returning(0x80004002))
  session.call(binding, { opnum: 4, stub: new Uint8Array(40) }, returning(0))
}

test('a refused query that the client copes with is normal', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'interface-query')
  expect(finding).toMatchObject({ kind: 'normal' })
})

/** One question, in a stub that names the interface, and its answer of one HRESULT. */
const asking =
  (iid: string, hresult: number): Play =>
  (play) => {
    const { session, binding } = working(play, { abstract: I_REM_UNKNOWN2 })
    const stub = remQueryInterface(play.causality, play.object.ipid, [iid])
    session.call(binding, { opnum: 3, stub }, remQueryInterfaceResult([{ hresult, reference: play.object }]))
    session.call(binding, { opnum: 5, stub: new Uint8Array(40) }, returning(0))
    session.close('client')
  }

test('after one the client only releases: a hint that names the interface', async () => {
  const findings = await diagnose(asking('39c13a4d-011e-11d0-9675-0020afd8adb3', 0x80004002))
  const finding = found(findings, 'interface-query')
  expect(finding).toMatchObject({ kind: 'finding', severity: 'warning', confidence: 'low' })
  expect(finding!.title).toContain('IOPCServer')
})

test('an interface without proxy and stub is reported as that', async () => {
  const findings = await diagnose(asking('39c13a4d-011e-11d0-9675-0020afd8adb3', 0x80040155))
  expect(found(findings, 'interface-query')!.title).toContain('proxy and stub')
})

test('the questions that the runtimes ask of every object are normal even as the last', async () => {
  const findings = await diagnose(asking(IID_MANAGED_OBJECT, 0x80004002))
  expect(found(findings, 'interface-query')).toMatchObject({ kind: 'normal' })
  expect(wrong(findings)).toEqual([])
})

// The scenario writes its stubs in little-endian order.
inOtherClothes('interface-query', shows, { except: ['by big-endian peers'] })
