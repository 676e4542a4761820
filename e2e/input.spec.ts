// Files that are no capture, several captures at a time, captures without RPC, cancelling, and the look-up of errors.
import { writeFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { zipSync } from 'fflate'
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

test('what is typed as a filter while a file is read stays in the box', async ({ page }, testInfo) => {
  const path = testInfo.outputPath('long.pcap')
  writeFileSync(path, udpCapture(300_000, 1000))
  await page.goto('./')
  await page.evaluate(() => {
    new MutationObserver((_, observer) => {
      const isReading = [...document.querySelectorAll('button')].some(({ textContent }) => textContent === 'Cancel')
      const box = document.querySelector<HTMLInputElement>('input[aria-label=Filter]')
      if (!isReading || !box) return
      observer.disconnect()
      box.value = 'udp.po'
      box.dispatchEvent(new InputEvent('input', { bubbles: true }))
      document.body.dataset.typed = 'while the file was read'
    }).observe(document.body, { subtree: true, childList: true, characterData: true })
  })
  await page.getByLabel('Capture file', { exact: true }).setInputFiles(path)
  await expect(page.locator('body')).toHaveAttribute('data-typed', 'while the file was read')
  await expect(page.getByRole('heading', { name: 'Diagnosis', exact: true })).toBeVisible()
  await expect(page.getByText('300,000 of 300,000 frames shown')).toBeVisible()
  await expect(page.getByRole('combobox', { name: 'Filter' })).toHaveValue('udp.po')
  await page.getByRole('button', { name: 'Start page' }).click()
  await openFile(page, exampleFile())
  await expect(page.getByRole('article').first()).toBeVisible()
  await expect(page.getByRole('combobox', { name: 'Filter' })).toHaveValue('')
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
  const before = page.getByRole('region', { name: 'Recent and saved analyses' })
  await expect(before).toContainText('case-study.pcapng')
  await expect(before).toContainText(title)
  await before.getByRole('button', { name: 'Forget what is not saved' }).click()
  await expect(before).not.toContainText('case-study.pcapng')
  await openFile(page, exampleFile())
  await expect(page.getByRole('article').first()).toBeVisible()
  await expect(page.getByText('From cache, analysed earlier.')).toBeHidden()
})

const PCAPNG_SECTION = 0x0a0d0d0a

/** The example in two files, as a ring buffer leaves them: the same head, then half of the blocks each. */
function halves(): [Buffer, Buffer] {
  const { buffer } = exampleFile()
  const blocks: Buffer[] = []
  for (let at = 0; at < buffer.length; at += buffer.readUInt32LE(at + 4))
    blocks.push(buffer.subarray(at, at + buffer.readUInt32LE(at + 4)))
  const head = blocks.filter((block) => [PCAPNG_SECTION, 1].includes(block.readUInt32LE(0)))
  const rest = blocks.filter((block) => !head.includes(block))
  const middle = rest.length >> 1
  return [Buffer.concat([...head, ...rest.slice(0, middle)]), Buffer.concat([...head, ...rest.slice(middle)])]
}

test('the captures of an archive are listed, and read as one they give the finding of the whole', async ({ page }) => {
  await page.goto('./')
  await openFile(page, exampleFile())
  const first = page.getByRole('article').first()
  const title = await first.getByRole('heading').first().innerText()
  const [one, two] = halves()
  const zip = Buffer.from(zipSync({ 'ring/2.pcapng': two, 'ring/1.pcapng': one, 'notes.txt': Buffer.from('x') }))
  await page.goto('./#')
  await page.getByLabel('Capture file', { exact: true }).setInputFiles(file('ring.zip', zip))
  const dialog = page.getByRole('dialog', { name: 'Which capture?' })
  await expect(dialog.getByRole('checkbox')).toHaveCount(2)
  await expect(dialog).toContainText('ring/1.pcapng')
  await dialog.getByRole('button', { name: 'Open 2 as one, in the order of time' }).click()
  await expect(first.getByRole('heading').first()).toHaveText(title)
  await expect(page.getByRole('list', { name: 'About the file' })).toContainText('2 files were read as one')
})

test('of three files one is opened alone', async ({ page }) => {
  await page.goto('./')
  const [one, two] = halves()
  const files = [file('1.pcapng', one), file('2.pcapng', two), exampleFile()]
  await page.getByLabel('Capture file', { exact: true }).setInputFiles(files)
  const dialog = page.getByRole('dialog', { name: 'Which capture?' })
  await expect(dialog.getByRole('checkbox')).toHaveCount(3)
  await dialog.getByRole('button', { name: 'Open 1.pcapng' }).click()
  await expect(page.locator('header')).toContainText('1.pcapng')
  await expect(page.locator('header')).toContainText(/\d+ frames/)
  await expect(page.getByText('read as one')).toHaveCount(0)
})

test('two files can be read as one', async ({ page }) => {
  await page.goto('./')
  const [one, two] = halves()
  await page.getByLabel('Capture file', { exact: true }).setInputFiles([file('1.pcapng', one), file('2.pcapng', two)])
  await page.getByRole('button', { name: 'Open both as one, in the order of time' }).click()
  await expect(page.locator('header')).toContainText('1.pcapng and 1 more')
  await expect(page.getByRole('article').first()).toBeVisible()
})

for (const how of ['chosen', 'dropped'] as const)
  test(`a file that is ${how} before the page's code has come is opened`, async ({ page }, testInfo) => {
    const path = testInfo.outputPath('early.pcapng')
    writeFileSync(path, exampleFile().buffer)
    let release = () => {}
    const released = new Promise<void>((resolve) => (release = resolve))
    await page.route(/\.js$/, async (route) => {
      await released
      await route.continue()
    })
    await page.goto('./', { waitUntil: 'commit' })
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    if (how === 'chosen') await page.getByLabel('Capture file').setInputFiles(path)
    else {
      const browser = await page.context().newCDPSession(page)
      const data = { items: [], files: [path], dragOperationsMask: 1 }
      for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
        await browser.send('Input.dispatchDragEvent', { type, x: 300, y: 400, data })
    }
    release()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('early.pcapng')
    await expect(page.getByRole('article').first()).toBeVisible()
  })
