import { expect, test } from 'vitest'
import { diagnose, found, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  const session = play.rpc({ server: play.client })
  const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\me', 'integrity') })
  session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x721)
}

test('a host that is denied by itself is asked about', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'self-connection')
  expect(finding).toMatchObject({ severity: 'note', confidence: 'low' })
  expect(finding!.title).toContain('itself')
})

test('a logon that works is fine', async () => {
  const findings = await diagnose((play) => {
    working(play)
  })
  expect(found(findings, 'self-connection')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

// In Negotiate the server of the generator accepts the logon: its 0x721 is then about a message.
inOtherClothes('self-connection', shows, { except: ['with SPNEGO'] })
