// What the user's browser loads of Faultline's own code until the first diagnosis and all of its first screen are there,
// compressed as a site sends it.
import { gzipSync } from 'node:zlib'
import { type Page, expect, test } from '@playwright/test'
import { exampleFile, openFile } from './pages/page'

const KILOBYTE = 1000
/** Page, styles, worker and parser; the names of errors and interfaces are data and not counted. */
const MOST_UNTIL_DIAGNOSIS = 300 * KILOBYTE
/** What is loaded before the first paint. */
const MOST_UNTIL_PAINT = 80 * KILOBYTE

test('code until the first paint and until the diagnosis keeps to its budget', async ({ page }) => {
  const loaded = ownCode(page)
  await page.goto('./')
  await page.waitForLoadState('networkidle')
  await openFile(page, exampleFile())
  await expect(page.getByRole('heading', { name: 'Diagnosis', exact: true })).toBeVisible()
  // Beside the finding: its proof with the names that the ladder gives, the capture over time, the rows and a frame's fields.
  await expect(page.getByRole('list', { name: 'Evidence' }).first().getByRole('listitem').first()).toBeVisible()
  await expect(page.getByRole('region', { name: 'Capture over time' })).toBeVisible()
  await expect(page.getByRole('grid', { name: 'Frames' }).getByRole('row').nth(1)).toBeVisible()
  await expect(page.getByRole('tree')).toBeVisible()
  await page.waitForLoadState('networkidle')

  const sizes = await loaded()
  const start = page.url().replace(/#.*/, '')
  const named = [...(await (await page.request.get(start)).text()).matchAll(/(?:src|href)="([^"]+)"/g)]
  const first = new Set([start, ...named.map(([, path]) => new URL(path!, start).href)])
  const paint = [...sizes].filter(([url]) => first.has(url))
  const untilPaint = total(paint)
  const untilDiagnosis = total([...sizes])
  const report = [...sizes].map(([url, bytes]) => `${String(bytes).padStart(8)}  ${new URL(url).pathname}`)
  process.stdout.write(
    `${report.join('\n')}\n${untilPaint} bytes until the first paint, ${untilDiagnosis} until the diagnosis\n`,
  )
  expect(paint.length).toBeGreaterThan(2)
  expect([...sizes.keys()].join(' ')).toMatch(/worker.*\.wasm/)
  expect(untilPaint).toBeLessThanOrEqual(MOST_UNTIL_PAINT)
  expect(untilDiagnosis).toBeLessThanOrEqual(MOST_UNTIL_DIAGNOSIS)
})

function total(sizes: [string, number][]): number {
  return sizes.reduce((sum, [, bytes]) => sum + bytes, 0)
}

/** Compressed sizes of what the page and its worker fetch from now on, by address. */
function ownCode(page: Page): () => Promise<Map<string, number>> {
  const bodies = new Map<string, Promise<Buffer>>()
  page.on('response', (response) => {
    const { pathname } = new URL(response.url())
    if (/(\/|\.html|\.js|\.css|\.wasm)$/.test(pathname)) bodies.set(response.url(), response.body())
  })
  return async () =>
    new Map(
      await Promise.all(
        [...bodies].map(async ([url, body]) => [url, gzipSync(await body, { level: 9 }).length] as const),
      ),
    )
}
