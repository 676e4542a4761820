import { expect, test } from 'vitest'
import { diagnose, found, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { I_OBJECT_EXPORTER, startingAt } from '../../../testing/scenario'

const shows: Play = (play) => {
  const { session, binding } = working(play)
  session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x1c00001a)
}

test('a fault 0x1c00001a is reported, with the method and the server', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'unknown-context')
  expect(finding).toMatchObject({ kind: 'finding', streams: [0] })
  expect(finding!.title).toContain('svcctl::')
  expect(finding!.title).not.toContain('10.0.0.6')
  expect(finding!.explanation).toContain('from 10.0.0.15 to 10.0.0.6')
})

test('a healthy connection is not', async () => {
  const findings = await diagnose((play) => {
    working(play)
  })
  expect(found(findings, 'unknown-context')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('it is reported as well where the capture starts after the bind', async () => {
  const findings = await diagnose(
    (play) => {
      const { session, binding } = working(play)
      session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x1c00001a)
    },
    (frames) => startingAt(frames, 7),
  )
  const finding = found(findings, 'unknown-context')
  expect(finding).toMatchObject({ kind: 'finding' })
})

test('a context that no bind offered is named', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    const call = session.request({ ...binding, contextId: 77 }, { opnum: 12, stub: new Uint8Array(40) })
    session.fault(call, 0x1c010003)
  })
  expect(found(findings, 'unknown-context')!.explanation).toContain('Context 77 was never offered')
})

test('an interface that went away is reported by its method', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x1c010003)
  })
  expect(found(findings, 'unknown-context')!.title).toContain('no longer offers svcctl')
})

test('where the bind came before the capture it is a remark: what was agreed is not known', async () => {
  const findings = await diagnose(
    (play) => {
      const { session, binding } = working(play)
      session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x1c010003)
    },
    (frames) => startingAt(frames, 7),
  )
  expect(found(findings, 'unknown-context')).toMatchObject({ severity: 'note', confidence: 'low' })
})

test('an older server that does not know IObjectExporter is only asked', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc({ port: 135 })
    session.fault(session.request(session.bind(I_OBJECT_EXPORTER), { opnum: 5 }), 0x1c010003)
    session.close('client')
  })
  expect(found(findings, 'unknown-context')).toMatchObject({ kind: 'normal' })
  expect(wrong(findings)).toEqual([])
})

test('closing a handle that the server does not know loses nothing', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    // RCloseServiceHandle of a handle of zeros.
    session.fault(session.request(binding, { opnum: 0, stub: new Uint8Array(20) }), 0x1c00001a)
  })
  expect(wrong(findings)).toEqual([])
  expect(found(findings, 'unknown-context')).toMatchObject({
    severity: 'note',
    title: 'The client closed a handle that the server does not know: svcctl::RCloseServiceHandle',
  })
})

inOtherClothes('unknown-context', shows)
