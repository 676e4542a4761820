import { expect, test } from 'vitest'
import { diagnose, found, type Play, working, wrong } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  for (let tried = 0; tried < 2; tried++) {
    play.tcp({ port: 135 }).open().reset('server')
    play.wire.wait(1)
  }
}

test('a port that accepts and resets before a byte is an error', async () => {
  const findings = await diagnose(shows)
  expect(found(findings, 'accepted-and-closed')).toMatchObject({
    severity: 'error',
    title: 'The server accepts connections to port 135 and ends them',
    count: 2,
  })
  expect(wrong(findings)).toEqual(['accepted-and-closed'])
})

test('and so is one that closes', async () => {
  const findings = await diagnose((play) => play.tcp({ port: 135 }).open().close('server'))
  expect(wrong(findings)).toEqual(['accepted-and-closed'])
})

test('a client that closes first checks the port', async () => {
  const findings = await diagnose((play) => play.tcp({ port: 135 }).open().close('client'))
  expect(found(findings, 'accepted-and-closed')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('where another connection to the port works, it is a note', async () => {
  const findings = await diagnose((play) => {
    shows(play)
    working(play, { port: 135 }).session.close('client')
  })
  expect(found(findings, 'accepted-and-closed')).toMatchObject({ severity: 'note' })
  expect(wrong(findings)).toEqual([])
})

test('a server that gives up on a client that says nothing for long does not end it at once', async () => {
  const findings = await diagnose((play) => {
    const tcp = play.tcp({ port: 135 }).open()
    play.wire.wait(30)
    tcp.close('server')
  })
  expect(found(findings, 'accepted-and-closed')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('a web server that closes is none of ours', async () => {
  const findings = await diagnose((play) => play.tcp({ port: 8443 }).open().reset('server'))
  expect(found(findings, 'accepted-and-closed')).toBeUndefined()
})

test('cut before its end, the connection is open', async () => {
  const findings = await diagnose(shows, (frames) => frames.slice(0, 3))
  expect(found(findings, 'accepted-and-closed')).toBeUndefined()
})

test('bytes that the end acknowledges were sent, though the capture misses them', async () => {
  const findings = await diagnose(
    (play) => {
      const tcp = play.tcp({ port: 135 }).open()
      tcp.send('client', new Uint8Array(72).fill(5))
      tcp.close('server')
    },
    (frames) => frames.filter((_, at) => at !== 3),
  )
  expect(found(findings, 'accepted-and-closed')).toBeUndefined()
})

inOtherClothes('accepted-and-closed', shows, { lesser: ['port-refused'] })
