import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { savedPage } from './saved-page'

test('the capture and the notes are data in the page, whatever they hold', async () => {
  const bytes = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7919) >>> 5)
  const notes = [{ frame: 1, marked: true, comment: '</script><script>alert(1)</script>' }]
  const page = await savedPage('<body><!--saved--></body>', {
    name: 'a',
    place: '#frame=2',
    notes,
    holds: 'capture',
    data: new Blob([bytes]),
  })
  const html = await page.text()
  expect(html.match(/<script/g)).toHaveLength(2)
  const [, facts, packed] = /id="saved">(.*?)<\/script>\n.*id="data">(.*?)<\/script>/s.exec(html)!
  expect(JSON.parse(facts!)).toEqual({ name: 'a', place: '#frame=2', notes, holds: 'capture' })
  expect(gunzipSync(Buffer.from(packed!, 'base64')).equals(bytes)).toBe(true)
})

test('a site without the template is reported', async () => {
  const nothing = { name: 'a', place: '', notes: [], holds: 'capture' as const, data: new Blob([]) }
  await expect(savedPage('<p>not found</p>', nothing)).rejects.toThrow('template')
})
