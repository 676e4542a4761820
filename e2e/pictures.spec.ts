// Pictures of the main views, held against those that were looked at. `--update-snapshots` takes them again; they are stored
// with 64 colours (`convert -dither None -colors 64`), a difference that does not count.
import { readFileSync } from 'node:fs'
import { type Page, expect, test } from '@playwright/test'
import { file } from './pages/captures'
import { exampleFile, followEvidence, openExample, openFile } from './pages/page'

/** The same letters everywhere: the tests bring their own. */
const fonts = [
  ['Pictured', 400, 'dejavu-sans/files/dejavu-sans-latin-400-normal.woff2'],
  ['Pictured', 700, 'dejavu-sans/files/dejavu-sans-latin-700-normal.woff2'],
  ['Pictured Mono', 400, 'dejavu-mono/files/dejavu-mono-latin-400-normal.woff2'],
] as const

const style = [
  ...fonts.map(([family, weight, path]) => {
    const bytes = readFileSync(new URL(`../node_modules/@fontsource/${path}`, import.meta.url)).toString('base64')
    return `@font-face { font-family: '${family}'; font-weight: ${weight}; src: url(data:font/woff2;base64,${bytes}) }`
  }),
  `:root { --sans: 'Pictured', sans-serif !important; --mono: 'Pictured Mono', monospace !important; caret-color: transparent }`,
].join('\n')

test.use({
  bypassCSP: true, // for the letters
  viewport: { width: 1280, height: 800 },
  contextOptions: { reducedMotion: 'reduce' },
})
test.skip(process.platform !== 'linux', 'the pictures were taken on Linux')

/** Scrolls whatever an element is in to its top. */
function scrollToTop(element: Element): void {
  for (let parent = element.parentElement; parent; parent = parent.parentElement) parent.scrollTop = 0
}

async function expectPicture(page: Page, name: string): Promise<void> {
  await page.addStyleTag({ content: style })
  await page.evaluate(() => document.fonts.ready)
  await page.mouse.move(0, 0)
  await expect(page).toHaveScreenshot(`${name}.png`, {
    maxDiffPixelRatio: 0.005,
    // What this browser has room for, and controls that each system draws its own way.
    mask: [page.getByText(/ of .+ used\.$/), page.locator('select')],
  })
}

const settings = [
  { name: 'light', use: { colorScheme: 'light' } },
  { name: 'dark', use: { colorScheme: 'dark' } },
  { name: 'narrow', use: { viewport: { width: 360, height: 720 } } },
] as const

for (const { name, use } of settings) {
  test.describe(name, () => {
    test.use(use)

    test('start page', async ({ page }) => {
      await page.goto('./')
      await expect(page.getByText(/^None yet/)).toBeVisible()
      await expectPicture(page, `start-${name}`)
    })

    test('a file cut off, and a filter that nothing fits', async ({ page }) => {
      await page.goto('./')
      await openFile(page, file('cut.pcapng', exampleFile().buffer.subarray(0, 60_000)))
      await expect(page.getByRole('heading', { name: 'Diagnosis', exact: true })).toBeVisible()
      await page.getByRole('combobox', { name: 'Filter' }).fill('tcp.port == 9')
      await page.keyboard.press('Enter')
      if (name === 'narrow') await page.getByRole('tab', { name: 'Frames' }).click()
      await expect(page.getByText('No frames match')).toBeVisible()
      await page.getByRole('heading', { level: 1 }).focus()
      await expectPicture(page, `nothing-fits-${name}`)
    })

    test('a file that is no capture', async ({ page }) => {
      await page.goto('./')
      await openFile(page, file('net.etl', new Uint8Array(4096)))
      await expect(page.getByText('pktmon etl2pcap net.etl')).toBeVisible()
      await expectPicture(page, `refused-${name}`)
    })

    test('analysis', async ({ page }) => {
      test.slow()
      await openExample(page)
      await followEvidence(page, 525)
      // The list's position depends on its height when it scrolled: once more, now that all panes are drawn.
      if (name !== 'narrow') {
        await page.getByRole('grid', { name: 'Frames' }).press('Home')
        await followEvidence(page, 525)
        // Following a link may have scrolled the card, by how much its height then asked for.
        await page.getByRole('article').first().evaluate(scrollToTop)
      }
      for (const view of ['Frames', 'Calls', 'Connections', 'Timeline']) {
        await page.getByRole('tab', { name: view, exact: true }).click()
        const drawn =
          view === 'Timeline'
            ? page.locator('.u-over')
            : page
                .getByRole('grid', { name: view })
                .getByText('10.177.17.6')
                .or(page.getByRole('grid', { name: view }).getByText('fault'))
                .first()
        await expect(drawn).toBeVisible()
        await expectPicture(page, `${view.toLowerCase()}-${name}`)
      }
    })
  })
}
