import { describe, expect, test } from 'vitest'
import { examine, returning, SVCCTL, working } from '../../testing/diagnose'
import { lose, startingAt } from '../../testing/impair'
import { FEATURES, I_REM_UNKNOWN2, NDR32, NDR64, Scenario, swapWithPrevious } from '../../testing/scenario'
import type { Frame } from '../../testing/captures/file/frame'
import { Call, type Conversation, Executed, Outcome } from '../model'

const request = { opnum: 12, stub: new Uint8Array(40) }

async function conversation(
  play: (scenario: Scenario) => void,
  change: (frames: Frame[]) => Frame[] = (frames) => frames,
) {
  const scenario = new Scenario()
  play(scenario)
  return (await examine(change(scenario.frames))).theCase.conversation
}

function rows({ calls }: Conversation, column: Call): number[] {
  return Array.from({ length: calls.rows }, (_, call) => calls.get(column, call))
}

describe('presentation contexts', () => {
  test('are accepted by the answer, matched by position, not by being offered', async () => {
    const { connections } = await conversation((play) => {
      const session = play.rpc()
      session.call(session.bind(SVCCTL, { transfers: [NDR32, NDR64, FEATURES] }), request, returning(0))
    })
    expect(connections[0]!.contexts.map(({ state }) => state)).toEqual(['accepted', 'refused', 'negotiated'])
    expect(connections[0]!.contexts[0]).toMatchObject({ id: 0, interface: SVCCTL.uuid, version: '2.0' })
    expect(connections[0]!.features).toBe(3)
    expect(connections[0]!.maxReceive).toBe(5840)
  })

  test('are inferred where the bind is missing and another connection has it', async () => {
    const { connections, interfaces, calls } = await conversation(
      (play) => {
        working(play)
        working(play)
      },
      (frames) => startingAt(frames, 6),
    )
    expect(connections[0]!.sawBind).toBe(false)
    expect(connections[0]!.contexts).toMatchObject([{ id: 0, state: 'inferred', interface: SVCCTL.uuid }])
    expect(interfaces[calls.get(Call.Interface, 0)]).toBe(SVCCTL.uuid)
  })
})

describe('security contexts', () => {
  test('are distinguished by their id, each with its user and state', async () => {
    const { connections } = await conversation((play) => {
      const { session } = working(play, { who: 'CORP\\first' })
      const second = session.bind(I_REM_UNKNOWN2, { logon: play.logon('CORP\\second', 'connect') })
      session.fault(session.request(second, request), 0x721)
    })
    expect(connections[0]!.security).toMatchObject([
      { id: 0, user: 'first', domain: 'CORP', state: 'proven', level: 5 },
      { id: 1, user: 'second', domain: 'CORP', state: 'failed', level: 2, failedStatus: 0x721 },
    ])
  })

  test.each(['ntlm', 'spnego'] as const)('read %s tokens to the user and the server’s names', async (wrapping) => {
    const { connections } = await conversation((play) => {
      const session = play.rpc()
      const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\ann', 'privacy', { package: wrapping }) })
      session.call(binding, request, returning(0))
    })
    expect(connections[0]!.security).toHaveLength(1)
    expect(connections[0]!.security[0]).toMatchObject({
      mechanism: 'ntlm',
      user: 'ann',
      state: 'proven',
      target: { netbiosComputer: 'SERVER1' },
    })
  })

  test('are refused by a protocol error as the first answer after the last message, as Samba does it', async () => {
    const { connections } = await conversation((play) => {
      const session = play.rpc()
      const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\eve', 'integrity') })
      session.fault(session.request(binding, request), 0x1c01000b)
    })
    expect(connections[0]!.security).toMatchObject([{ user: 'eve', state: 'failed', failedStatus: 0x1c01000b }])
    expect(connections[0]!.security[0]!.provenFrame).toBeUndefined()
  })

  test('a logon that no call followed is unproven', async () => {
    const { connections } = await conversation((play) => {
      play.rpc().bind(SVCCTL, { logon: play.logon('CORP\\ann', 'privacy') })
    })
    expect(connections[0]!.security[0]!.state).toBe('unproven')
  })
})

describe('calls', () => {
  test('fragments of both directions are one call', async () => {
    const result = await conversation((play) => {
      const session = play.rpc({ maxFragment: 1024 })
      const binding = session.bind(SVCCTL)
      session.call(binding, { opnum: 3, stub: new Uint8Array(5000) }, returning(7, 4000))
    })
    expect(rows(result, Call.Outcome)).toEqual([Outcome.Response])
    expect(rows(result, Call.Status)).toEqual([7])
    expect(rows(result, Call.RequestBytes)).toEqual([5000])
    expect(rows(result, Call.ResponseBytes)).toEqual([4000])
  })

  test('whose first fragment is missing take nothing from the call before, be it of another connection', async () => {
    const stub = new Uint8Array(3000)
    const ipid = '00001c00-0a5c-0000-1111-222233334444'
    const { connections, calls, interfaces, objects } = await conversation(
      (play) => {
        const other = play.rpc({ maxFragment: 1024 })
        const binding = other.bind(SVCCTL, { logon: play.logon('CORP\\ann', 'connect') })
        working(play, { who: 'CORP\\admin', abstract: I_REM_UNKNOWN2 })
        other.request(binding, { opnum: 3, stub, object: ipid })
      },
      (frames) =>
        lose(
          frames,
          frames.findIndex(({ bytes }) => bytes.length > 1000),
        ),
    )
    const call = calls.rows - 1
    const connection = connections[calls.get(Call.Connection, call)]!
    expect(connection.security[calls.get(Call.Security, call)]).toMatchObject({ user: 'ann' })
    expect(calls.get(Call.Level, call)).toBe(2)
    expect(interfaces[calls.get(Call.Interface, call)]).toBe(SVCCTL.uuid)
    expect(objects[calls.get(Call.Object, call)]).toBe(ipid)
    expect(connection.calls).toContain(call)
  })

  test('carry interface, opnum, caller, object and how long they took', async () => {
    const ipid = '00001c00-0a5c-0000-1111-222233334444'
    const result = await conversation((play) => {
      const session = play.rpc()
      const binding = session.bind(I_REM_UNKNOWN2, { logon: play.logon('CORP\\ann', 'privacy') })
      const call = session.request(binding, { ...request, object: ipid })
      play.wire.wait(0.5)
      session.respond(call, returning(0))
    })
    expect(result.interfaces[rows(result, Call.Interface)[0]!]).toBe(I_REM_UNKNOWN2.uuid)
    expect(rows(result, Call.Opnum)).toEqual([12])
    expect(rows(result, Call.Level)).toEqual([6])
    expect(result.objects[rows(result, Call.Object)[0]!]).toBe(ipid)
    expect(rows(result, Call.Microseconds)[0]).toBeGreaterThan(499_000)
    expect(rows(result, Call.Microseconds)[0]).toBeLessThan(510_000)
    expect(result.connectionOfPdu(0)).toBe(result.connections[0])
    expect([...Array(6).keys()].map((pdu) => result.callOfPdu(pdu))).toEqual([
      ...Array(3).fill(0xffffffff),
      0,
      0,
      expect.anything(),
    ])
  })

  test('whether they ran: by an answer, by the flag of a fault, not at all, or not known', async () => {
    const result = await conversation((play) => {
      const { session, binding } = working(play)
      session.fault(session.request(binding, request), 0x1c010014, { flags: 0x23 })
      session.fault(session.request(binding, request), 0x80010105)
      session.request(binding, request)
      session.tcp.acknowledge('server')
      session.close('server')
    })
    expect(rows(result, Call.Outcome)).toEqual([Outcome.Response, Outcome.Fault, Outcome.Fault, Outcome.Lost])
    expect(rows(result, Call.Executed)).toEqual([Executed.Yes, Executed.No, Executed.Unknown, Executed.Unknown])
  })

  test('without an answer are open while the connection is, cancelled when the client says so', async () => {
    const result = await conversation((play) => {
      const { session, binding } = working(play)
      session.request(binding, request)
      session.cancel(session.request(binding, request))
    })
    expect(rows(result, Call.Outcome)).toEqual([Outcome.Response, Outcome.Open, Outcome.Cancelled])
  })

  test('a cancel that was written before its request finds it', async () => {
    const result = await conversation(
      (play) => {
        const { session, binding } = working(play)
        session.cancel(session.request(binding, request))
        session.tcp.acknowledge('server')
      },
      (frames) => swapWithPrevious(frames, frames.length - 2),
    )
    expect(rows(result, Call.Outcome)).toEqual([Outcome.Response, Outcome.Cancelled])
  })

  test('the same call id again is another call', async () => {
    const result = await conversation((play) => {
      const { session, binding } = working(play)
      for (let i = 0; i < 3; i++) session.call(binding, { ...request, callId: 9 }, returning(i))
    })
    expect(rows(result, Call.Status)).toEqual([0, 0, 1, 2])
  })

  test.each([0, 0.2])('an answer that was written %d s before its request finds it', async (seconds) => {
    const result = await conversation(
      (play) => {
        const session = play.rpc()
        const call = session.request(session.bind(SVCCTL), request)
        play.wire.wait(seconds)
        session.respond(call, returning(5))
      },
      (frames) => swapWithPrevious(frames, frames.length - 1),
    )
    expect(rows(result, Call.Outcome)).toEqual([Outcome.Response])
    expect(rows(result, Call.Opnum)).toEqual([12])
  })

  test('an answer to an earlier request with the same id, which is missing, does not answer the next one', async () => {
    const result = await conversation(
      (play) => {
        const session = play.rpc()
        const binding = session.bind(SVCCTL)
        session.call(binding, { ...request, callId: 9 }, returning(5))
        session.request(binding, { ...request, callId: 9 })
      },
      (frames) => lose(frames, frames.length - 3),
    )
    expect(rows(result, Call.Outcome)).toEqual([Outcome.Response, Outcome.Open])
  })

  test('big-endian peers make the same calls', async () => {
    const result = await conversation((play) => {
      const session = play.rpc({ clientLittleEndian: false, serverLittleEndian: false })
      session.fault(session.request(session.bind(SVCCTL), request), 0x1c010002)
    })
    expect(result.interfaces[rows(result, Call.Interface)[0]!]).toBe(SVCCTL.uuid)
    expect(rows(result, Call.Status)).toEqual([0x1c010002])
  })
})

describe('closes', () => {
  test.each(['client', 'server'] as const)('a FIN of the %s', async (side) => {
    const { connections } = await conversation((play) => working(play).session.close(side))
    expect(connections[0]!.close).toMatchObject({ how: 'fin', by: side })
    expect(connections[0]!.closes).toHaveLength(2)
  })

  test('a RST, and none', async () => {
    const { connections } = await conversation((play) => {
      working(play).session.tcp.reset('client')
      working(play)
    })
    expect(connections.map(({ close }) => close.how)).toEqual(['rst', 'open'])
    expect(connections[0]!.close.by).toBe('client')
  })
})

describe('calls through a pipe', () => {
  const open = (play: Scenario) => {
    const { session, pipe } = play.pipe('svcctl', 'CORP\\admin')
    const binding = session.bind(SVCCTL)
    session.call(binding, request, returning(0))
    session.request(binding, request)
    return { session, pipe, binding }
  }

  test.each([0xc000014b, 0xc000009a, 0xc0000128, 0xc0000022])(
    'end with the error of the transfer, %i',
    async (status) => {
      const result = await conversation((play) => {
        const { session, pipe, binding } = open(play)
        pipe.fail(status)
        session.request(binding, request)
        pipe.fail(status)
      })
      expect(rows(result, Call.Outcome)).toEqual([Outcome.Response, Outcome.Lost, Outcome.Lost])
      expect(rows(result, Call.Status)).toEqual([0, status, status])
      expect(result.connections[0]!.close.how).toBe('open')
    },
  )

  test('are cancelled where the client withdrew the transfer, and wait on while the pipe is only empty', async () => {
    const withdrawn = await conversation((play) => open(play).pipe.fail(0xc0000120))
    expect(rows(withdrawn, Call.Outcome)).toEqual([Outcome.Response, Outcome.Cancelled])
    const empty = await conversation((play) => open(play).pipe.fail(0xc00000d9))
    expect(rows(empty, Call.Outcome)).toEqual([Outcome.Response, Outcome.Open])
  })

  test('are lost where the client closes the file; that is no FIN', async () => {
    const result = await conversation((play) => open(play).pipe.close())
    expect(result.connections[0]!.close).toMatchObject({ how: 'smb-close', by: 'client' })
    expect(rows(result, Call.Outcome)).toEqual([Outcome.Response, Outcome.Lost])
  })
})

describe('datagrams', () => {
  /** A PDU of C706 12.5: its type, who sends it by number, and how its stub begins. */
  const datagram = (type: number, sequence: number, stub: number[], activity = 0x77) => {
    const bytes = new Uint8Array(80 + stub.length)
    const view = new DataView(bytes.buffer)
    view.setUint8(0, 4)
    view.setUint8(1, type)
    view.setUint8(4, 0x10)
    bytes.set([1, 0, 0xa0, 0xde, 0x97, 0x6c, 0xd1, 0x11, 0x82, 0x71, 0, 0xa0, 0x24, 0x42, 0xdf, 0x7d], 24)
    view.setUint8(40, activity)
    view.setUint32(60, 1, true)
    view.setUint32(64, sequence, true)
    view.setUint16(74, stub.length, true)
    bytes.set(stub, 80)
    return bytes
  }
  const ok = [0, 0, 0, 0, 0, 0, 0, 0]

  test('of one activity are one connection, whatever port the server answers from', async () => {
    const result = await conversation(({ wire, client, server }) => {
      wire.udp(client, 50100, server, 34964, datagram(0, 1, ok))
      wire.udp(server, 49200, client, 50100, datagram(2, 1, ok))
      wire.udp(client, 50100, server, 49200, datagram(0, 2, ok))
      wire.udp(server, 49200, client, 50100, datagram(2, 2, ok))
    })
    expect(result.connections).toMatchObject([{ client: { port: 50100 }, server: { port: 34964 } }])
    expect(result.connections[0]!.answerStream).not.toBe(result.connections[0]!.stream)
    expect(rows(result, Call.Outcome)).toEqual([Outcome.Response, Outcome.Response])
  })

  test('an answer that was written before its request finds it, by the clock', async () => {
    const result = await conversation(
      ({ wire, client, server }) => {
        wire.udp(client, 50100, server, 34964, datagram(0, 1, ok))
        wire.udp(server, 34964, client, 50100, datagram(2, 1, ok))
      },
      (frames) => swapWithPrevious(frames, 1),
    )
    expect(rows(result, Call.Outcome)).toEqual([Outcome.Response])
  })

  test('of other activities, or between other hosts, are not', async () => {
    const result = await conversation(({ wire, client, server, controller }) => {
      wire.udp(client, 50100, server, 34964, datagram(0, 1, ok))
      wire.udp(server, 49200, client, 50100, datagram(2, 1, ok, 0x78))
      wire.udp(controller, 49200, client, 50100, datagram(2, 1, ok))
    })
    expect(result.connections).toHaveLength(3)
    expect(rows(result, Call.Outcome)[0]).toBe(Outcome.Open)
  })
})

test('a pipe over SMB is a connection of its own, with its name', async () => {
  const { connections } = await conversation((play) => {
    const { session } = play.pipe('svcctl', 'CORP\\admin')
    session.call(session.bind(SVCCTL), request, returning(0))
  })
  expect(connections).toMatchObject([{ transport: 'smb2', pipeName: 'svcctl' }])
})

test('fed in pieces of any size it is the same', async () => {
  const scenario = new Scenario()
  const { session, binding } = working(scenario)
  session.fault(session.request(binding, request), 5)
  const { theCase } = await examine(scenario.frames)
  const { ConversationBuilder } = await import('./build')
  const whole = theCase.conversation
  const builder = new ConversationBuilder(theCase.capture)
  for (let row = 0; row <= theCase.capture.pdus.rows; row++) builder.feed(row)
  const pieces = builder.end()
  expect(pieces.connections).toEqual(whole.connections)
  expect(rows(pieces, Call.Status)).toEqual(rows(whole, Call.Status))
})
