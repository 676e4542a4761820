import { expect, test } from 'vitest'
import { diagnose, found, numbers, working, wrong, type Play } from '../../../testing/diagnose'
import { cutTo, type Scenario } from '../../../testing/scenario'
import type { PipeFailures } from '../../../testing/captures/smb/pipe'
import { inOtherClothes } from '../../../testing/variations'

/** The client comes as far as the negotiation. */
function negotiates(play: Scenario, failures: PipeFailures = { leaves: true }) {
  return play.pipe('svcctl', 'CORP\\admin', failures).session
}

const shows: Play = (play) => negotiates(play).close('client')

test('a client that leaves after the negotiation is reported', async () => {
  const finding = found(await diagnose(shows), 'smb-abandoned')
  expect(finding).toMatchObject({ severity: 'warning', confidence: 'low', executed: 'no' })
  expect(finding!.title).toBe('The client left SMB after the negotiation, likely without usable credentials')
  expect(numbers(finding)).toEqual([1, 5, 6])
})

test('so is one that resets; one whose offer is refused has its own rule', async () => {
  const reset = await diagnose((play) => negotiates(play).tcp.reset('client'))
  expect(wrong(reset)).toEqual(['smb-abandoned'])
  const refused = await diagnose((play) => negotiates(play, { negotiate: 0xc00000bb }).close('client'))
  expect(wrong(refused)).toEqual(['smb-negotiation-refused'])
})

test('a negotiation that is answered late is the server’s, whatever credentials the client has', async () => {
  const late: Play = (play) => negotiates(play, { leaves: true, slowNegotiate: 8 }).close('client')
  const finding = found(await diagnose(late), 'smb-abandoned')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'medium', atFault: { party: 'server' } })
  expect(finding!.title).toBe('The server answered the SMB negotiation after 8.0 s; the client left')
  const soon: Play = (play) => negotiates(play, { leaves: true, slowNegotiate: 1 }).close('client')
  expect(found(await diagnose(soon), 'smb-abandoned')).toMatchObject({ severity: 'warning' })
})

test.each<[string, Play]>([
  [
    'the client logs on over a second connection',
    (play) => {
      shows(play)
      play.pipe('svcctl', 'CORP\\admin')
    },
  ],
  ['the server ends the connection', (play) => negotiates(play).close('server')],
  ['the connection stays', (play) => void negotiates(play)],
  [
    'the client talks RPC to that server',
    (play) => {
      shows(play)
      working(play)
    },
  ],
  ['a probe only connects', (play) => play.tcp({ port: 445 }).open().close('client')],
  [
    'a tool asks again and again',
    (play) => {
      for (let asked = 0; asked < 5; asked++) shows(play)
    },
  ],
])('nothing is wrong where %s', async (_, play) => {
  expect(wrong(await diagnose(play))).toEqual([])
})

test('of cut packets nothing is reported', async () => {
  expect(wrong(await diagnose(shows, (frames) => cutTo(frames, 90)))).toEqual([])
})

inOtherClothes('smb-abandoned', shows)
