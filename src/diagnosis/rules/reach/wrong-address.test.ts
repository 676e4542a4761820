import { expect, test } from 'vitest'
import { diagnose, found, returning, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { Host } from '../../../testing/scenario'

const shows: Play = (play) => {
  play.lookUp('oldname.corp.example', [play.server.address])
  working(play)
}

test('a name that led to a host of another name is remarked', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'wrong-address')
  expect(finding).toMatchObject({ severity: 'note', confidence: 'medium' })
  expect(finding!.explanation).toContain('oldname.corp.example')
  expect(finding!.explanation).toContain('SERVER1')
})

test('a name that led to its own host is fine', async () => {
  const findings = await diagnose((play) => {
    play.lookUp('server1.corp.example', [play.server.address])
    working(play)
  })
  expect(found(findings, 'wrong-address')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('with a failing logon it weighs more', async () => {
  const findings = await diagnose((play) => {
    play.lookUp('oldname.corp.example', [play.server.address])
    const session = play.rpc()
    const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\eve', 'integrity') })
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x721)
  })
  const finding = found(findings, 'wrong-address')
  expect(finding).toMatchObject({ severity: 'warning' })
})

test('of two addresses of a name the first is dead: a delay, not a server that is down', async () => {
  const other = new Host({ address: '10.0.0.66' })
  const findings = await diagnose((play) => {
    play.lookUp('server1.corp.example', [other.address, play.server.address])
    play.unanswered({ port: 135, server: other })
    working(play, { port: 135 })
  })
  expect(found(findings, 'wrong-address')).toMatchObject({ severity: 'warning', confidence: 'high' })
  expect(found(findings, 'wrong-address')!.explanation).toContain('10.0.0.66')
  expect(wrong(findings)).toEqual(['wrong-address'])
})

test('the name of a domain leads to any of its controllers', async () => {
  const serverNames = {
    netbiosComputer: 'SERVER1',
    netbiosDomain: 'CORP',
    dnsComputer: 'server1.corp.example',
    dnsDomain: 'corp.example',
  }
  const findings = await diagnose((play) => {
    play.lookUp('corp.example', [play.server.address])
    const session = play.rpc({ serverNames })
    session.call(session.bind(SVCCTL, { logon: play.logon('CORP\\eve', 'integrity') }), { opnum: 12 }, returning(0))
  })
  expect(found(findings, 'wrong-address')).toBeUndefined()
})

inOtherClothes('wrong-address', shows)
