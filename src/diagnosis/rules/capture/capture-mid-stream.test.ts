import { expect, test } from 'vitest'
import { diagnose, found, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { bindNakPdu } from '../../../testing/captures/rpc/pdu'
import { startingAt } from '../../../testing/scenario'

const shows: Play = (play) => {
  working(play)
}

test('a capture without the bind is reported as a limit', async () => {
  const findings = await diagnose(shows, (frames) => startingAt(frames, 7))
  const finding = found(findings, 'capture-mid-stream')
  expect(finding).toMatchObject({ kind: 'limit' })
})

test('a whole one is not', async () => {
  const findings = await diagnose((play) => {
    working(play)
  })
  expect(found(findings, 'capture-mid-stream')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('a first PDU that the server refuses is no start within the connection', async () => {
  const findings = await diagnose((play) => {
    const { session } = working(play)
    session.close('client')
    // 06: a major version of the protocol that does not exist, so this is not a known bind.
    const other = play.rpc({ port: 49158 })
    other.tcp.send('client', Uint8Array.from([6, 0, 11, 3, 16, 0, 0, 0, 16, 0, 0, 0, 1, 0, 0, 0]))
    other.tcp.send('server', bindNakPdu(4, { callId: 1 }))
  })
  expect(found(findings, 'capture-mid-stream')).toBeUndefined()
  expect(wrong(findings)).toEqual(['bind-refused'])
})

// Through a pipe the bind comes later than the frame at which this capture starts.
inOtherClothes('capture-mid-stream', shows, {
  change: (frames) => startingAt(frames, 7),
  except: ['through a named pipe'],
})
