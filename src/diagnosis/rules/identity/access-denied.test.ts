import { describe, expect, test } from 'vitest'
import { diagnose, found, returning, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { startingAt } from '../../../testing/scenario'

const shows: Play = (play) => {
  const { session, binding } = working(play)
  session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 5)
}

test('a call that is denied while another succeeded is reported with the method', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'access-denied')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'high' })
  expect(finding!.title).toContain('CORP\\admin')
  expect(finding!.title).toContain('svcctl::')
})

test('an answered call is fine', async () => {
  const findings = await diagnose((play) => {
    working(play)
  })
  expect(found(findings, 'access-denied')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('a call that succeeds for the same user later is a note; for another user it is not', async () => {
  const later = (who: string) =>
    diagnose((play) => {
      shows(play)
      const session = play.rpc({ port: 49160 })
      const binding = session.bind(SVCCTL, { logon: play.logon(who, 'integrity') })
      session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(0))
    })
  expect(found(await later('CORP\\admin'), 'access-denied')).toMatchObject({ severity: 'note' })
  expect(found(await later('CORP\\other'), 'access-denied')).toMatchObject({ severity: 'error' })
})

test('where the bind is not in the capture it is reported without the name', async () => {
  const findings = await diagnose(
    (play) => {
      const { session, binding } = working(play)
      session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 5)
    },
    (frames) => startingAt(frames, 7),
  )
  const finding = found(findings, 'access-denied')
  expect(finding).toMatchObject({ severity: 'error' })
})

test('through a pipe the caller is the user of the SMB session', async () => {
  const findings = await diagnose((play) => {
    const { session } = play.pipe('svcctl', 'CORP\\bob')
    session.fault(session.request(session.bind(SVCCTL), { opnum: 12, stub: new Uint8Array(40) }), 5)
  })
  expect(found(findings, 'access-denied')!.title).toContain('denied CORP\\bob svcctl::')
})

inOtherClothes('access-denied', shows)

describe('two users', () => {
  const denied: Play = (play) => {
    const { session } = play.pipe('spoolss', 'CORP\\ann')
    const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\bob', 'integrity') })
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 5)
  }

  test('the user of the SMB session and the one of the call in its pipe are both named', async () => {
    const finding = (await diagnose(denied)).find(({ identities }) =>
      identities?.some(({ name }) => name === 'CORP\\bob'),
    )!
    expect(finding.identities).toEqual([
      { role: 'refused', name: 'CORP\\bob' },
      { role: 'SMB session', name: 'CORP\\ann' },
    ])
    expect(finding.explanation).toContain('Two users are at work')
  })

  test('the user who is answered is named beside the one who is denied', async () => {
    const findings = await diagnose((play) => {
      working(play, { who: 'CORP\\ann' })
      const { session, binding } = working(play, { who: 'CORP\\bob', port: 49158 })
      session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 5)
    })
    const finding = found(findings, 'access-denied')!
    expect(finding.identities).toEqual([
      { role: 'caller', name: 'CORP\\bob' },
      { role: 'answered', name: 'CORP\\ann' },
    ])
    expect(finding.evidence.map(({ note }) => note).join()).toContain('is answered to CORP\\ann')
  })

  test('one user is one', async () => {
    expect(found(await diagnose(shows), 'access-denied')!.identities).toBeUndefined()
  })

  test('of which one is not in the capture is none', async () => {
    const findings = await diagnose(denied, (frames) => frames.slice(9))
    expect(findings.some(({ explanation }) => explanation.includes('Two users'))).toBe(false)
  })
})
