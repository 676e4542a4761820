// npm run bench [-- --megabytes 100,1000 --runs 5]: how long opening takes, against the floor and against tshark.
// Ratios are within one run; figures are medians. Captures come from the generator and stay in .cache/.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright'
import { preview } from 'vite'
import { browserPath, launchArguments } from '../browser'
import { floorSeconds, opening } from './measure'

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '100,1000' },
    runs: { type: 'string', default: '5' },
    'skip-tshark': { type: 'boolean', default: false },
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
  mkdirSync(FOLDER, { recursive: true })
  if (!existsSync(file)) run('npx', ['tsx', 'e2e/generate/bulk.ts', file, String(megabytes * 1e6)])
  return file
}

function run(command: string, args: string[]): number {
  const started = performance.now()
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  if (error ?? status !== 0) throw new Error(`${command} failed: ${error?.message ?? `exit ${status}`}`)
  return (performance.now() - started) / 1000
}

const isThere = (command: string) => !spawnSync(command, ['--version']).error

run('npx', ['vite', 'build', '--logLevel', 'error'])
const server = await preview({ preview: { host: '127.0.0.1', port: 0 }, logLevel: 'error' })
const url = server.resolvedUrls!.local[0]!
const browser = await chromium.launch({ executablePath: browserPath(), args: launchArguments })
const rows: Record<string, Record<string, string>> = {}
try {
  for (const megabytes of values.megabytes.split(',').map(Number)) {
    const file = captureOf(megabytes)
    const floors: number[] = []
    const openings: Awaited<ReturnType<typeof opening>>[] = []
    for (let i = 0; i < runs; i++) {
      floors.push(await floorSeconds(browser, url, file))
      openings.push(await opening(browser, url, file))
    }
    const tshark =
      !values['skip-tshark'] && isThere('tshark') ? Array.from({ length: runs }, () => run('tshark', ['-r', file])) : []
    const open = median(openings.map(({ openSeconds }) => openSeconds))
    rows[`${megabytes} MB`] = {
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
} finally {
  await browser.close()
  await server.close()
}
