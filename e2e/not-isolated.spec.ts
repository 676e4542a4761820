// A page that may not share memory with its worker copies tables page by page, 65,536 rows each: frames beyond the first.
import { writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { type Page, expect, test } from '@playwright/test'
import { bulkCapture } from '../src/testing/bulk'
import { udpCapture } from './pages/captures'
import { exampleFile, frameRow, openFile } from './pages/page'
import { serve } from './pages/static-server'

const FRAMES = 70_000 // a millisecond apart
const BEYOND = 65_537 // the first of the second page
/** Large enough for a thread of its own. */
const BULK_BYTES = 16_000_000

async function expectTimes(page: Page) {
  const time = frameRow(page, BEYOND).locator('[aria-colindex="2"]')
  await expect(time).toHaveText('65.536000')
  await expect(frameRow(page, BEYOND)).toContainText('192.0.2.1')
  const format = page.getByLabel('Time column')
  await format.selectOption('Since previous frame')
  await expect(time).toHaveText('0.001000')
  await format.selectOption('UTC')
  await expect(time).toHaveText('2010-11-17 13:21:05.536000')
  await format.selectOption('Since first frame')
}

test('times of frames beyond the first page are right, read and from the cache', async ({ page }, testInfo) => {
  const path = testInfo.outputPath('long.pcap') // on a disk: the cache knows a file by its date as well
  writeFileSync(path, udpCapture(FRAMES, 8))
  const open = () => page.getByLabel('Capture file', { exact: true }).setInputFiles(path)
  const { url, server } = await serve()
  try {
    await page.goto(`${url}#view=frames&frame=${BEYOND}`)
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false)
    await open()
    await expect(page.getByRole('heading', { name: 'No RPC in this capture' })).toBeVisible()
    await expect(frameRow(page, BEYOND)).toHaveAttribute('aria-selected', 'true')
    await expectTimes(page)

    await page.getByRole('button', { name: 'Start page' }).click() // which stores the result
    await page.goto(`${url}?again#view=frames&frame=${BEYOND}`)
    await open()
    await expect(page.getByText('From cache, analysed earlier.')).toBeVisible()
    await expect(frameRow(page, BEYOND)).toHaveAttribute('aria-selected', 'true')
    await expectTimes(page)

    await page.getByRole('grid', { name: 'Frames' }).focus()
    await page.keyboard.press('End')
    await expect(frameRow(page, FRAMES).locator('[aria-colindex="2"]')).toHaveText('69.999000')
  } finally {
    server.close()
  }
})

test('the frame that is asked for is shown also where the answer is faster than the news of reading', async ({
  page,
}) => {
  // Answers and progress come by ports of their own, and messages of different ports have no order.
  await page.addInitScript(() => {
    const { addEventListener } = MessagePort.prototype
    MessagePort.prototype.addEventListener = function (type: string, hear: (event: Event) => void) {
      addEventListener.call(this, type, (event) => setTimeout(() => hear(event), 500))
    }
  })
  const { url, server } = await serve()
  try {
    await page.goto(`${url}#view=frames&frame=525`)
    await openFile(page, exampleFile())
    await expect(frameRow(page, 525)).toHaveAttribute('aria-selected', 'true')
    await expect(page.getByRole('tree', { name: 'Fields of frame 525' })).toBeVisible()
  } finally {
    server.close()
  }
})

/** Opens the file and gives the headings of all findings, and how many frames there are. */
async function shown(page: Page, file: string): Promise<{ findings: string[]; frames: string | null }> {
  await page.getByLabel('Capture file', { exact: true }).setInputFiles(file)
  await expect(page.getByRole('heading', { name: 'Diagnosis', exact: true })).toBeVisible({ timeout: 60_000 })
  const findings = await page.getByRole('article').getByRole('heading').allInnerTexts()
  return { findings, frames: await page.getByRole('grid').first().getAttribute('aria-rowcount') }
}

test('a file read by two threads shows what it shows when one reads it', async ({ page }, testInfo) => {
  const file = testInfo.outputPath('bulk.pcap')
  await writeFile(file, bulkCapture(BULK_BYTES))
  const readers: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('reading-worker')) readers.push(request.url())
  })
  await page.goto('./')
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
  const two = await shown(page, file)
  const { url, server } = await serve()
  try {
    await page.goto(url)
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false)
    const one = await shown(page, file)
    expect(one.findings.length).toBeGreaterThan(1)
    expect(two).toEqual(one)
    expect(readers.every((reader) => !reader.startsWith(url))).toBe(true)
  } finally {
    server.close()
  }
})
