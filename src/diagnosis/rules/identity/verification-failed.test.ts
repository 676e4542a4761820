import { expect, test } from 'vitest'
import { diagnose, found, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { extendedError, startingAt } from '../../../testing/scenario'

const shows: Play = (play) => {
  const { session, binding } = working(play)
  session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x721)
}

test('0x721 after a good call is a message that did not verify', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'verification-failed')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'high' })
  expect(finding!.title).toContain('svcctl::')
})

test('0x721 on the first call is a refused logon', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc()
    const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\admin', 'integrity') })
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x721)
  })
  expect(found(findings, 'verification-failed')).toBeUndefined()
  expect(wrong(findings)).toContain('logon-refused')
})

test('what the server says of itself is quoted', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    const reason = {
      computer: 'SERVER1',
      processId: 572,
      fileTime: 0n,
      component: 3,
      status: 0x721,
      detectionLocation: 130,
      parameters: [0x8009030f],
    }
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x721, {
      extendedError: extendedError(reason),
    })
  })
  const finding = found(findings, 'verification-failed')
  expect(finding).toMatchObject({ confidence: 'high' })
  expect(finding!.explanation).toContain('detection location 130')
  expect(finding!.explanation).toContain('SEC_E_MESSAGE_ALTERED')
  expect(finding!.explanation).toContain('SERVER1')
})

test('where the bind is not in the capture it is less sure', async () => {
  const findings = await diagnose(
    (play) => {
      const { session, binding } = working(play)
      session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x721)
    },
    (frames) => startingAt(frames, 7),
  )
  const finding = found(findings, 'verification-failed')
  expect(finding).toMatchObject({ kind: 'finding' })
})

inOtherClothes('verification-failed', shows)
