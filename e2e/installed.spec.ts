// The installed page: a new version waits to be wanted, and files come from the system and from other programs.
import { readFileSync } from 'node:fs'
import { type Page, expect, test } from '@playwright/test'
import { exampleFile } from './pages/page'
import { serve } from './pages/static-server'

test.use({ serviceWorkers: 'allow' })

const script = readFileSync(new URL('../dist/sw.js', import.meta.url), 'utf8')
const notice = (page: Page) => page.getByRole('complementary', { name: 'New version' })

/** Loads the page under a service worker. */
async function visit(page: Page, url: string) {
  await page.goto(url)
  await page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state)
}

async function lookForUpdate(page: Page) {
  await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()))
}

test('a new version waits until it is wanted, and until other windows are closed', async ({ page, context }) => {
  const pages: Record<string, string> = { '/sw.js': script }
  const { url, server } = await serve({ pages })
  try {
    await visit(page, url)
    await page.reload() // now under the service worker
    await page.getByRole('button', { name: 'Open this example →' }).click()
    await expect(page.getByRole('article').first()).toBeVisible()
    const other = await context.newPage()
    await other.goto(url)
    await expect(other.getByRole('button', { name: 'Open this example →' })).toBeVisible()

    pages['/sw.js'] = `${script}\n// another version`
    await lookForUpdate(page)
    await expect(notice(page)).toContainText('reload when you like')
    await expect(notice(other)).toContainText('reload when you like')
    await expect(page.getByRole('article').first()).toBeVisible()
    await notice(page).getByRole('button', { name: 'Reload' }).click()
    await expect(notice(page)).toContainText('First close the other window')
    await expect(page.getByRole('article').first()).toBeVisible()

    await other.close()
    const reloaded = page.waitForEvent('load')
    await notice(page).getByRole('button', { name: 'Reload' }).click()
    await reloaded
    await expect(page.getByRole('article').first()).toBeVisible() // the example is in the address
    await expect(notice(page)).toBeHidden()
    expect(await page.evaluate(async () => (await navigator.serviceWorker.ready).waiting)).toBeNull()
  } finally {
    server.close()
  }
})

test('a file that the system opens with the page is opened', async ({ page }) => {
  await page.addInitScript(() => {
    const consumers: ((launch: unknown) => void)[] = []
    const launchQueue = { setConsumer: (take: () => void) => consumers.push(take) }
    Object.defineProperties(window, { launchQueue: { value: launchQueue }, consumers: { value: consumers } })
  })
  await page.goto('./')
  await expect(page.getByRole('button', { name: 'Open this example →' })).toBeVisible()
  await page.evaluate(async () => {
    const bytes = await (await fetch('examples/case-study.pcapng')).blob()
    const getFile = () => Promise.resolve(new File([bytes], 'from-the-desktop.pcapng'))
    const { consumers } = window as unknown as { consumers: ((launch: unknown) => void)[] }
    consumers[0]!({ files: [{ getFile }] })
  })
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('from-the-desktop.pcapng')
  await expect(page.getByRole('article').first()).toBeVisible()
})

test('a file that another program shares is opened, once', async ({ page }) => {
  await visit(page, './')
  await page.reload()
  // As the system does, but that a form of the page itself is forbidden by its policy.
  await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    const form = new FormData()
    form.append('capture', new File([bytes], 'shared & sent.pcapng'))
    await fetch('share-target', { method: 'POST', body: form })
  }, exampleFile().buffer.toString('base64'))
  await page.goto('./?shared')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('shared & sent.pcapng')
  await expect(page.getByRole('article').first()).toBeVisible()
  await expect(page).not.toHaveURL(/shared/)
  await page.goto('./?shared')
  await expect(page.getByRole('button', { name: 'Open this example →' })).toBeVisible()
})

for (const policy of ['origin', 'no-referrer'])
  test(`a file that another site posts to the page is not opened (referrer policy ${policy})`, async ({
    page,
    baseURL,
  }) => {
    await visit(page, './')
    await page.reload()
    const form =
      `<form method="post" enctype="multipart/form-data" action="${baseURL}/share-target">` +
      '<input type="file" name="capture"><button>Send</button></form>'
    const { url, server } = await serve({ pages: { '/index.html': form }, headers: { 'Referrer-Policy': policy } })
    try {
      await page.goto(url)
      await page.locator('input').setInputFiles(exampleFile())
      await page.getByRole('button', { name: 'Send' }).click()
      await expect(page).toHaveURL(`${baseURL}/`)
      await expect(page.getByRole('button', { name: 'Open this example →' })).toBeVisible()
      await page.reload()
      await expect(page.getByRole('button', { name: 'Open this example →' })).toBeVisible()
      expect(await page.evaluate(() => caches.has('faultline.shared'))).toBe(false)
    } finally {
      server.close()
    }
  })
