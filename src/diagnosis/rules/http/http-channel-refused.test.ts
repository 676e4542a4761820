import { describe, expect, test } from 'vitest'
import { messageBytes } from '../../../capture/messages'
import { cutTo, Scenario } from '../../../testing/scenario'
import { diagnose, examine, found, type Play, returning, SVCCTL, wrong } from '../../../testing/diagnose'

const ascii = (text: string) => new TextEncoder().encode(text)

/** The header of a request that opens a channel. MS-RPCH 2.1.2.1.1. */
function asks(method: 'RPC_IN_DATA' | 'RPC_OUT_DATA', ...lines: string[]): Uint8Array {
  const all = [
    `${method} /rpc/rpcproxy.dll?mail.corp.example:6001 HTTP/1.1`,
    'Accept: application/rpc',
    'User-Agent: MSRPC',
    'Host: proxy.corp.example',
    'Content-Length: 1073741824',
    ...lines,
  ]
  return ascii(`${all.join('\r\n')}\r\n\r\n`)
}

function answers(line: string, ...lines: string[]): Uint8Array {
  return ascii(`${[`HTTP/1.1 ${line}`, ...lines, 'Content-Length: 0'].join('\r\n')}\r\n\r\n`)
}

/** NTLM messages as HTTP carries them: 8 bytes of signature and the type; of type 3 with no fields in it. */
function ntlm(type: number): string {
  const bytes = new Uint8Array(type === 3 ? 88 : 32)
  bytes.set(ascii('NTLMSSP\0'))
  bytes[8] = type
  return `Authorization: NTLM ${btoa(String.fromCharCode(...bytes))}`
}

const DEMAND = answers('401 Unauthorized', 'WWW-Authenticate: Negotiate', 'WWW-Authenticate: NTLM')
const CHALLENGE = answers('401 Unauthorized', `WWW-Authenticate: ${ntlm(2).slice('Authorization: '.length)}`)

/** A connection on which requests are answered in turn. */
function channel(play: Scenario, ...turns: [Uint8Array, Uint8Array][]) {
  const tcp = play.tcp({ port: 80 }).open()
  for (const [request, answer] of turns) {
    tcp.send('client', request)
    tcp.send('server', answer)
  }
  return tcp
}

describe('a token that makes the header too large', () => {
  const bigToken =
    (bytes: number, answer: string): Play =>
    (play) => {
      const token = `Authorization: Negotiate ${'A'.repeat(bytes)}`
      channel(play, [asks('RPC_OUT_DATA', token), answers(answer)]).close('client')
    }

  test.each<[number, string, 'high' | 'medium']>([
    [12_000, '400 Bad Request', 'medium'],
    [9_000, '431 Request Header Fields Too Large', 'high'],
  ])('%i bytes and %s', async (bytes, answer, confidence) => {
    const finding = found(await diagnose(bigToken(bytes, answer)), 'http-channel-refused')
    expect(finding).toMatchObject({ confidence, title: 'The logon token likely makes the HTTP header too large' })
  })

  test('is not blamed for a 400 with a small one', async () => {
    const finding = found(await diagnose(bigToken(2_000, '400 Bad Request')), 'http-channel-refused')
    expect(finding!.title).not.toContain('token')
  })
})

const refusedWith =
  (...answer: Parameters<typeof answers>): Play =>
  (play) => {
    channel(play, [asks('RPC_OUT_DATA'), answers(...answer)]).close('client')
    play.wire.wait(5)
    play.lookUp('elsewhere.corp.example', ['10.0.0.77'])
  }

const title = (findings: Awaited<ReturnType<typeof diagnose>>) => found(findings, 'http-channel-refused')?.title

describe('what the answer means', () => {
  test.each([
    ['302 Found', 'The web server redirects the RPC channel elsewhere'],
    ['400 Bad Request', 'The client speaks plain HTTP to a port that likely expects TLS'],
    ['403 Forbidden', 'The web server forbids the RPC channel'],
    ['404 Not Found', 'The web server has no RPC proxy at this address'],
    ['405 Method Not Allowed', 'A web server does not allow the methods of RPC over HTTP'],
    ['407 Proxy Authentication Required', 'A web proxy on the path demands a logon of its own'],
    ['413 Request Entity Too Large', 'A web server or proxy rejects the length of the RPC channel'],
    ['418 Other', 'A web server or proxy refused the RPC channel'],
    ['502 Bad Gateway', 'The web server in front of the RPC server is unavailable'],
    ['503 Service Unavailable', 'The web server in front of the RPC server is unavailable'],
    ['503 RPC Error: 6ba', 'The RPC proxy could not reach the server behind it'],
  ])('%s', async (line, expected) => {
    const findings = await diagnose(refusedWith(line))
    expect(found(findings, 'http-channel-refused')).toMatchObject({ severity: 'error', title: expected })
    expect(wrong(findings)).toEqual(['http-channel-refused'])
  })

  test('the code of the RPC proxy is named, and whom it was to reach', async () => {
    const finding = found(await diagnose(refusedWith('503 RPC Error: 6ba')), 'http-channel-refused')!
    expect(finding.explanation).toContain('RPC_S_SERVER_UNAVAILABLE')
    expect(finding.explanation).toContain('mail.corp.example:6001')
  })

  test('a redirect is named without its query', async () => {
    const findings = await diagnose(
      refusedWith('302 Found', 'Location: https://portal.corp.example/logon?token=secret'),
    )
    const { explanation } = found(findings, 'http-channel-refused')!
    expect(explanation).toContain('https://portal.corp.example/logon')
    expect(explanation).not.toContain('secret')
  })

  test('a TLS alert in place of an answer', async () => {
    const findings = await diagnose((play) => {
      channel(play, [asks('RPC_IN_DATA'), Uint8Array.of(0x15, 3, 3, 0, 2, 2, 10)]).close('server')
    })
    expect(found(findings, 'http-channel-refused')).toMatchObject({ severity: 'error', confidence: 'high' })
    expect(title(findings)).toContain('TLS')
  })
})

describe('401', () => {
  const logsOn =
    (last: Uint8Array): Play =>
    (play) => {
      channel(
        play,
        [asks('RPC_OUT_DATA'), DEMAND],
        [asks('RPC_OUT_DATA', ntlm(1)), CHALLENGE],
        [asks('RPC_OUT_DATA', ntlm(3)), last],
      )
      play.wire.wait(5)
    }

  test('after credentials is a rejected logon', async () => {
    const findings = await diagnose(logsOn(DEMAND))
    expect(title(findings)).toBe('The RPC proxy rejected the logon of the client')
    expect(found(findings, 'http-channel-refused')!.count).toBeUndefined()
  })

  test('twice and then success is a normal logon', async () => {
    const findings = await diagnose(logsOn(answers('200 Success')))
    expect(found(findings, 'http-channel-refused')).toBeUndefined()
    expect(wrong(findings)).toEqual([])
  })

  test('twice on the IN channel, whose success has no answer but PDUs that go on', async () => {
    const findings = await diagnose((play) => {
      const session = play.rpc({ port: 80 })
      const { tcp } = session
      tcp.send('client', asks('RPC_IN_DATA'))
      tcp.send('server', DEMAND)
      tcp.send('client', asks('RPC_IN_DATA', ntlm(3)))
      const binding = session.bind(SVCCTL)
      session.call(binding, { opnum: 15, stub: new Uint8Array(40) }, returning(0))
    })
    expect(wrong(findings)).toEqual([])
    expect(found(findings, 'http-channel-refused')).toBeUndefined()
  })

  const leaves = (after: (play: Scenario) => void) => (play: Scenario) => {
    channel(play, [asks('RPC_OUT_DATA'), DEMAND]).close('client')
    after(play)
  }

  test('after which the client leaves and the capture ends is a warning', async () => {
    const findings = await diagnose(leaves(() => undefined))
    expect(found(findings, 'http-channel-refused')).toMatchObject({
      severity: 'warning',
      confidence: 'low',
      title: 'The RPC proxy demands a logon that the client likely cannot make',
    })
  })

  test.each<[string, Play]>([
    ['the client opens another connection', leaves((play) => void play.tcp({ port: 80 }).open())],
    ['the client has not left', (play) => void channel(play, [asks('RPC_OUT_DATA'), DEMAND])],
    ['the server closed', (play) => channel(play, [asks('RPC_OUT_DATA'), DEMAND]).close('server')],
  ])('with which the capture ends is a step of a logon where %s', async (_, play) => {
    expect(found(await diagnose(play), 'http-channel-refused')).toBeUndefined()
  })

  test('of a password in Basic, which is not kept', async () => {
    const findings = await diagnose((play) => {
      const secret = btoa('CORP\\eve:Pa55word')
      channel(play, [asks('RPC_OUT_DATA', `Authorization: Basic ${secret}`), DEMAND]).close('client')
    })
    expect(title(findings)).toBe('The RPC proxy rejected the logon of the client')
    expect(JSON.stringify(findings)).not.toContain(btoa('CORP\\eve:Pa55word').slice(0, 8))
  })

  test.each([
    ['Basic', 'Authorization: Basic SECRET'],
    ['Basic of a proxy, in other letters', 'PROXY-AUTHORIZATION:   bASIC SECRET'],
    ['a scheme that a tab ends', 'Authorization: Basic\tSECRET'],
    ['no scheme at all', 'Authorization: SECRET'],
    ['no space before it', 'Authorization:SECRET'],
  ])('of which no password is kept: %s', async (_, line) => {
    const scenario = new Scenario()
    channel(scenario, [asks('RPC_OUT_DATA', line), DEMAND])
    const { capture } = (await examine(scenario.frames)).theCase
    const kept = Array.from({ length: capture.messages.rows }, (_, row) =>
      new TextDecoder('latin1').decode(messageBytes(capture, row)),
    )
    expect(kept.some((text) => /authorization:/i.test(text))).toBe(true)
    expect(kept.join()).not.toContain('SECRET')
  })

  test('to which the client never answers', async () => {
    const findings = await diagnose((play) => {
      channel(play, [asks('RPC_OUT_DATA'), DEMAND]).close('client')
      play.wire.wait(5)
      channel(play, [asks('RPC_OUT_DATA'), DEMAND]).close('client')
      play.wire.wait(5)
      play.lookUp('elsewhere.corp.example', ['10.0.0.77'])
    })
    expect(title(findings)).toContain('likely')
    expect(found(findings, 'http-channel-refused')).toMatchObject({ confidence: 'medium', count: 2 })
  })

  test('at the end of the capture is no failure yet', async () => {
    expect(await diagnose((play) => channel(play, [asks('RPC_OUT_DATA'), DEMAND]))).not.toContainEqual(
      expect.objectContaining({ rule: 'http-channel-refused' }),
    )
  })
})

test('a refusal that a later channel overcomes is a note', async () => {
  const findings = await diagnose((play) => {
    channel(play, [asks('RPC_OUT_DATA'), answers('503 Service Unavailable')]).close('client')
    channel(play, [asks('RPC_OUT_DATA'), answers('200 Success')])
  })
  expect(found(findings, 'http-channel-refused')).toMatchObject({ severity: 'note' })
  expect(wrong(findings)).toEqual([])
})

test('a web server that is asked for pages is none of ours', async () => {
  const findings = await diagnose((play) => {
    channel(play, [ascii('GET /rpc HTTP/1.1\r\n\r\n'), answers('404 Not Found')]).close('client')
  })
  expect(wrong(findings)).toEqual([])
})

test('cut after any number of bytes, it is judged or left alone', async () => {
  for (const length of [60, 70, 90, 120]) {
    const findings = await diagnose(refusedWith('404 Not Found'), (frames) => cutTo(frames, length))
    expect(wrong(findings).filter((rule) => rule !== 'http-channel-refused')).toEqual([])
  }
  for (let frames = 1; frames < 8; frames++) await diagnose(refusedWith('404 Not Found'), (all) => all.slice(0, frames))
})
