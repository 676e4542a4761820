// A capture of very many frames in a real page: how smoothly it scrolls, is walked by keys and is filtered.
import { type Browser, type Page } from 'playwright'
import { freshPage, highestResident } from './measure'

/** What the page notes down while something is done to it. */
interface Recorded {
  longestTask: number
  /** Milliseconds between drawn frames. */
  gaps: number[]
}

declare global {
  interface Window {
    recorded: Recorded
  }
}

/** Each comparison may take 150 ms over ten million rows, each conjunction of five 500 ms. */
const FILTERS: [filter: string, limit: number][] = [
  ['frame.len > 1000', 150],
  ['ip.src == 10.20.1.7', 150],
  ['tcp.seq > 100000', 150],
  ['tcp.port == 135', 150],
  ['frame.len > 60 && ip.addr == 10.0.0.0/8 && tcp.dstport < 50000 && tcp.len > 0 && tcp.flags.push == 1', 500],
]

/** Sorting by any of these may take 2 s over ten million rows, until the first rows are drawn; the last is Time as a delta. */
const SORTED = ['No.', 'Time', 'Source', 'Destination', 'Protocol', 'Length', 'Time']
const SORT_LIMIT_MILLISECONDS = 2000

const WHEEL_TURNS = 120
const KEYS = 60

/** Figures by what was done, ready for console.table. */
export async function scale(browser: Browser, url: string, file: string, frames: number) {
  const page = await freshPage(browser, url)
  const results: Record<string, Record<string, string | number>> = {}
  const grid = page.getByRole('grid', { name: 'Frames' })
  const started = performance.now()
  await page.getByLabel('Capture file', { exact: true }).setInputFiles(file)
  await page.getByRole('heading', { name: 'Diagnosis', exact: true }).waitFor({ timeout: 600_000 })
  results.open = { seconds: ((performance.now() - started) / 1000).toFixed(1) }

  const measured = async (name: string, work: () => Promise<void>) => {
    await record(page)
    await work()
    results[name] = { ...results[name], ...(await recorded(page)) }
  }
  const atRow = async (row: number) => {
    await grid.locator(`[aria-rowindex="${row + 1}"]`).waitFor()
    if (
      !(
        await grid
          .locator(`[aria-rowindex="${row + 1}"] [role=gridcell]`)
          .nth(6)
          .innerText()
      ).trim()
    )
      throw new Error(`row ${row} is empty`)
  }

  const box = (await grid.boundingBox())!
  await page.mouse.move(box.x + 200, box.y + 150)
  await measured('wheel', async () => {
    for (let turn = 0; turn < WHEEL_TURNS; turn++) await page.mouse.wheel(0, 240)
  })
  await measured('scroll bar, end to end', () =>
    grid.evaluate(async (element) => {
      const steps = 180
      for (let step = 0; step <= steps; step++) {
        element.scrollTop = ((element.scrollHeight - element.clientHeight) * step) / steps
        await new Promise(requestAnimationFrame)
      }
    }),
  )
  await atRow(frames)
  await grid.focus()
  for (const key of ['PageUp', 'ArrowUp', 'PageDown'])
    await measured(key, async () => {
      for (let press = 0; press < KEYS; press++) await page.keyboard.press(key)
    })
  await measured('Home, End', async () => {
    await page.keyboard.press('Home')
    await atRow(1)
    await page.keyboard.press('End')
    await atRow(frames)
  })

  const filterBox = page.getByRole('combobox', { name: 'Filter' })
  for (const [filter, limit] of FILTERS) {
    await filterBox.fill(filter)
    await page.waitForTimeout(500) // as one who types: what filters need of all frames is made meanwhile
    let shown = 0
    await measured(filter, async () => {
      const asked = performance.now()
      await filterBox.press('Enter')
      await page.getByRole('button', { name: 'Show all frames' }).waitFor({ timeout: 60_000 })
      shown = performance.now() - asked
    })
    results[filter] = { ...results[filter], 'shown ms': Math.round(shown), 'limit ms': limit }
  }
  await page.getByRole('button', { name: 'Show all frames' }).click()
  for (const [at, title] of SORTED.entries()) {
    const isDelta = at === SORTED.length - 1
    if (isDelta) await page.getByLabel('Time column').selectOption('Since previous frame')
    const name = `sort by ${isDelta ? 'delta' : title}`
    await grid.focus()
    await page.keyboard.press('Home')
    const heading = grid
      .getByRole('columnheader', { name: new RegExp(`^${title.replace('.', '\\.')}`) })
      .getByRole('button')
    let sorted = 0
    await measured(name, async () => {
      const asked = performance.now()
      await heading.click()
      await page
        .getByRole('status')
        .filter({ hasText: `${frames} frames sorted.` })
        .waitFor({ state: 'attached' })
      await grid.getByText('…', { exact: true }).first().waitFor({ state: 'detached' })
      sorted = performance.now() - asked
    })
    results[name] = {
      ...results[name],
      'shown ms': Math.round(sorted),
      'limit ms': SORT_LIMIT_MILLISECONDS,
    }
    await page.getByRole('button', { name: 'File order' }).click()
    await page.getByRole('status').filter({ hasText: 'In the order of the file.' }).waitFor({ state: 'attached' })
  }
  results.memory = { 'renderer MB': Math.round(await highestResident(browser)) }
  await page.context().close()
  return results
}

function record(page: Page): Promise<void> {
  return page.evaluate(() => {
    const recorded: Recorded = { longestTask: 0, gaps: [] }
    window.recorded = recorded
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) recorded.longestTask = Math.max(recorded.longestTask, duration)
    }).observe({ type: 'longtask' })
    void (async () => {
      for (let last = performance.now(); window.recorded === recorded;) {
        const now = await new Promise<number>(requestAnimationFrame)
        recorded.gaps.push(now - last)
        last = now
      }
    })()
  })
}

async function recorded(page: Page): Promise<Record<string, string | number>> {
  await page.waitForTimeout(200)
  const { longestTask, gaps } = await page.evaluate(() => window.recorded)
  const seconds = gaps.reduce((sum, gap) => sum + gap, 0) / 1000
  return {
    'longest task ms': longestTask === 0 ? 'below 50' : Math.round(longestTask),
    'frames/s': Math.round(gaps.length / seconds),
    'longest gap ms': Math.round(Math.max(...gaps)),
  }
}
