import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allowedOrigins, resolveSource } from './source'

const base = 'https://docs.example/faultline/embed.html?src=x#frame=1'
const own = allowedOrigins('https://docs.example', undefined)

test('an address is relative to the viewer and named by its file', () => {
  expect(resolveSource('captures/a%20b.pcapng', base, own)).toEqual({
    url: 'https://docs.example/faultline/captures/a%20b.pcapng',
    name: 'a b.pcapng',
  })
})

test('dots lead up to the root of the same origin and no farther', () => {
  expect(resolveSource('../../../../a.pcap', base, own)).toMatchObject({ url: 'https://docs.example/a.pcap' })
  expect(resolveSource('%2e%2e/%2e%2e/%2e%2e/a.pcap', base, own)).toMatchObject({ url: 'https://docs.example/a.pcap' })
})

test.each([
  ['javascript:alert(1)'],
  [' JaVaScRiPt:alert(1)'],
  ['java\nscript:alert(1)'],
  ['data:application/octet-stream;base64,AAAA'],
  ['blob:https://docs.example/0-0'],
  ['file:///etc/passwd'],
  ['filesystem:https://docs.example/x'],
  ['//evil.example/a.pcap'],
  ['\\\\evil.example\\a.pcap'],
  ['/\\evil.example/a.pcap'],
  ['\t//evil.example/a.pcap'],
  ['https:\\\\evil.example/a.pcap'],
  ['https://evil.example'],
  ['https://docs.example.evil.example/a.pcap'],
  ['https://docs.example@evil.example/a.pcap'],
  ['https://user:secret@docs.example/a.pcap'],
  ['//user@docs.example/a.pcap'],
  ['http://docs.example/a.pcap'],
  ['https://docs.example:8443/a.pcap'],
  ['http://['],
])('%s is refused in a sentence', (src) => {
  expect(resolveSource(src, base, own)).toEqual({ refused: expect.stringMatching(/^(“|[A-Z]).*\.$/s) })
})

test('whatever is given, what is loaded is of an allowed origin', () => {
  const hostile = fc.array(
    fc.constantFrom('/', '\\', '..', '.', ':', '@', 'evil.example', 'https', '%2f', '\t', '?', '#'),
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        hostile.map((parts) => parts.join('')),
      ),
      (src) => {
        const resolved = resolveSource(src, base, own)
        if ('url' in resolved) expect(new URL(resolved.url).origin).toBe('https://docs.example')
      },
    ),
  )
})

test('a listed origin is allowed, exactly', () => {
  const allowed = allowedOrigins('https://docs.example', { origins: ['https://captures.example:8443/folder'] })
  expect([...allowed]).toEqual(['https://docs.example', 'https://captures.example:8443'])
  expect(resolveSource('https://captures.example:8443/a.pcap', base, allowed)).toMatchObject({ name: 'a.pcap' })
  expect(resolveSource('https://captures.example/a.pcap', base, allowed)).toHaveProperty('refused')
})

test('a list that allows everything, or is none, allows nothing more', () => {
  const hostile = ['*', 'https://*', 'https://*.example', 'null', '', 'data:,x', 'file:///', 7, null]
  for (const listed of [{ origins: hostile }, { origins: '*' }, null, [], 'x'])
    expect([...allowedOrigins('https://docs.example', listed)]).toEqual(['https://docs.example'])
})
