import { describe, expect, test } from 'vitest'
import { diagnose, found, numbers, working, wrong, type Play } from '../../../testing/diagnose'
import { dnsQuery, dnsResponse, TYPE_A, TYPE_AAAA } from '../../../testing/captures/network/dns'
import { Host, type Scenario, sentBy, startingAt } from '../../../testing/scenario'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  play.lookUp('server9.corp.example', [])
  play.askNeighbours('server9')
}

test('an unknown name is reported where no connection follows', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'name-not-resolved')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'medium', executed: 'no' })
  expect(finding!.title).toBe('The host name server9.corp.example does not exist')
  expect(finding!.explanation).toContain('by DNS, LLMNR and NetBIOS')
  expect(finding!.explanation).toContain('10.0.0.2 answered "no such name"')
  expect(numbers(finding).slice(0, 2)).toEqual([1, 2])
})

test('a name that only suffixes were refused for is not said to be unknown', async () => {
  const findings = await diagnose((play) => {
    const { wire, client, controller } = play
    for (let sent = 0; sent < 3; sent++) {
      wire.udp(client, 50000 + sent, controller, 53, dnsQuery(sent, 'www.outside.example', 1))
      wire.wait(1)
    }
    play.lookUp('www.outside.example.corp.example', [])
    play.lookUp('www.outside.example.corp.example', [])
  })
  expect(found(findings, 'name-not-resolved')!.title).toBe(
    'No name server answered the question for www.outside.example',
  )
})

test('DNS alone says it less surely', async () => {
  const findings = await diagnose((play) => play.lookUp('server9.corp.example', []))
  expect(found(findings, 'name-not-resolved')).toMatchObject({ severity: 'note', confidence: 'low' })
})

/** The client asks a name server that says nothing. */
function askInVain(play: Scenario, type = TYPE_A): void {
  for (let sent = 0; sent < 4; sent++) {
    play.wire.udp(play.client, 50000, play.controller, 53, dnsQuery(7, 'server9.corp.example', type))
    play.wire.wait(1)
  }
}

test('a name server that is silent is reported by its address', async () => {
  const findings = await diagnose((play) => {
    play.wire.arp(play.router, play.client)
    play.tcp({ port: 443, server: play.router }).open()
    askInVain(play)
  })
  const finding = found(findings, 'name-not-resolved')!
  expect(finding.explanation).toContain('no server answered the question for the name itself')
  expect(finding.advice[1]).toContain('10.0.0.2')
})

const other = new Host({ address: '10.0.0.77' })
test.each<[string, Play]>([
  [
    'another suffix is known',
    (play) => {
      play.lookUp('server1.old.example', [])
      play.lookUp('server1.corp.example', [play.server.address])
    },
  ],
  [
    'a neighbour with a name of fifteen letters is asked by the longer one',
    (play) => {
      play.lookUp('averylongservername.corp.example', [play.server.address])
      play.askNeighbours('averylongservername')
    },
  ],
  [
    'Windows looks for a proxy and for its maker',
    (play) => {
      play.lookUp('wpad.corp.example', [])
      play.askNeighbours('wpad')
      play.lookUp('settings-win.data.microsoft.com', [])
      play.lookUp('_ldap._tcp.dc._msdcs.corp.example', [])
      play.lookUp('6.0.0.10.in-addr.arpa', [])
    },
  ],
  ['only IPv6 is asked for', (play) => askInVain(play, TYPE_AAAA)],
  [
    'a browser guesses names',
    (play) => {
      for (const name of ['qwkejhr', 'zmxnbvq', 'plokmij', 'server9']) play.lookUp(`${name}.corp.example`, [])
    },
  ],
  [
    'the client knows the address all the same',
    (play) => {
      shows(play)
      working(play, { port: 135 })
    },
  ],
  [
    'SMB is reached afterwards',
    (play) => {
      shows(play)
      play.tcp({ port: 445 }).open()
    },
  ],
])('a name is no matter where %s', async (_, play) => {
  const findings = await diagnose(play)
  expect(found(findings, 'name-not-resolved')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('several names without an address are no failure by themselves, one is', async () => {
  const asks =
    (...names: string[]): Play =>
    (play) => {
      for (const name of names) for (let asked = 0; asked < 2; asked++) play.lookUp(`${name}.corp.example`, [])
    }
  expect(found(await diagnose(asks('server8')), 'name-not-resolved')).toMatchObject({ severity: 'error' })
  expect(found(await diagnose(asks('server8', 'server9')), 'name-not-resolved')).toMatchObject({ severity: 'note' })
})

test('a client that has a connection of its own does other things as well', async () => {
  const findings = await diagnose(
    (play) => {
      play.tcp({ port: 443 }).open()
      for (let asked = 0; asked < 2; asked++) play.lookUp('puppet.corp.example', [])
    },
    (frames) => startingAt(frames, 2),
  )
  expect(found(findings, 'name-not-resolved')).toMatchObject({ severity: 'note' })
})

test('only a name with a suffix added does not exist: the name itself is not said to', async () => {
  const findings = await diagnose((play) => {
    const failing = dnsResponse(7, 'www.example.com', TYPE_A, [], 2)
    play.wire.udp(play.client, 50001, play.controller, 53, dnsQuery(7, 'www.example.com', TYPE_A))
    play.lookUp('www.example.com.corp.example', [])
    play.wire.udp(play.controller, 53, play.client, 50001, failing)
  })
  expect(found(findings, 'name-not-resolved')!.title).toBe(
    'The name server could not resolve www.example.com: server failure',
  )
})

test('where RPC cannot be reached that is the matter', async () => {
  const findings = await diagnose((play) => {
    shows(play)
    play.unanswered({ port: 135, server: other })
  })
  expect(wrong(findings)).toEqual(['port-unanswered'])
})

test('where SMB refuses a logon that is the matter', async () => {
  const findings = await diagnose((play) => {
    play.pipe('svcctl', 'CORP\\admin', { sessionSetup: 0xc000006d })
    shows(play)
  })
  expect(wrong(findings)).toEqual(['smb-session-refused'])
})

test('of a neighbour whose answers the capture does not see nothing is reported', async () => {
  const findings = await diagnose(
    (play) => play.askNeighbours('server9', 4),
    (frames, { client }) => sentBy(frames, client),
  )
  expect(wrong(findings)).toEqual([])
})

describe('a capture that holds only what the client sends', () => {
  test('shows likely that DNS is silent where the client asks on and does nothing else', async () => {
    const findings = await diagnose((play) => askInVain(play))
    expect(wrong(findings)).toEqual(['name-not-resolved'])
    expect(found(findings, 'name-not-resolved')).toMatchObject({
      severity: 'warning',
      confidence: 'low',
      title: 'Likely no name server answered the question for server9.corp.example',
    })
  })

  test('shows nothing of the kind where the client goes on', async () => {
    const findings = await diagnose(
      (play) => {
        askInVain(play)
        play.tcp({ port: 443, server: play.router }).open()
      },
      (frames, { client }) => sentBy(frames, client),
    )
    expect(found(findings, 'name-not-resolved')).toBeUndefined()
  })
})

test('of a client whose own packets the capture does not hold nothing is reported', async () => {
  const findings = await diagnose(
    (play) => {
      play.lookUp('server9.corp.example', [])
      play.lookUp('server9.corp.example', [])
    },
    (frames, { controller }) => sentBy(frames, controller),
  )
  expect(found(findings, 'name-not-resolved')).toBeUndefined()
})

test('an answer without its question may be one that no program waits for', async () => {
  const findings = await diagnose(
    (play) => {
      play.lookUp('server9.corp.example', [])
      play.lookUp('server9.corp.example', [])
      play.lookUp('server1.corp.example', [play.server.address])
    },
    // The first two questions are not in the capture; the client's own packets are.
    (frames) => frames.filter((_, at) => at !== 0 && at !== 2),
  )
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('name-not-resolved', shows)
