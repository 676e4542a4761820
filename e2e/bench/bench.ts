// npm run bench [-- --megabytes 100,1000 --runs 5]: how long opening takes, against the floor and against tshark.
// npm run bench -- --scale [--frames 10000000]: how a capture of very many frames scrolls, is walked and is filtered.
// npm run bench -- --stages [--megabytes 250,500,1000]: what reading, rules and redaction cost, without a page around them.
// npm run bench -- --rules [--megabytes 1000 --runs 5]: what each rule costs, over a large capture.
// npm run bench -- --rules --only WORDS [--count 100000]: the same over very many of one thing ("" is each of them).
// npm run bench -- --floods [--runs 2]: rules over 800,000 DNS messages, 74 refused ports and 100,000 failed logons together.
// npm run bench -- --growth [--only WORDS]: how each stage grows with what a busy or hostile capture holds many of.
// npm run bench -- --unsealing [--megabytes 100] [--only WORDS]: how fast sealed calls are read with secrets, by cipher; wrong ones.
// Ratios are within one run; figures are medians. Captures come from the generator and stay in .cache/.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Browser, chromium } from 'playwright'
import { preview } from 'vite'
import { browserPath, launchArguments } from '../pages/browser'
import { floods, rulesOver, rulesOverMany } from './floods'
import { writeFrames } from './frames'
import { growth } from './growth'
import { firstPaintMilliseconds, floorSeconds, opening } from './measure'
import { scale } from './scale'
import { type Stages, stages } from './stages'
import { unsealing } from './unsealing'
import { wrongSecrets } from './wrong-secrets'

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '100,1000' },
    runs: { type: 'string', default: '5' },
    'skip-tshark': { type: 'boolean', default: false },
    scale: { type: 'boolean', default: false },
    stages: { type: 'boolean', default: false },
    growth: { type: 'boolean', default: false },
    rules: { type: 'boolean', default: false },
    floods: { type: 'boolean', default: false },
    unsealing: { type: 'boolean', default: false },
    only: { type: 'string' },
    count: { type: 'string', default: '100000' },
    frames: { type: 'string', default: '10000000' },
  },
})
const runs = Number(values.runs)
const FOLDER = '.cache'

function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}

function captureOf(megabytes: number): string {
  const file = `${FOLDER}/bulk-${megabytes}.pcap`
  if (!existsSync(file)) run('npx', ['tsx', 'src/testing/bulk.ts', file, String(megabytes * 1e6)])
  return file
}

/** A capture of so many frames, made where it is not there yet. */
function framesOf(count: number): string {
  const file = `${FOLDER}/frames-${count}.pcap`
  if (!existsSync(file)) writeFrames(file, count)
  return file
}

function run(command: string, args: string[]): number {
  const started = performance.now()
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  if (error ?? status !== 0) throw new Error(`${command} failed: ${error?.message ?? `exit ${status}`}`)
  return (performance.now() - started) / 1000
}

const isThere = (command: string) => !spawnSync(command, ['--version']).error

mkdirSync(FOLDER, { recursive: true })
const sizes = values.megabytes.split(',').map(Number)
if (values.unsealing) {
  const isFast = await unsealing(sizes[0]!, values.only ?? '')
  process.exitCode = (await wrongSecrets(runs)) && isFast ? 0 : 1
} else if (values.growth) process.exitCode = (await growth(values.only ?? '')) ? 0 : 1
else if (values.floods) process.exitCode = (await floods(FOLDER, runs)) ? 0 : 1
else if (values.rules)
  await (values.only === undefined
    ? rulesOver(FOLDER, captureOf(sizes.at(-1)!), runs)
    : rulesOverMany(FOLDER, values.only, Number(values.count), runs))
else await (values.stages ? measureStages() : inBrowser())

async function inBrowser(): Promise<void> {
  run('npx', ['vite', 'build', '--logLevel', 'error'])
  const server = await preview({ preview: { host: '127.0.0.1', port: 0 }, logLevel: 'error' })
  const url = server.resolvedUrls!.local[0]!
  const executablePath = browserPath()
  const browser = await chromium.launch({ ...(executablePath && { executablePath }), args: launchArguments })
  try {
    await (values.scale ? scrollMany(browser, url, Number(values.frames)) : openAll(browser, url))
  } finally {
    await browser.close()
    await server.close()
  }
}

/** Rules should cost a small part of opening, and twice the calls twice the time. */
async function measureStages(): Promise<void> {
  const rows: Record<string, Record<string, string>> = {}
  for (const size of sizes) {
    const file = captureOf(size)
    const measured: Stages[] = []
    for (let i = 0; i < runs; i++) measured.push(await stages(file))
    const read = median(measured.map(({ readSeconds }) => readSeconds))
    const rules = median(measured.map(({ diagnoseSeconds }) => diagnoseSeconds))
    const redact = median(measured.map(({ redactSeconds }) => redactSeconds))
    const { calls, redactedFrames } = measured[0]!
    rows[`${size} MB`] = {
      calls: String(calls),
      'read s': read.toFixed(2),
      'rules s': rules.toFixed(2),
      'rules, us a call': ((1e6 * rules) / calls).toFixed(2),
      'rules of all %': ((100 * rules) / (read + rules)).toFixed(1),
      [`redaction of ${redactedFrames} frames, s`]: redact.toFixed(2),
    }
  }
  console.table(rows)
}

async function openAll(browser: Browser, url: string): Promise<void> {
  const paints: number[] = []
  for (let i = 0; i < runs; i++) paints.push(await firstPaintMilliseconds(browser, url))
  console.log(`first paint on a slow device and Fast 3G: ${median(paints).toFixed(0)} ms`)
  const rows: Record<string, Record<string, string>> = {}
  for (const size of sizes) {
    const file = captureOf(size)
    const floors: number[] = []
    const openings: Awaited<ReturnType<typeof opening>>[] = []
    for (let i = 0; i < runs; i++) {
      floors.push(await floorSeconds(browser, url, file))
      openings.push(await opening(browser, url, file))
    }
    const tshark =
      !values['skip-tshark'] && isThere('tshark') ? Array.from({ length: runs }, () => run('tshark', ['-r', file])) : []
    const open = median(openings.map(({ openSeconds }) => openSeconds))
    rows[`${size} MB`] = {
      frames: String(openings[0]!.frames),
      'floor s': median(floors).toFixed(2),
      'open s': open.toFixed(2),
      'open / floor': median(openings.map(({ openSeconds }, i) => openSeconds / floors[i]!)).toFixed(2),
      'tshark s': median(tshark).toFixed(1),
      'tshark / open': (median(tshark) / open).toFixed(1),
      'first rows ms': (1000 * median(openings.map((one) => one.firstRowsSeconds))).toFixed(0),
      'longest task ms': Math.max(...openings.map((one) => one.longestTaskMilliseconds)).toFixed(0),
      'renderer MB': median(openings.map((one) => one.rendererMegabytes)).toFixed(0),
    }
    console.table(rows)
  }
}

async function scrollMany(browser: Browser, url: string, frames: number): Promise<void> {
  console.table(await scale(browser, url, framesOf(frames), frames))
}
