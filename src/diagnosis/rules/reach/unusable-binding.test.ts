import { describe, expect, test } from 'vitest'
import { diagnose, found, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import {
  ENDPOINT_MAPPER,
  EPT_MAP,
  mapRequest,
  mapResponse,
  tcpTower,
} from '../../../testing/captures/rpc/endpoint-mapper'
import { bindings } from '../../../testing/captures/com/objref'
import { SERVER_ALIVE2, serverAlive2Response } from '../../../testing/captures/com/resolver'
import { Host, I_OBJECT_EXPORTER } from '../../../testing/scenario'

const shows: Play = (play) => {
  play
    .activate({ logon: play.logon('CORP\\a', 'integrity'), addresses: ['172.16.9.9'], exporterPort: 49300 })
    .session.close('client')
  play.unanswered({ port: 49300, server: new Host({ address: '172.16.9.9' }) })
}

test('bindings that name other addresses than the one in use are reported', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'unusable-binding')
  expect(finding).toMatchObject({ severity: 'error' })
  expect(finding!.explanation).toContain('172.16.9.9')
})

test('a bare name that the client cannot resolve is reported', async () => {
  const findings = await diagnose((play) => {
    play
      .activate({ logon: play.logon('CORP\\a', 'integrity'), addresses: ['WIN-CLOUD'], exporterPort: 49300 })
      .session.close('client')
    play.lookUp('win-cloud.corp.example', [])
    play.lookUp('win-cloud', [])
  })
  expect(found(findings, 'unusable-binding')).toMatchObject({ severity: 'error', confidence: 'high' })
  expect(found(findings, 'unusable-binding')!.title).toContain('cannot resolve')
})

test('a name without a question says nothing: it may be in the cache', async () => {
  const findings = await diagnose((play) => {
    play.activate({ logon: play.logon('CORP\\a', 'integrity'), addresses: ['WIN-CLOUD'] }).session.close('client')
  })
  expect(wrong(findings)).toEqual([])
})

test('ServerAlive2 names an address that does not answer', async () => {
  const nat = new Host({ address: '203.0.113.20', name: 'WIN-CLOUD' })
  const asks: Play = (play) => {
    const session = play.rpc({ port: 135, server: nat })
    const resolver = session.bind(I_OBJECT_EXPORTER)
    session.call(resolver, { opnum: SERVER_ALIVE2 }, serverAlive2Response(bindings(['10.0.0.4'])))
    session.close('client')
  }
  const findings = await diagnose((play) => {
    asks(play)
    play.unanswered({ port: 135, server: new Host({ address: '10.0.0.4' }) })
  })
  expect(wrong(findings)).toEqual(['unusable-binding'])
  expect(wrong(await diagnose(asks))).toEqual([])
})

test('bindings that hold the address in use are fine', async () => {
  const findings = await diagnose((play) => {
    play.activate({ logon: play.logon('CORP\\a', 'integrity') }).session.close('client')
  })
  expect(found(findings, 'unusable-binding')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

describe('an endpoint mapper that names an address of its own', () => {
  const inner = new Host({ address: '192.168.44.7' })
  /** The mapper of the server that is reached by another address names the inner one. */
  const maps: Play = (play) => {
    const session = play.rpc({ port: 135 })
    const mapper = session.bind(ENDPOINT_MAPPER)
    const tower = tcpTower(SVCCTL, 49200, [...inner.ip])
    session.call(mapper, { opnum: EPT_MAP, stub: mapRequest(tcpTower(SVCCTL, 135)) }, mapResponse([tower]))
    session.close('client')
  }

  test('to which the client goes without success', async () => {
    const findings = await diagnose((play) => {
      maps(play)
      play.unanswered({ port: 49200, server: inner })
    })
    expect(wrong(findings)).toEqual(['unusable-binding'])
    const finding = found(findings, 'unusable-binding')!
    expect(finding.title).toBe('The server names an address that the client cannot reach')
    expect(finding.explanation).toContain('port 49200 at 192.168.44.7')
  })

  test('is fine where the client keeps the address that it knows', async () => {
    const findings = await diagnose((play) => {
      maps(play)
      working(play, { port: 49200 })
    })
    expect(wrong(findings)).toEqual([])
    expect(found(findings, 'unusable-binding')).toBeUndefined()
  })
})

inOtherClothes('unusable-binding', shows)
