// Files that are no capture, captures without RPC, cancelling, and the look-up of errors.
import { writeFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { file, noise, png, udpCapture } from './pages/captures'
import { exampleFile, openFile } from './pages/page'

const refused = [
  { what: 'a PNG picture', bytes: png, says: /PNG/ },
  { what: 'a text file', bytes: Buffer.from('Dear diary, the RPC server is unavailable.\n'), says: /text/i },
  { what: 'an empty file', bytes: Buffer.alloc(0), says: /empty/i },
  { what: 'random bytes', bytes: noise(100_000), says: /capture/i },
]
for (const { what, bytes, says } of refused) {
  test(`${what} is refused in a sentence, and another file can be opened`, async ({ page }) => {
    await page.goto('./')
    await openFile(page, file('thing.bin', bytes))
    const sentence = page.getByRole('heading', { level: 1 })
    await expect(sentence).toHaveText(says)
    await expect(sentence).toBeFocused()
    await openFile(page, exampleFile())
    await expect(page.getByRole('article').first()).toBeVisible()
  })
}

test('a capture without RPC says so and what it holds', async ({ page }) => {
  await page.goto('./')
  await openFile(page, file('dns.pcap', udpCapture(20)))
  await expect(page.getByRole('heading', { name: 'No RPC in this capture' })).toBeVisible()
  await expect(page.getByRole('region', { name: 'Diagnosis' })).toContainText('UDP (20)')
})

test('a capture cut short shows what there is and says what is missing', async ({ page }) => {
  await page.goto('./')
  const whole = exampleFile().buffer
  await openFile(page, file('cut.pcapng', whole.subarray(0, whole.length - 10)))
  await expect(page.getByRole('list', { name: 'About the file' })).toContainText(/end|cut/i)
  await expect(page.getByRole('article').first()).toBeVisible()
})

test('rows show while a file is read, and reading can be cancelled', async ({ page }, testInfo) => {
  const path = testInfo.outputPath('long.pcap')
  writeFileSync(path, udpCapture(300_000, 1000))
  await page.goto('./')
  // The page is asked as soon as it changes: a test that looks from outside may come too late.
  await page.evaluate(() => {
    new MutationObserver((_, observer) => {
      const cancel = [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Cancel')
      const row = document.querySelector('[role=grid] [role=row][aria-rowindex="2"]')
      if (!cancel || !row?.textContent.includes('192.0.2.1')) return
      observer.disconnect()
      cancel.click()
      document.body.dataset.cancelled = 'while rows were shown'
    }).observe(document.body, { subtree: true, childList: true, characterData: true })
  })
  await page.getByLabel('Capture file', { exact: true }).setInputFiles(path)
  await expect(page.locator('body')).toHaveAttribute('data-cancelled', 'while rows were shown')
  await expect(page.getByRole('button', { name: 'Open this example →' })).toBeVisible()
  await openFile(page, exampleFile())
  await expect(page.getByRole('article').first()).toBeVisible()
})

for (const text of ['0x80070721', '-2147023071', '2147944225', '1825', '0x721', 'RPC_S_SEC_PKG_ERROR']) {
  test(`the look-up knows ${text} before anything is opened`, async ({ page }) => {
    await page.goto('./')
    await page.getByRole('searchbox', { name: 'Or start from the error' }).fill(text)
    await expect(page.getByRole('listitem').filter({ hasText: 'RPC_S_SEC_PKG_ERROR' }).first()).toBeVisible()
  })
}

test('the look-up says when it knows nothing', async ({ page }) => {
  await page.goto('./')
  await page.getByRole('searchbox', { name: 'Or start from the error' }).fill('NO_SUCH_ERROR_AT_ALL')
  await expect(page.getByText('No known error or event has this number or name')).toBeVisible()
})

test('a capture opened before is listed with what was found, until it is forgotten', async ({ page }) => {
  await page.goto('./')
  await openFile(page, exampleFile())
  await expect(page.getByRole('article').first()).toBeVisible()
  const title = await page.getByRole('article').first().getByRole('heading').first().innerText()
  await page.getByRole('button', { name: 'Start page' }).click()
  const before = page.getByRole('region', { name: 'Opened before' })
  await expect(before).toContainText('case-study.pcapng')
  await expect(before).toContainText(title)
  await before.getByRole('button', { name: 'Forget all' }).click()
  await expect(before).not.toContainText('case-study.pcapng')
  await openFile(page, exampleFile())
  await expect(page.getByRole('article').first()).toBeVisible()
  await expect(page.getByText('From cache, analysed earlier.')).toBeHidden()
})
