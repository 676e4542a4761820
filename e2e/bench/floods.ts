// What the rules cost over very many of one thing, each in a process of its own: a page runs rules once, on code that is cold.
import { fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { build } from 'vite'
import { inputs } from './growth-inputs'
import type { RulesCost } from './rules'

/** What one busy network makes at once must cost no more than this, in milliseconds of processor time. */
const MOST_TOGETHER = 2000
const DNS_AND_PORTS = { name: 'DNS messages and 74 refused ports', count: 400_000 }
const LOGONS = 100_000
const LOGON_KINDS = [
  'refused logons over RPC, a connection each',
  'refused logons over RPC, a user each',
  'refused logons over SMB, a connection each',
  'refused logons over SMB, on one connection',
  'refused logons at a KDC',
]

const BUILT = 'rules'

/** Runs a script; gives what it sends. */
function inOwnProcess<Result>(script: string, args: readonly string[], execArgv: string[] = []): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = fork(script, args, { execArgv })
    let sent: unknown
    child.on('message', (message) => (sent = message))
    child.on('error', reject)
    child.on('exit', (code) => {
      if (code === 0) resolve(sent as Result)
      else reject(new Error(`${script} failed: exit ${code}`))
    })
  })
}

/** Builds rules.ts as the page is built: code that Node compiles as it runs keeps names of functions, which costs a third more. */
async function buildRules(folder: string): Promise<void> {
  await build({
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: { ssr: 'e2e/bench/rules.ts', outDir: `${folder}/${BUILT}`, minify: true, target: 'esnext' },
  })
}

function costOf(folder: string, file: string, runs: number, count?: number): Promise<RulesCost> {
  const args = [file, String(runs), ...(count === undefined ? [] : [String(count)])]
  return inOwnProcess(`${folder}/${BUILT}/rules.js`, args)
}

/** The cost over so many of what a growth input makes many of. Its capture is made where it is not there yet. */
async function costOfMany(folder: string, name: string, count: number, runs: number): Promise<RulesCost> {
  const file = `${folder}/${name.replaceAll(/\W+/g, '-')}-${count}.pcapng`
  if (!existsSync(file))
    await inOwnProcess('e2e/bench/write-input.ts', [name, String(count), file], ['--import', 'tsx'])
  return costOf(folder, file, runs, count)
}

/** Prints what the rules take for a file, a call and in all. */
export async function rulesOver(folder: string, file: string, runs: number): Promise<void> {
  await buildRules(folder)
  await costOf(folder, file, runs)
}

/** Prints what the rules take for so many of each thing that a growth input makes many of. `wanted` are words of inputs' names. */
export async function rulesOverMany(folder: string, wanted: string, count: number, runs: number): Promise<void> {
  await buildRules(folder)
  for (const { name } of inputs.filter((input) => input.name.includes(wanted)))
    await costOfMany(folder, name, count, runs)
}

/**
 * Prints what 800,000 DNS messages and 74 refused ports cost together with 100,000 failed logons, for each way in which logons
 * fail; false where a first run takes longer than it may.
 */
export async function floods(folder: string, runs: number): Promise<boolean> {
  await buildRules(folder)
  const base = await costOfMany(folder, DNS_AND_PORTS.name, DNS_AND_PORTS.count, runs)
  const rows: Record<string, Record<string, number>> = {}
  let good = true
  for (const name of LOGON_KINDS) {
    const cost = await costOfMany(folder, name, LOGONS, runs)
    rows[name] = {
      'alone, first run, ms': Math.round(cost.first),
      'alone, best run, ms': Math.round(cost.best),
      'with DNS and ports, first run, ms': Math.round(base.first + cost.first),
      'with DNS and ports, best run, ms': Math.round(base.best + cost.best),
    }
    good &&= base.first + cost.first < MOST_TOGETHER
  }
  console.table(rows)
  return good
}
