import { describe, expect, test } from 'vitest'
import { diagnose, found, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import { cutTo, Host, Scenario, startingAt } from '../../../testing/scenario'
import { inOtherClothes } from '../../../testing/variations'

const text = (value: string) => Uint8Array.from(value, (character) => character.charCodeAt(0))
/** A record of a handshake, version 3.1, with the head of a ClientHello. RFC 8446 5.1. */
const CLIENT_HELLO = Uint8Array.of(0x16, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3, ...new Array<number>(194).fill(7))
/** An SMB 1 NEGOTIATE behind its NetBIOS header. */
const SMB_NEGOTIATE = Uint8Array.of(0, 0, 0, 60, 0xff, 0x53, 0x4d, 0x42, 0x72, ...new Array<number>(55).fill(0))
/** A bind request of LDAP: message 1, version 3, anonymous. RFC 4511 4.2. */
const LDAP_BIND = Uint8Array.of(0x30, 0x0c, 2, 1, 1, 0x60, 7, 2, 1, 3, 4, 0, 0x80, 0)

/** bind_nak, reason 4 (protocol version not supported). C706 12.6.4.5. */
const BIND_NAK = Uint8Array.of(5, 0, 13, 3, 0x10, 0, 0, 0, 24, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 5, 0, 0, 0, 0)

/** A bind: version 5.0, type 11, both flags, little-endian, 72 bytes, call 1. */
const BIND = Uint8Array.of(5, 0, 11, 3, 0x10, 0, 0, 0, 72, 0, 0, 0, 1, 0, 0, 0, ...new Array<number>(56).fill(0))

/** The client begins a connection to the endpoint mapper with these bytes, and the server ends it. */
const speaks =
  (
    bytes: Uint8Array<ArrayBuffer>,
    end: (tcp: ReturnType<Scenario['tcp']>, play: Scenario) => void = (tcp) => tcp.close('server'),
  ): Play =>
  (play) => {
    const tcp = play.tcp({ port: 135 }).open()
    tcp.send('client', bytes)
    end(tcp, play)
  }

test.each<[string, Uint8Array<ArrayBuffer>]>([
  ['TLS', CLIENT_HELLO],
  ['HTTP', text('GET / HTTP/1.1\r\n\r\n')],
  ['SMB', SMB_NEGOTIATE],
  ['SSH', text('SSH-2.0-OpenSSH_9.2\r\n')],
  ['LDAP', LDAP_BIND],
])('%s to the port of the endpoint mapper is the wrong protocol', async (protocol, bytes) => {
  const findings = await diagnose(speaks(bytes))
  expect(wrong(findings)).toEqual(['wrong-protocol'])
  expect(findings[0]).toMatchObject({
    severity: 'error',
    confidence: 'high',
    title: `The client speaks ${protocol} to port 135, where RPC is expected`,
    atFault: { party: 'client' },
  })
})

test.each<[string, Uint8Array<ArrayBuffer>]>([
  ['HTTP', text('GET / HTTP/1.1\r\n\r\n')],
  ['TLS', CLIENT_HELLO],
  ['RPC', BIND],
])('%s to the port of SMB is the wrong protocol', async (protocol, bytes) => {
  const findings = await diagnose((play) => {
    const tcp = play.tcp({ port: 445 }).open()
    tcp.send('client', bytes)
    tcp.reset('server')
  })
  expect(wrong(findings)).toEqual(['wrong-protocol'])
  expect(findings[0]!.title).toBe(`The client speaks ${protocol} to port 445, where SMB is expected`)
})

test('RPC to the port of a KDC is the wrong protocol', async () => {
  const findings = await diagnose((play) => {
    const tcp = play.tcp({ port: 88 }).open()
    tcp.send('client', BIND)
    tcp.acknowledge('server')
    play.wire.wait(8)
    tcp.close('client')
  })
  expect(wrong(findings)).toEqual(['wrong-protocol'])
  expect(findings[0]!.title).toBe('The client speaks RPC to port 88, where Kerberos is expected')
})

test.each<[string, Uint8Array]>([
  ['TLS', CLIENT_HELLO],
  // A request of Kerberos that is 60 bytes long.
  ['Kerberos', Uint8Array.of(0, 0, 0, 60, 0x6a, 58, ...new Array<number>(58).fill(0x30))],
])('%s to the port of a KDC is no matter of RPC', async (_, bytes) => {
  const findings = await diagnose((play) => {
    const tcp = play.tcp({ port: 88 }).open()
    tcp.send('client', bytes)
    tcp.reset('server')
  })
  expect(found(findings, 'wrong-protocol')).toBeUndefined()
})

test('SMB to its own port is not', async () => {
  const findings = await diagnose((play) => void play.pipe('svcctl', 'CORP\\admin').session.bind(SVCCTL))
  expect(found(findings, 'wrong-protocol')).toBeUndefined()
})

describe('it is reported too where', () => {
  test.each<[string, (tcp: ReturnType<Scenario['tcp']>, play: Scenario) => void]>([
    ['the server resets the connection', (tcp) => tcp.reset('server')],
    [
      'the client leaves a server that is silent',
      (tcp, play) => {
        play.wire.wait(5)
        tcp.close('client')
      },
    ],
  ])('%s', async (_, end) => {
    expect(wrong(await diagnose(speaks(CLIENT_HELLO, end)))).toEqual(['wrong-protocol'])
  })

  test('the server answers with a bind_nak', async () => {
    const findings = await diagnose((play) => {
      const tcp = play.tcp({ port: 135 }).open()
      tcp.send('client', SMB_NEGOTIATE)
      tcp.send('server', BIND_NAK)
      tcp.close('server')
    })
    expect(wrong(findings)).toEqual(['wrong-protocol'])
  })
})

describe('from the Internet it is a note', () => {
  const client = new Host({ address: '45.83.64.1' })

  test('of a client that speaks another protocol', async () => {
    const findings = await diagnose((play) => {
      const tcp = play.tcp({ client, port: 135 }).open()
      tcp.send('client', CLIENT_HELLO)
      tcp.close('server')
    })
    expect(wrong(findings)).toEqual([])
    expect(found(findings, 'wrong-protocol')).toMatchObject({ severity: 'note' })
  })

  test('of a bind to a server of another protocol', async () => {
    const findings = await diagnose((play) => {
      const session = play.rpc({ client, port: 8080 })
      session.offer(SVCCTL)
      session.tcp.send('server', text('HTTP/1.1 400 Bad Request\r\n\r\n'))
      session.tcp.close('server')
    })
    expect(wrong(findings)).toEqual([])
    expect(found(findings, 'wrong-protocol')).toMatchObject({ severity: 'note' })
  })
})

describe('nothing is reported where', () => {
  test.each<[string, Play]>([
    ['the server speaks that protocol too', speaks(CLIENT_HELLO, (tcp) => tcp.send('server', CLIENT_HELLO))],
    ['the capture ends before an answer can come', speaks(CLIENT_HELLO, () => undefined)],
    ['the bytes are of no known protocol', speaks(text('anything at all'))],
    ['the port is not one of RPC', (play) => void play.tcp({ port: 8443 }).open().send('client', CLIENT_HELLO)],
    ['RPC is spoken', (play) => void working(play)],
  ])('%s', async (_, play) => {
    expect(wrong(await diagnose(play))).toEqual([])
  })

  test('the capture starts after the first bytes', async () => {
    const findings = await diagnose(speaks(CLIENT_HELLO), (frames) => startingAt(frames, 3))
    expect(wrong(findings)).toEqual([])
  })
})

describe('it is a note where', () => {
  test('RPC works on the port', async () => {
    const findings = await diagnose((play) => {
      speaks(CLIENT_HELLO)(play)
      play.mapEndpoint(SVCCTL, 49200)
    })
    expect(found(findings, 'wrong-protocol')).toMatchObject({ severity: 'note' })
    expect(wrong(findings)).toEqual([])
  })

  test('the client tries several protocols', async () => {
    const findings = await diagnose((play) => {
      speaks(CLIENT_HELLO)(play)
      speaks(text('GET / HTTP/1.0\r\n\r\n'))(play)
    })
    expect(found(findings, 'wrong-protocol')).toMatchObject({ severity: 'note' })
    expect(wrong(findings)).toEqual([])
  })
})

/** A bind to a port whose server answers with something else. */
const boundTo =
  (answer: Uint8Array<ArrayBuffer>): Play =>
  (play) => {
    const session = play.rpc({ port: 8080 })
    session.offer(SVCCTL)
    session.tcp.send('server', answer)
    session.tcp.close('server')
  }

test.each<[string, Uint8Array<ArrayBuffer>]>([
  ['HTTP', text('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['TLS', Uint8Array.of(0x15, 3, 1, 0, 2, 2, 10, 0)],
  ['SSH', text('SSH-2.0-OpenSSH_9.2\r\n')],
])('a bind that is answered with %s went to another service', async (protocol, answer) => {
  const findings = await diagnose(boundTo(answer))
  expect(wrong(findings)).toEqual(['wrong-protocol'])
  expect(findings[0]).toMatchObject({ severity: 'error', title: `Port 8080 of the server speaks ${protocol}, not RPC` })
})

test('cut at every length, nothing else is said', async () => {
  for (let length = 40; length < 90; length++) {
    const said = wrong(await diagnose(speaks(CLIENT_HELLO), (frames) => cutTo(frames, length)))
    expect(['', 'wrong-protocol']).toContain(said.join())
  }
})

inOtherClothes('wrong-protocol', speaks(CLIENT_HELLO))
