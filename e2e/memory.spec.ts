// Reading waits for bytes again and again. A browser collects what nothing refers to: the waiting must not be among it.
import { expect, type Page, test } from '@playwright/test'
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { browserPath, launchArguments } from './pages/browser'
import { bulkCapture } from '../src/testing/bulk'

const BYTES = 48_000_000
const executablePath = browserPath()

test.use({
  launchOptions: {
    args: [...launchArguments, '--js-flags=--expose-gc'],
    ...(executablePath && { executablePath }),
  },
})

/** Makes the engine's worker clear its memory, again and again until something is true. */
async function clearingUntil(page: Page, isTrue: () => Promise<boolean>): Promise<void> {
  const [worker] = page.workers()
  while (!(await isTrue())) await worker!.evaluate('gc()')
}

test('a file is read and hashed to its end, however often memory is cleared meanwhile', async ({ page }, testInfo) => {
  const file = testInfo.outputPath('bulk.pcap')
  const bytes = bulkCapture(BYTES)
  await writeFile(file, bytes)
  await page.goto('./')
  await page.getByLabel('Capture file', { exact: true }).setInputFiles(file)
  await clearingUntil(page, () => page.getByRole('heading', { name: 'Diagnosis', exact: true }).isVisible())
  await page.getByRole('button', { name: 'About…' }).click()
  const about = page.getByRole('dialog', { name: 'About this capture' })
  await about.getByRole('button', { name: 'Compute SHA-256' }).click()
  const hash = createHash('sha256').update(bytes).digest('hex')
  await clearingUntil(page, async () => (await about.innerText()).includes(hash))
  await expect(about.locator('code')).toHaveText(hash)
})
