import { expect, test } from 'vitest'
import { diagnose, found, returning, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import { Host, type Scenario } from '../../../testing/scenario'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  play.refused({ port: 135 })
}

test('a RST from port 135 is reported', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'port-refused')
  expect(finding).toMatchObject({ severity: 'error' })
  expect(finding!.title).toContain('135')
})

test('a RST with another TTL than the host’s own packets is a device’s', async () => {
  const through = (timeToLive: number) => (play: Scenario) => {
    working(play)
    play.refused({ port: 135, server: new Host({ address: play.server.address, timeToLive }) })
  }
  const finding = found(await diagnose(through(61)), 'port-refused')!
  expect(finding).toMatchObject({ severity: 'error', confidence: 'medium' })
  expect(finding.title).toContain('A device on the path likely refused port 135')
  expect(finding.explanation).toContain('has a TTL of 61, and all other packets of 10.0.0.6 have 128')
  const own = found(await diagnose(through(128)), 'port-refused')!
  expect(own).toMatchObject({ confidence: 'high' })
  expect(own.explanation).not.toContain('TTL')
})

test('of a host that nothing else is seen of the TTL says nothing', async () => {
  const findings = await diagnose((play) =>
    play.refused({ port: 135, server: new Host({ address: play.server.address, timeToLive: 61 }) }),
  )
  expect(found(findings, 'port-refused')!.explanation).not.toContain('TTL')
})

test('where the host’s packets come by two ways a third TTL says nothing', async () => {
  const findings = await diagnose((play) => {
    working(play)
    const otherWay = new Host({ address: play.server.address, timeToLive: 127 })
    play.tcp({ port: 445, server: otherWay }).open()
    play.refused({ port: 135, server: new Host({ address: play.server.address, timeToLive: 61 }) })
  })
  expect(found(findings, 'port-refused')!.explanation).not.toContain('TTL')
})

test('a port that is no RPC is not', async () => {
  const findings = await diagnose((play) => {
    play.refused({ port: 8080 })
  })
  expect(found(findings, 'port-refused')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('SMB alone is an error where nothing else happens, beside RPC a note', async () => {
  const alone = await diagnose((play) => play.refused({ port: 445 }))
  expect(found(alone, 'port-refused')).toMatchObject({ severity: 'error' })
  const beside = await diagnose((play) => {
    working(play)
    play.refused({ port: 445 })
  })
  expect(found(beside, 'port-refused')).toMatchObject({ severity: 'note' })
})

/** The client's and the server's other addresses. */
const six = { client: new Host({ address: '2001:db8::15' }), server: new Host({ address: '2001:db8::6' }) }

test('IPv6 that refuses before IPv4 is accepted is a note, by the name or by what follows at once', async () => {
  const play: Play = (scenario) => {
    scenario.refused({ ...six, port: 135 })
    scenario.tcp({ port: 135 }).open()
  }
  const named = await diagnose((scenario) => {
    scenario.lookUp('server1.corp.example', ['10.0.0.6'])
    scenario.lookUp('server1.corp.example', ['2001:db8::6'])
    play(scenario)
  })
  for (const findings of [named, await diagnose(play)]) {
    expect(wrong(findings)).toEqual([])
    expect(found(findings, 'port-refused')).toMatchObject({ severity: 'note' })
    expect(found(findings, 'port-refused')!.explanation).toContain('reached port 135 at 10.0.0.6')
  }
})

test('IPv6 and IPv4 that both refuse are errors', async () => {
  const findings = await diagnose((scenario) => {
    scenario.refused({ ...six, port: 135 })
    scenario.refused({ port: 135 })
  })
  expect(wrong(findings)).toEqual(['port-refused', 'port-refused'])
})

test('one more connection that is refused while another goes on meets a limit', async () => {
  const findings = await diagnose((play) => {
    const { session } = play.pipe('svcctl', 'CORP\\eve')
    const binding = session.bind(SVCCTL)
    play.refused({ port: 445 })
    session.call(binding, { opnum: 15 }, returning(0))
  })
  expect(found(findings, 'port-refused')).toMatchObject({
    severity: 'error',
    title: 'The server refused one more connection to port 445 (SMB)',
  })
  const ended = await diagnose((play) => {
    const { session, pipe } = play.pipe('svcctl', 'CORP\\eve')
    session.call(session.bind(SVCCTL), { opnum: 15 }, returning(0))
    pipe.close()
    session.close('client')
    play.refused({ port: 445 })
  })
  expect(found(ended, 'port-refused')!.title).toBe('The server refused the connection to port 445 (SMB)')
})

test('a client that goes on at the other address is seen without the acceptance too', async () => {
  const findings = await diagnose((play) => {
    const other = new Host({ address: '10.0.0.66' })
    play.lookUp('server1.corp.example', [other.address, play.server.address])
    play.refused({ port: 135, server: other })
    // Of the second connection only the client's packets are in the capture.
    const tcp = play.tcp({ port: 135 })
    tcp.synchronize('client')
    tcp.send('client', new Uint8Array(72).fill(5))
  })
  expect(found(findings, 'port-refused')).toMatchObject({ severity: 'note' })
})

test('ports 445 and 139 of one server, tried at once, are one failure', async () => {
  const findings = await diagnose((play) => {
    play.refused({ port: 445 })
    play.refused({ port: 139 })
  })
  expect(wrong(findings)).toEqual(['port-refused'])
  expect(found(findings, 'port-refused')!.title).toContain('445')
})

test('port 139 alone is a failure of its own', async () => {
  const findings = await diagnose((play) => play.refused({ port: 139 }))
  expect(wrong(findings)).toEqual(['port-refused'])
})

inOtherClothes('port-refused', shows)
