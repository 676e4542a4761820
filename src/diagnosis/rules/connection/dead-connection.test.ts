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

test('a call over a connection that the server had closed is told', async () => {
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

test('a connection that both close is fine', async () => {
  const findings = await diagnose((play) => {
    const { session } = working(play)
    session.close('server')
  })
  expect(found(findings, 'dead-connection')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

// Without its FIN the server ended the connection when the call came, as far as anybody can tell.
// A pipe is closed by SMB before its connection ends.
inOtherClothes('dead-connection', shows, { lesser: ['connection-lost'], except: ['through a named pipe'] })
