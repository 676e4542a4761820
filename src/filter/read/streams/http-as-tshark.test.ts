// Which frames HTTP is shown in, where messages are split, lost in part, overtaken or not of HTTP: as tshark 4.0 shows them.
import { describe, expect, test } from 'vitest'
import { opened } from '../../../testing/diagnose'
import { pcapng } from '../../../testing/captures/file/pcapng'
import type { Segment, TcpConnection } from '../../../testing/captures/network/tcp'
import { Scenario } from '../../../testing/scenario'
import { HAS_TSHARK, tsharkFields, TSHARK_TIMEOUT } from '../../../testing/tshark'

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
/** An answer of which five bytes of a body of so many are there. */
const begun = (length: number) => `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\nabcde`
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
const UNTIL_END = 'HTTP/1.0 200 OK\r\n\r\nabcde'
const POST = 'POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nab'

/**
 * What passes after the handshake: text of the client (`>`) or of the server (`<`). `x` before a text: it was not captured; `late`: what
 * was not captured comes at once, `slow`: it comes 200 ms later; `again`: the last segment again; `FIN`.
 */
type Passing = readonly string[]

/** A port, what passes, and in which of these frames HTTP is shown, counted from 1. */
const CASES: readonly [what: string, port: number, passing: Passing, shown: readonly number[]][] = [
  ['bytes without a line end wait', 80, ['>W=\x01\x02', `>${GET}`], []],
  ['a return alone ends a line', 80, ['>W=\x01\r\x03z', `>${GET}`], [2]],
  ['a return at the end may be half a line end', 80, ['>W=\x01\r', '>abc', `>${GET}`], [3]],
  ['a line of text with a colon is a header', 80, ['>Host: a\r\nmore', `>${GET}`], [1, 2]],
  ['so is one that begins with it', 8080, ['>:\x00\x00\xa2\r\x99', `>${GET}`], [1, 2]],
  ['not on other ports', 9999, ['>:\x00\x00\xa2\r\x99', `>${GET}`], [2]],
  ['not with another first byte', 80, ['>\x01W:\x01\r\x03z', `>${GET}`], [2]],
  ['not with the colon in the next line', 80, ['>hello\r\na: x\r\n\r\n', `>${GET}`], [2]],
  ['a header alone makes nothing else HTTP', 80, ['>a: b\r\n', '>hello\r\n', '<hello\r\n', '>a: b\r\n'], [1, 4]],
  ['after a message everything is HTTP', 80, [`>${GET}`, '<\x01W=\x01', `<${OK}`], [1, 2, 3]],
  ['text without a line end waits', 80, [`>${GET}`, '<W=\x01', '<z\r\nabc', `<${OK}`], [1, 3, 4]],
  [
    'a message that has only begun',
    80,
    ['>GET / HTTP/1.1\r\nHo', '<hello\r\n', '>st: a\r\n\r\n', '<hello\r\n'],
    [3, 4],
  ],
  ['an empty line before a request', 80, [`>\r\n${GET}`], [1]],
  ['two empty lines before a request', 80, [`>\r\n\r\n${GET}`], []],
  ['an empty line on other ports', 9999, [`>\r\n${GET}`], []],
  ['an empty line before half a request', 80, ['>\r\nGET / HT', '>TP/1.1\r\nHost: a\r\n\r\n'], [2]],
  ['an empty line behind a body', 80, [`>${POST}\r\n${GET}`], [1]],
  ['returns alone', 80, ['>GET / HTTP/1.1\rHost: a\r\rx', `>${GET}`], [1, 2]],
  ['returns alone, and a body', 80, ['>POST / HTTP/1.1\rContent-Length: 4\r\rab', '>cd', `>${GET}`], [2, 3]],
  ['a line end in two segments', 80, ['>GET / HTTP/1.1\r', '>\nHost: a\r\n\r\n'], [2]],
  ['lost within a body', 80, [`>${GET}`, `<${begun(20)}`, '<xfghij', '<klmno', '<pqrst', `<${OK}`], [1, 5]],
  ['the rest of a body lost', 80, [`>${GET}`, `<${begun(10)}`, '<xfghij', `<${OK}`], [1, 3]],
  ['lost in a head', 80, [`>${GET}`, '<HTTP/1.1 200 OK\r\nConte', '<xnt-Length: 2\r\n', '<\r\nok', `<${OK}`], [1, 4]],
  ['lost in a chunk', 80, [`>${GET}`, `<${CHUNKED}5\r\nab`, '<xc', '<de\r\n', '<0\r\n\r\n', `<${OK}`], [1, 3, 4, 5]],
  [
    'overtaken in a body',
    80,
    [`>${GET}`, `<${begun(20)}`, '<xfghij', '<klmno', '<late', '<pqrst', `<${OK}`],
    [1, 5, 6],
  ],
  ['overtaken by the end of a body', 80, [`>${GET}`, `<${begun(15)}`, '<xfghij', '<klmno', '<late', `<${OK}`], [1, 5]],
  ['sent again too late', 80, [`>${GET}`, `<${begun(20)}`, '<xfghij', '<klmno', '<slow', '<pqrst', `<${OK}`], [1, 6]],
  ['overtaken between messages', 80, [`>${GET}`, `<x${OK}`, `<${OK}`, '<late', `<${OK}`], [1, 2, 4]],
  ['overtaken, up to the end', 80, [`>${GET}`, `<${UNTIL_END}`, '<xfghij', '<klmno', '<late', '<FIN'], [1, 5]],
  ['lost, up to the end', 80, [`>${GET}`, `<${UNTIL_END}`, '<xfghij', '<klmno', '<FIN'], [1]],
  ['sent twice', 80, [`>${GET}`, `<${begun(15)}`, '<fghij', '<again', '<klmno', `<${OK}`], [1, 5, 6]],
]

const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))

function pass(scenario: Scenario, tcp: TcpConnection, passing: Passing): void {
  let lost: Segment | undefined
  for (const [direction, ...letters] of passing) {
    const side = direction === '>' ? 'client' : 'server'
    const text = letters.join('')
    if (text === 'FIN') tcp.finish(side)
    else if (text === 'again') tcp.resend(tcp.last!)
    else if (text === 'late' || text === 'slow') {
      if (text === 'slow') scenario.wire.wait(0.2)
      tcp.resend(lost!)
    } else if (text.startsWith('x')) scenario.wire.unseen(() => ([lost] = tcp.send(side, bytes(text.slice(1)))))
    else tcp.send(side, bytes(text))
  }
}

const scenario = new Scenario()
/** Frames before those of each case. */
const before = CASES.map(([, port, passing]) => {
  const tcp = scenario.tcp({ port }).open()
  const from = scenario.frames.length
  pass(scenario, tcp, passing)
  return from
})
const file = pcapng(scenario.frames)
const wanted = CASES.map(([what, , , shown], i) => [what, shown.map((frame) => before[i]! + frame)])

/** Numbers of frames by case. */
function byCase(numbers: readonly number[]) {
  const within = (i: number) => (number: number) => number > before[i]! && number <= (before[i + 1] ?? Infinity)
  return CASES.map(([what], i) => [what, numbers.filter(within(i))])
}

describe('frames that show HTTP', () => {
  test('by the filter', async () => {
    const filters = await (await opened(file)).filters()
    const result = await filters.rows('http')
    if (!('rows' in result)) throw new Error(JSON.stringify(result))
    expect(byCase(Array.from(result.rows, (row) => row + 1))).toEqual(wanted)
  })

  test.skipIf(!HAS_TSHARK)(
    'as tshark shows them',
    () => {
      const numbers = tsharkFields(file, ['frame.number'], { filter: 'http' }).map(([number]) => Number(number))
      expect(byCase(numbers)).toEqual(wanted)
    },
    TSHARK_TIMEOUT,
  )
})
