import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HttpTaker } from './http-taker'

const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))
const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'

interface Options {
  isPort?: boolean
  isHttp?: boolean
  method?: string
}

/** How many messages end in each segment of one direction; the last one may be the end of the connection. */
function ends(segments: string[], { isPort = true, isHttp = false, method = '' }: Options = {}): number[] {
  const taker = new HttpTaker({ isHttp, isPort, method, isSwitched: false })
  return segments.map((segment) =>
    segment === 'FIN' ? taker.end().length : taker.take(bytes(segment), segment.length).length,
  )
}

describe('HTTP messages, RFC 9112', () => {
  test.each([
    ['a request without a body', [GET], [1]],
    ['two requests in one segment', [GET + GET], [2]],
    ['a body of stated length', ['HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab', 'cd'], [0, 1]],
    [
      'chunks, RFC 9112 7.1',
      ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nab', 'c\r\n0\r\n', '\r\n'],
      [0, 0, 1],
    ],
    ['a body up to the end of the connection', ['HTTP/1.0 200 OK\r\n\r\nab', 'c', 'FIN'], [0, 0, 1]],
    ['a status that has no body', ['HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n'], [1]],
    ['bytes that begin no message, before one', ['\x01\x02', GET, '\x01\x02'], [0, 1, 1]],
  ])('%s', (_, segments, expected) => expect(ends(segments)).toEqual(expected))

  test('the answer to HEAD has no body', () =>
    expect(ends(['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n'], { method: 'HEAD' })).toEqual([1]))

  test('nothing behind an accepted CONNECT is HTTP', () =>
    expect(ends(['HTTP/1.1 200 OK\r\n\r\n', '\x16\x03\x01'], { method: 'CONNECT' })).toEqual([1, 0]))

  test('on other ports a line must name the version', () => {
    expect(ends([GET], { isPort: false })).toEqual([1])
    expect(ends(['GET / now\r\n\r\n', '220 ready\r\n'], { isPort: false })).toEqual([0, 0])
  })

  test('a message that the capture cut is shown where it begins, and what follows by itself', () => {
    const taker = new HttpTaker({ isHttp: false, isPort: true, method: '', isSwitched: false })
    const head = bytes('HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n')
    expect(taker.take(head, head.length + 100)).toHaveLength(1)
    expect(taker.take(bytes('\x05\x06'), 300)).toHaveLength(1)
  })

  test('end in the same segment, however the stream is cut', () => {
    const stream = GET + 'POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc' + GET
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length - 1), { maxLength: 8 }), (at) => {
        const places = [0, ...new Set(at.toSorted((a, b) => a - b).filter((place) => place > 0)), stream.length]
        const parts = places.slice(1).map((end, i) => stream.slice(places[i], end))
        const done = ends(parts)
        expect(done.reduce((sum, one) => sum + one, 0)).toBe(3)
        expect(done.at(-1)).toBeGreaterThan(0)
      }),
    )
  })

  test('any bytes are accepted without an exception', () =>
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 })), fc.boolean(), (parts, isHttp) => {
        const taker = new HttpTaker({ isHttp, isPort: true, method: '', isSwitched: false })
        for (const part of parts) expect(taker.take(part, part.length + 3).length).toBeLessThan(60)
      }),
    ))
})
