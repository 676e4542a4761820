// Handing an analysis on: reports, frames, pages of their own.
import { readFileSync } from 'node:fs'
import AxeBuilder from '@axe-core/playwright'
import { type Download, expect, type Page, test } from '@playwright/test'
import { followEvidence, openExample, openFile } from './pages/page'

async function share(page: Page): Promise<void> {
  await openExample(page)
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  await expect(page.getByRole('dialog', { name: 'Share' })).toBeVisible()
}

async function downloaded(page: Page): Promise<Download> {
  const waiting = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download' }).click()
  return waiting
}

test('a report is a page that needs nothing and runs nothing', async ({ page, context }) => {
  await share(page)
  const file = await downloaded(page)
  expect(file.suggestedFilename()).toBe('case-study-report.html')
  const requests: string[] = []
  const reader = await context.newPage()
  reader.on('request', ({ url }) => void requests.push(url()))
  const problems: string[] = []
  reader.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())))
  await reader.setContent(readFileSync(await file.path(), 'utf8'))
  await expect(reader.getByRole('heading', { level: 1 })).toContainText('case-study.pcapng')
  await expect(reader.getByRole('img', { name: /^Ladder/ })).toContainText('Log on as REDMOND')
  await reader.locator('#frame-525 summary').click()
  await expect(reader.locator('#frame-525')).toContainText('0x00000721')
  const { violations } = await new AxeBuilder({ page: reader }).analyze()
  expect(violations).toEqual([])
  expect(requests.filter((url) => url.startsWith('http'))).toEqual([])
  expect(problems).toEqual([])
})

test('a report is copied as rich text and as Markdown', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await share(page)
  await page.getByRole('button', { name: 'Copy', exact: true }).click()
  await expect(page.getByRole('dialog').getByRole('status')).toContainText('Copied')
  const [html, text] = await page.evaluate(async () => {
    const [item] = await navigator.clipboard.read()
    const read = async (type: string) => (await item!.getType(type)).text()
    return [await read('text/html'), await read('text/plain')]
  })
  expect(html).toContain('<h2>')
  expect(text).toContain('### Frame 525')
})

test('frames of the evidence open again as a capture', async ({ page }) => {
  await share(page)
  await page.getByRole('radio', { name: /^Frames/ }).check()
  await page.getByLabel('Which frames').selectOption({ label: 'Evidence, with the whole conversations' })
  const file = await downloaded(page)
  expect(file.suggestedFilename()).toBe('case-study-frames.pcapng')
  await page.getByRole('button', { name: 'Close' }).click()
  const buffer = readFileSync(await file.path())
  await page.goto('./')
  await openFile(page, { name: 'frames.pcapng', mimeType: 'application/octet-stream', buffer })
  await expect(page.getByRole('article').first()).toContainText('identity')
})

test('the dialog says what is redacted, and the file names no one', async ({ page }) => {
  await share(page)
  await page.getByRole('checkbox', { name: /^Redact/ }).check()
  await expect(page.getByRole('list', { name: 'What redaction does' })).toContainText('Replaced:')
  const file = await downloaded(page)
  expect(file.suggestedFilename()).toBe('redacted-report.html')
  const html = readFileSync(await file.path(), 'utf8')
  expect(html).toContain('identity')
  expect(html).not.toMatch(/jiangyue|redmond|10\.177\.17/i)
})

/** Opens a page that was downloaded, from the disk, without a network; the page may ask for nothing beyond itself. */
async function fromDisk(page: Page, file: Download, path: string): Promise<{ saved: Page; asked: () => string[] }> {
  await file.saveAs(path)
  await page.context().setOffline(true)
  const saved = await page.context().newPage()
  const requests: string[] = []
  saved.on('request', (request) => void requests.push(request.url()))
  await saved.goto(`file://${path}`)
  return { saved, asked: () => requests.filter((url) => !/^(file|data|blob):/.test(url)) }
}

test('a saved page opens from the disk without a network', async ({ page }, testInfo) => {
  await share(page)
  await page.getByRole('radio', { name: /^Page/ }).check()
  const file = await downloaded(page)
  expect(file.suggestedFilename()).toBe('case-study.html')
  const { saved, asked } = await fromDisk(page, file, testInfo.outputPath('case-study.html'))
  await expect(saved.getByRole('article').first()).toContainText('identity', { ignoreCase: true })
  await expect(saved.getByRole('grid', { name: 'Frames' })).toContainText('AUTH3')
  await followEvidence(saved, 525)
  await expect(saved.getByText('0x00000721').first()).toBeVisible()
  expect(asked()).toEqual([])
})

test('a page of results alone shows findings and frames, and says that the bytes are missing', async ({
  page,
}, testInfo) => {
  await share(page)
  await page.getByRole('radio', { name: /^Page/ }).check()
  await page.getByLabel('What it holds').selectOption('results')
  const { saved, asked } = await fromDisk(page, await downloaded(page), testInfo.outputPath('results.html'))
  await expect(saved.getByRole('article').first()).toContainText('identity', { ignoreCase: true })
  await followEvidence(saved, 525)
  await expect(saved.getByText('saved without the capture’s bytes').first()).toBeVisible()
  await expect(saved.getByText('0x00000721').first()).toBeVisible()
  expect(asked()).toEqual([])
})

test('the dialog is accessible, on a small screen as well', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 640 })
  await share(page)
  await page.getByRole('checkbox', { name: /^Redact/ }).check()
  await expect(page.getByRole('list', { name: 'What redaction does' })).toBeVisible()
  const { violations } = await new AxeBuilder({ page }).include('[role=dialog]').analyze()
  expect(violations).toEqual([])
})

test('Ctrl+P prints the whole report and no pane, and the page is as before', async ({ page }) => {
  await page.addInitScript(() => {
    window.print = () => void document.documentElement.setAttribute('data-printed', 'yes')
  })
  const problems: string[] = []
  page.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())))
  await openExample(page)
  await page.keyboard.press('Control+p')
  await expect(page.locator('[data-printed]')).toBeAttached()
  await expect(page.locator('.printed')).toBeHidden()
  await page.emulateMedia({ media: 'print' })
  const report = page.locator('.printed')
  await expect(report.getByRole('heading', { level: 1 })).toHaveText('case-study.pcapng: why the call failed')
  await expect(report.getByRole('img', { name: /^Ladder/ })).toContainText('Log on as REDMOND')
  await expect(report.locator('#frame-525 table').first()).toBeVisible()
  await expect(report.getByRole('heading', { name: 'Looks alarming but is normal' })).toBeVisible()
  await expect(page.getByRole('grid', { name: 'Frames' })).toBeHidden()
  expect(
    await report
      .locator('article')
      .first()
      .evaluate((article) => getComputedStyle(article).borderLeftWidth),
  ).toBe('4px')
  await page.emulateMedia({ media: 'screen' })
  await page.evaluate(() => dispatchEvent(new Event('afterprint')))
  await expect(report).not.toBeAttached()
  await expect(page.getByRole('grid', { name: 'Frames' })).toBeVisible()
  expect(problems).toEqual([])
})
