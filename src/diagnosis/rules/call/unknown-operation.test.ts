import { expect, test } from 'vitest'
import { diagnose, found, returning, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { lose, startingAt } from '../../../testing/scenario'

const shows: Play = (play) => {
  const { session, binding } = working(play)
  session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x1c010002)
}

test('a fault 0x1c010002 is reported, with the method and the server', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'unknown-operation')
  expect(finding).toMatchObject({ kind: 'finding', streams: [0] })
  expect(finding!.title).toContain('svcctl::')
  expect(finding!.title).not.toContain('10.0.0.6')
  expect(finding!.explanation).toContain('from 10.0.0.15 to 10.0.0.6')
})

test('a fault whose request is missing is not taken for the answer to the bind', async () => {
  const findings = await diagnose(
    (play) => {
      const session = play.rpc()
      const binding = session.bind(SVCCTL)
      session.fault(session.request(binding, { opnum: 222, stub: new Uint8Array(40), callId: 2 }), 0x1c010002)
    },
    (frames) => lose(frames, frames.length - 3, frames.length - 2),
  )
  expect(found(findings, 'unknown-operation')!.title).toBe('The server does not have a method that the client called')
})

test('a client that goes on with an older method copes with older servers', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    // ROpenSCManager2, then ROpenSCManagerW.
    session.fault(session.request(binding, { opnum: 64, stub: new Uint8Array(40) }), 0x1c010002)
    session.call(binding, { opnum: 15, stub: new Uint8Array(40) }, returning(0))
  })
  expect(found(findings, 'unknown-operation')).toMatchObject({ kind: 'finding', severity: 'note' })
  expect(wrong(findings)).toEqual([])
})

test('another method that is answered next is no older version of it', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.fault(session.request(binding, { opnum: 222, stub: new Uint8Array(40) }), 0x1c010002)
    session.call(binding, { opnum: 15, stub: new Uint8Array(40) }, returning(0))
  })
  expect(found(findings, 'unknown-operation')).toMatchObject({ severity: 'warning' })
  expect(found(findings, 'unknown-operation')!.title).not.toContain('older')
})

test('a client that calls one method after the other without success probes', async () => {
  const calls = (opnums: number[]) =>
    diagnose((play) => {
      const { session, binding } = working(play)
      for (const opnum of opnums)
        session.fault(session.request(binding, { opnum, stub: new Uint8Array(0) }), opnum > 60 ? 0x1c010002 : 0x6f7)
    })
  const findings = await calls([1, 2, 3, 4, 5, 61, 62, 63, 64])
  expect(wrong(findings)).toEqual([])
  expect(found(findings, 'unknown-operation')).toMatchObject({ severity: 'note', count: 9 })
  expect(wrong(await calls([61, 1]))).toEqual(['unknown-operation', 'bad-stub-data'])
})

test('a healthy connection is not', async () => {
  const findings = await diagnose((play) => {
    working(play)
  })
  expect(found(findings, 'unknown-operation')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('it is reported as well where the capture starts after the bind', async () => {
  const findings = await diagnose(
    (play) => {
      const { session, binding } = working(play)
      session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x1c010002)
    },
    (frames) => startingAt(frames, 7),
  )
  const finding = found(findings, 'unknown-operation')
  expect(finding).toMatchObject({ kind: 'finding' })
})

inOtherClothes('unknown-operation', shows)
