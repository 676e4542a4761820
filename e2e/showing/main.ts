// npm run showing: takes the README's pictures and the recording of 20 seconds of the built page, and writes them to public/.
// The recording needs img2webp (Debian: webp).
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, type Page, chromium } from 'playwright'
import { browserPath, commandPath, launchArguments } from '../pages/browser'
import { isolating, serve } from '../pages/static-server'

const FRAMES_A_SECOND = 5
const MAX_RECORDING_BYTES = 1_500_000
const inPublic = (name: string) => fileURLToPath(new URL(`../../public/${name}`, import.meta.url))

/** What is done, and for how many seconds the result is shown. */
const script: [act: (page: Page) => Promise<unknown>, seconds: number][] = [
  [(page) => page.goto('./'), 2],
  [(page) => page.getByRole('button', { name: 'Open this example →' }).hover(), 0.6],
  [(page) => page.getByRole('button', { name: 'Open this example →' }).click(), 4],
  [(page) => page.getByRole('region', { name: 'Proof' }).getByRole('link', { name: 'Frame 528' }).hover(), 0.6],
  [(page) => page.getByRole('region', { name: 'Proof' }).getByRole('link', { name: 'Frame 528' }).click(), 2],
  [(page) => page.getByRole('button', { name: /^Show these \d+ frames$/ }).click(), 2.4],
  [(page) => page.getByRole('tab', { name: 'Connections', exact: true }).click(), 2.4],
  [(page) => page.keyboard.press('Control+k'), 0.6],
  [(page) => page.getByPlaceholder(/^Frame number, filter/).fill('0x800706BA'), 1.6],
  [
    (page) =>
      page
        .getByText(/RPC_S_SERVER_UNAVAILABLE/)
        .first()
        .click(),
    3,
  ],
]

const executablePath = browserPath()
const browser = await chromium.launch({ args: launchArguments, ...(executablePath && { executablePath }) })
const { url, server } = await serve({ headers: isolating })
try {
  await picture(browser, 'light', 'screenshot.png')
  await picture(browser, 'dark', 'screenshot-dark.png')
  await recording(browser, 'recording.webp')
} finally {
  await browser.close()
  server.close()
}

async function picture(browser: Browser, colorScheme: 'light' | 'dark', name: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme, baseURL: url })
  await page.goto('./')
  await page.getByRole('button', { name: 'Open this example →' }).click()
  await page.getByRole('region', { name: 'Proof' }).waitFor()
  await page.waitForTimeout(1000)
  await page.screenshot({ path: inPublic(name) })
  await page.close()
}

/** From the start page to the cause, its proof, the frames, the bytes and an error's meaning. */
async function recording(browser: Browser, name: string): Promise<void> {
  const program = commandPath('img2webp')
  if (!program) return console.log('No recording: img2webp is not installed (Debian: webp).')
  const page = await browser.newPage({ viewport: { width: 1120, height: 700 }, colorScheme: 'light', baseURL: url })
  const folder = mkdtempSync(join(tmpdir(), 'recording-'))
  const shots: string[] = []
  const hold = async (seconds: number) => {
    for (let shot = 0; shot < seconds * FRAMES_A_SECOND; shot++) {
      const path = join(folder, `${String(shots.length).padStart(4, '0')}.png`)
      await page.screenshot({ path })
      shots.push(path)
      await page.waitForTimeout(1000 / FRAMES_A_SECOND)
    }
  }
  try {
    for (const [act, seconds] of script) {
      await act(page)
      await hold(seconds)
    }
    const delay = String(1000 / FRAMES_A_SECOND)
    execFileSync(program, ['-loop', '0', '-lossy', '-q', '60', '-m', '6', '-d', delay, ...shots, '-o', inPublic(name)])
  } finally {
    rmSync(folder, { recursive: true })
    await page.close()
  }
  const { size } = statSync(inPublic(name))
  console.log(`${name}: ${shots.length / FRAMES_A_SECOND} s, ${size} bytes`)
  if (size > MAX_RECORDING_BYTES) throw new Error(`The recording is larger than ${MAX_RECORDING_BYTES} bytes.`)
}
