// Which segments the filter tls finds, next to what tshark shows.
import { expect, test } from 'vitest'
import { pcapng } from '../../../testing/captures/file/pcapng'
import { Host } from '../../../testing/captures/network/host'
import { ipFrame } from '../../../testing/captures/network/ip'
import type { TcpConnection } from '../../../testing/captures/network/tcp'
import { shownFrames } from '../../../testing/parity/shown-frames'
import { HAS_TSHARK_LUA, tsharkFrames } from '../../../testing/parity/tshark-filters'
import { Scenario } from '../../../testing/scenario'

const [HANDSHAKE, DATA] = [22, 23]
const MSS = 1460
const text = (letters: string) => Uint8Array.from(letters, (letter) => letter.charCodeAt(0))

/** A record of TLS 1.2 with `length` bytes after its header of five; a handshake begins as a hello of the client. */
function record(type: number, length: number): Uint8Array {
  const bytes = new Uint8Array(5 + length).fill(0x5a)
  bytes.set([type, 3, 3, length >>> 8, length & 255, ...(type === HANDSHAKE ? [1, 0, 0, length - 4] : [])])
  return bytes
}

interface Sent {
  name: string
  port: number
  send: (tcp: TcpConnection) => void
  /** Which of the frames with bytes are shown, and those that are not in the capture. */
  shown: string
  lost?: number[]
}

/** Each is a connection; `shown` has T for a segment with TLS and - for one without. */
const CONVERSATIONS: Sent[] = [
  {
    name: 'a record in a segment, in two, in three',
    port: 443,
    send: (tcp) => {
      tcp.send('client', record(HANDSHAKE, 100))
      tcp.send('server', record(DATA, MSS))
      tcp.send('client', record(DATA, 2 * MSS))
    },
    shown: 'TTTT-T',
  },
  {
    name: 'the end of a record, and the beginning of the next',
    port: 443,
    send: (tcp) => tcp.send('client', Uint8Array.from([...record(DATA, 2000), ...record(DATA, 3000)])),
    shown: 'TT-T',
  },
  {
    name: 'no record, on a port of TLS, but for text',
    port: 993,
    send: (tcp) => {
      tcp.send('client', text('in clear'))
      tcp.send('client', text('\x85\xe1\x90\x02 continued'))
      tcp.send('server', record(DATA, 10))
    },
    shown: '-TT',
  },
  {
    name: 'any port, from a record of data on',
    port: 8000,
    send: (tcp) => {
      tcp.send('client', text('\x85\xe1\x90\x02 continued'))
      tcp.send('client', record(DATA, 10))
      tcp.send('server', text('\x85\xe1\x90\x02 continued'))
    },
    shown: '-TT',
  },
  {
    name: 'a record that is too long is none',
    port: 8001,
    send: (tcp) => tcp.send('client', Uint8Array.of(DATA, 3, 3, 0xff, 0xff, 1, 2, 3)),
    shown: '-',
  },
  {
    name: 'bytes behind a record that is lost in part begin one of their own',
    port: 443,
    send: (tcp) => {
      tcp.send('client', record(DATA, 2 * MSS))
      tcp.send('client', record(DATA, 10))
    },
    lost: [2, 3],
    shown: 'TT',
  },
  {
    name: 'what was sent before is not taken apart again',
    port: 443,
    send: (tcp) => {
      tcp.send('client', record(DATA, 10))
      tcp.resend(tcp.last!)
      tcp.send('client', record(DATA, 10))
    },
    shown: 'T-T',
  },
]

function capture({ port, send, lost = [] }: Sent): Uint8Array<ArrayBuffer> {
  const scenario = new Scenario()
  const tcp = scenario.tcp({ port, mss: MSS }).open()
  const opening = scenario.frames.length
  send(tcp)
  return pcapng(scenario.frames.filter((_, at) => !lost.includes(at - opening + 1)))
}

async function shown(bytes: Uint8Array<ArrayBuffer>): Promise<[own: number[], withBytes: number[]]> {
  const [own, withBytes] = await shownFrames(bytes, ['tls', 'tcp.len > 0'])
  return [own!, withBytes!]
}

test.each(CONVERSATIONS)('$name', async (conversation) => {
  const [own, withBytes] = await shown(capture(conversation))
  expect(withBytes.map((number) => (own.includes(number) ? 'T' : '-')).join('')).toBe(conversation.shown)
})

test('a protocol that goes on in TLS: from the hello on', async () => {
  const bytes = capture({
    name: '',
    port: 25,
    send: (tcp) => {
      tcp.send('server', text('220 mail\r\n'))
      tcp.send('client', text('STARTTLS\r\n'))
      tcp.send('server', text('220 go ahead\r\n'))
      tcp.send('client', record(HANDSHAKE, 100))
      tcp.send('server', record(DATA, 100))
    },
    shown: '',
  })
  expect(await shown(bytes)).toEqual([
    [7, 8],
    [4, 5, 6, 7, 8],
  ])
  if (HAS_TSHARK_LUA) expect(tsharkFrames(bytes, ['tls'])).toEqual([[7, 8]])
})

test.skipIf(!HAS_TSHARK_LUA)('as tshark shows them', async () => {
  for (const conversation of CONVERSATIONS) {
    const bytes = capture(conversation)
    expect(tsharkFrames(bytes, ['tls']), conversation.name).toEqual([(await shown(bytes))[0]])
  }
})

test('a segment that duplicate acknowledgements asked for is taken apart, one that came late otherwise is not', async () => {
  const [client, server] = [new Host({ address: '10.0.0.1' }), new Host({ address: '10.0.0.2' })]
  const segment = (from: Host, sequence: number, ack: number, payload: Uint8Array) => {
    const ports = from === client ? [0xc0, 0, 1, 0xbb] : [1, 0xbb, 0xc0, 0]
    const header = [...ports, 0, 0, 0, sequence, 0, 0, 0, ack, 0x50, 0x10, 0x20, 0, 0, 0, 0, 0]
    return ipFrame(from, from === client ? server : client, 6, Uint8Array.from([...header, ...payload]))
  }
  const data = (number: number) => segment(client, 1 + 15 * number, 1, record(DATA, 10))
  const ack = segment(server, 1, 16, new Uint8Array(0))
  // The second of three records comes last, 5 ms after the third: frames 2 and 6, or 2 and 4.
  const capture = (acks: Uint8Array<ArrayBuffer>[]) =>
    pcapng([data(0), data(2), ...acks, data(1)].map((bytes, at) => ({ microseconds: 5000 * at, bytes })))
  const [asked, late] = [capture([ack, ack, ack]), capture([ack])]
  expect((await shown(asked))[0]).toEqual([1, 2, 6])
  expect((await shown(late))[0]).toEqual([1, 2])
  if (HAS_TSHARK_LUA)
    expect([tsharkFrames(asked, ['tls']), tsharkFrames(late, ['tls'])]).toEqual([[[1, 2, 6]], [[1, 2]]])
})
