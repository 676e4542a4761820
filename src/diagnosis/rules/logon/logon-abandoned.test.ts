import { expect, test } from 'vitest'
import { diagnose, found, type Play, SVCCTL, working, wrong } from '../../../testing/diagnose'

/** NEGOTIATE and CHALLENGE, and the client's close. */
const leaves =
  (by: 'client' | 'server'): Play =>
  (play) => {
    const session = play.rpc({ port: 49157 })
    session.answer(session.offer(SVCCTL, { logon: play.logon('CORP\\ann', 'integrity') }))
    play.wire.wait(1)
    session.close(by)
  }

test('a client that leaves after the challenge and does so again is a warning', async () => {
  const findings = await diagnose((play) => {
    leaves('client')(play)
    leaves('client')(play)
  })
  const finding = found(findings, 'logon-abandoned')
  expect(finding).toMatchObject({ severity: 'warning', confidence: 'medium' })
  expect(finding!.occurrences[0]!.evidence).toHaveLength(3)
  expect(wrong(findings)).toEqual(['logon-abandoned'])
})

test('once it may be a tool that reads the names of the server: a note', async () => {
  const findings = await diagnose(leaves('client'))
  expect(found(findings, 'logon-abandoned')).toMatchObject({ severity: 'note' })
  expect(wrong(findings)).toEqual([])
})

test('a client whose interface was not granted has no reason to go on', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc({ port: 49157 })
    const offer = session.offer(SVCCTL, { logon: play.logon('CORP\\ann', 'integrity') })
    session.answer(offer, [{ result: 2, reason: 1 }])
    session.close('client')
  })
  expect(found(findings, 'logon-abandoned')).toBeUndefined()
})

test('a client that is answered there at another time is a note', async () => {
  const findings = await diagnose((play) => {
    leaves('client')(play)
    working(play)
  })
  expect(found(findings, 'logon-abandoned')).toMatchObject({ severity: 'note' })
  expect(wrong(findings)).toEqual([])
})

test('a logon that goes on is none, and so is one that the server ends', async () => {
  expect(found(await diagnose((play) => working(play).session.close('client')), 'logon-abandoned')).toBeUndefined()
  expect(found(await diagnose(leaves('server')), 'logon-abandoned')).toBeUndefined()
})

test('without the end in the capture, the logon is under way', async () => {
  expect(found(await diagnose(leaves('client'), (frames) => frames.slice(0, 5)), 'logon-abandoned')).toBeUndefined()
})
