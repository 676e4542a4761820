import { expect, test } from 'vitest'
import { diagnose, found, returning, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  const { session, binding } = working(play)
  session.tcp.finish('server')
  play.wire.wait(5)
  session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
  session.tcp.reset('server')
}

test('a call over a connection that the server had closed is reported', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'dead-connection')
  expect(finding).toMatchObject({ severity: 'error', executed: 'no' })
  expect(finding!.title).toContain('closed')
})

test('so is a call through a pipe whose SMB connection the server had closed', async () => {
  const findings = await diagnose((play) => {
    const { session } = play.pipe('svcctl', 'CORP\\admin')
    const binding = session.bind(SVCCTL)
    session.call(binding, { opnum: 15, stub: new Uint8Array(40) }, returning(0))
    session.tcp.finish('server')
    play.wire.wait(5)
    session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
    session.tcp.reset('server')
  })
  expect(wrong(findings)).toEqual(['dead-connection'])
})

/** The server has closed an SMB connection on which a pipe had been used; the client then sends another message over it. */
const reusesSmb: Play = (play) => {
  const { session, pipe } = play.pipe('svcctl', 'CORP\\admin')
  const binding = session.bind(SVCCTL)
  session.call(binding, { opnum: 15, stub: new Uint8Array(40) }, returning(0))
  pipe.close()
  session.tcp.finish('server')
  session.tcp.acknowledge('client')
  play.wire.wait(70)
  session.tcp.send('client', new Uint8Array([0, 0, 0, 4, 0xfe, 0x53, 0x4d, 0x42]))
  session.tcp.reset('server')
}

test('so is any SMB message over a connection that the server had closed', async () => {
  const findings = await diagnose(reusesSmb)
  expect(wrong(findings)).toEqual(['dead-connection'])
  expect(found(findings, 'dead-connection')).toMatchObject({
    severity: 'error',
    title: 'The client used an SMB connection that the server had closed',
  })
  expect(found(findings, 'reset-on-close')).toBeUndefined()
})

test('it is a note where the client connects again at once', async () => {
  const findings = await diagnose((play) => {
    reusesSmb(play)
    play.pipe('svcctl', 'CORP\\admin')
  })
  expect(wrong(findings)).toEqual([])
  expect(found(findings, 'dead-connection')).toMatchObject({ severity: 'note' })
})

test('a connection that both close is fine', async () => {
  const findings = await diagnose((play) => {
    const { session } = working(play)
    session.close('server')
  })
  expect(found(findings, 'dead-connection')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

// Without its FIN the server ended the connection when the call came, as far as the capture shows.
// A pipe is closed by SMB before its connection ends.
inOtherClothes('dead-connection', shows, { lesser: ['connection-lost'], except: ['through a named pipe'] })
