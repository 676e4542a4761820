// One measurement in a real page: the floor (streaming the file into one buffer) and opening it in Faultline.
import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright'

export interface Opening {
  /** From the file's choice to the diagnosis on the page, and to the first row of the list. */
  openSeconds: number
  firstRowsSeconds: number
  /** Longest task of the page's own thread while it opened. */
  longestTaskMilliseconds: number
  /** Highest resident size of the page's renderer process. */
  rendererMegabytes: number
  frames: number
}

/** What the page notes down about itself while it is measured. */
interface Marks {
  chosen: number
  rows: number
  diagnosis: number
  longest: number
}

declare global {
  interface Window {
    marks: Marks
    file: File
  }
}

/** Seconds that the page takes to stream the file into one buffer, nothing parsed. */
export async function floorSeconds(browser: Browser, url: string, file: string): Promise<number> {
  const page = await freshPage(browser, url)
  await page.evaluate(() => {
    const input = document.createElement('input')
    input.type = 'file'
    input.id = 'floor'
    input.addEventListener('change', () => (window.file = input.files![0]!))
    document.body.append(input)
  })
  await page.setInputFiles('#floor', file)
  const seconds = await page.evaluate(async () => {
    const started = performance.now()
    const whole = new Uint8Array(window.file.size)
    const reader = window.file.stream().getReader()
    for (let at = 0; ;) {
      const { done, value } = await reader.read()
      if (done) break
      whole.set(value, at)
      at += value.length
    }
    return (performance.now() - started) / 1000
  })
  await page.context().close()
  return seconds
}

/** Opens the file as a person does, through the picker's input, in a fresh profile. */
export async function opening(browser: Browser, url: string, file: string): Promise<Opening> {
  const page = await freshPage(browser, url)
  await page.evaluate(() => {
    const marks: Marks = { chosen: 0, rows: 0, diagnosis: 0, longest: 0 }
    window.marks = marks
    document.addEventListener('change', () => (marks.chosen = performance.now()), { capture: true, once: true })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        if (marks.chosen > 0) marks.longest = Math.max(marks.longest, entry.duration)
    }).observe({ type: 'longtask' })
    new MutationObserver(() => {
      if (marks.chosen === 0) return
      marks.rows ||= document.querySelector('[role=grid][aria-label=Frames] [aria-rowindex="2"]')
        ? performance.now()
        : 0
      marks.diagnosis ||= document.querySelector('[aria-label=Diagnosis] h2') ? performance.now() : 0
    }).observe(document.body, { childList: true, subtree: true, attributes: true })
  })
  await page.getByLabel('Capture file', { exact: true }).setInputFiles(file)
  await page.waitForFunction(() => window.marks.diagnosis > 0, undefined, { timeout: 300_000, polling: 50 })
  const marks = await page.evaluate(() => window.marks)
  const frames = Number(await page.locator('[role=grid]').first().getAttribute('aria-rowcount')) - 1
  const rendererMegabytes = await highestResident(browser)
  await page.context().close()
  return {
    openSeconds: (marks.diagnosis - marks.chosen) / 1000,
    firstRowsSeconds: (marks.rows - marks.chosen) / 1000,
    longestTaskMilliseconds: marks.longest,
    rendererMegabytes,
    frames,
  }
}

/** Milliseconds to the first contentful paint of the start page, on a processor four times slower and Fast 3G. */
export async function firstPaintMilliseconds(browser: Browser, url: string): Promise<number> {
  const page = await (await browser.newContext()).newPage()
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  // Chromium's own preset: 1.6 Mbit/s down, 750 kbit/s up, 150 ms round trip, each with its factor.
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 150 * 3.75,
    downloadThroughput: ((1.6 * 1000 * 1000) / 8) * 0.9,
    uploadThroughput: ((750 * 1000) / 8) * 0.9,
  })
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  await page.goto(url)
  const paint = await page.evaluate(
    () =>
      new Promise<number>((resolve) =>
        new PerformanceObserver((list) => {
          const entry = list.getEntriesByName('first-contentful-paint')[0]
          if (entry) resolve(entry.startTime)
        }).observe({ type: 'paint', buffered: true }),
      ),
  )
  await page.context().close()
  return paint
}

export async function freshPage(browser: Browser, url: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage()
  await page.goto(url)
  await page.waitForLoadState('networkidle')
  return page
}

/** The largest VmHWM among the browser's renderers, in MB: the page under measurement is by far the largest. */
export async function highestResident(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  const sizes = await Promise.all(
    processInfo
      .filter(({ type }) => type === 'renderer')
      .map(async ({ id }) => {
        const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => '')
        return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024
      }),
  )
  return Math.max(0, ...sizes)
}
