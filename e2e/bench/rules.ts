// What the rules cost, rule by rule: over a large generated capture, and over what a busy or hostile network makes many of.
import { createReadStream, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { diagnose } from '../../src/diagnosis/diagnose'
import type { Rule } from '../../src/diagnosis/rule'
// All stages, so that fetching one is not counted as choosing it.
import '../../src/diagnosis/rules'
import { rulesFor } from '../../src/diagnosis/rules/stages'
import { Analysis } from '../../src/engine/read/analysis'
import type { Names } from '../../src/names/names'
import { allNames } from '../../src/testing/diagnose'
import { inputs } from './growth-inputs'

const WINDOW = 4 << 20
const WARMING_RUNS = 3
const EXAMPLE = 'public/examples/case-study.pcapng'
/** What takes less is not printed. */
const LEAST_MILLISECONDS = 1
const CHOICE = 'choosing the rules'
const START = 'sorting the calls'
const END = 'after the last rule'

/** Milliseconds of processor time, by rule's id. */
type Costs = Map<string, number>

interface Run {
  total: number
  costs: Costs
}

function milliseconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** A rule that adds up what it takes to find something, and to fold what it finds. */
function timed(rule: Rule, costs: Costs): Rule {
  return {
    ...rule,
    *find(theCase) {
      const started = milliseconds()
      yield* rule.find(theCase)
      costs.set(rule.id, milliseconds() - started)
    },
  }
}

/** All rules once. Each run has a case of its own, so that nothing is left of the one before. */
async function once(analysis: Analysis, names: Names): Promise<Run> {
  const costs: Costs = new Map()
  const started = milliseconds()
  await diagnose({ ...analysis.case, names }, async (theCase) => {
    const sorted = milliseconds()
    const rules = (await rulesFor(theCase)).map((rule) => timed(rule, costs))
    costs.set(START, sorted - started).set(CHOICE, milliseconds() - sorted)
    return rules
  })
  const total = milliseconds() - started
  const known = [...costs.values()].reduce((sum, cost) => sum + cost, 0)
  return { total, costs: costs.set(END, total - known) }
}

/** The engine's code as a page has it when a capture is opened: warmed up with the example. */
async function warmedUp(names: Names): Promise<WebAssembly.Module> {
  const module = new WebAssembly.Module(readFileSync('asm/build/release.wasm'))
  for (let run = 0; run < WARMING_RUNS; run++) {
    const analysis = await Analysis.start(module)
    analysis.feed(new Uint8Array(await readFile(EXAMPLE)))
    analysis.end()
    await analysis.diagnose(names)
  }
  return module
}

async function measured(analysis: Analysis, names: Names, runs: number, name: string, count: number): Promise<void> {
  const all: Run[] = []
  for (let run = 0; run < runs; run++) all.push(await once(analysis, names))
  const totals = all.map(({ total }) => total)
  const least = Math.min(...totals)
  console.log(
    `${name}: ${totals[0]!.toFixed(0)} ms in the first run, ${least.toFixed(0)} ms in the best of ${runs}; ` +
      `${((1000 * totals[0]!) / count).toFixed(2)} and ${((1000 * least) / count).toFixed(2)} µs for each of ${count}`,
  )
  const parts = [...all[0]!.costs.keys()].map((part) => ({
    part,
    'first run, ms': Number(all[0]!.costs.get(part)!.toFixed(1)),
    'best run, ms': Number(Math.min(...all.map(({ costs }) => costs.get(part) ?? 0)).toFixed(1)),
  }))
  console.table(
    parts
      .filter((part) => Math.max(part['first run, ms'], part['best run, ms']) >= LEAST_MILLISECONDS)
      .sort((one, other) => other['first run, ms'] - one['first run, ms']),
  )
}

/** Prints what the rules take for a file, a call and in all. */
export async function rulesOver(file: string, runs: number): Promise<void> {
  const names = await allNames()
  const analysis = await Analysis.start(await warmedUp(names))
  for await (const bytes of createReadStream(file, { highWaterMark: WINDOW }))
    analysis.feed(bytes as Uint8Array<ArrayBuffer>)
  const { calls } = analysis.end()
  await measured(analysis, names, runs, file, calls.rows)
}

/** The same for so many of each thing that a growth input makes many of. `wanted` are words of inputs' names. */
export async function rulesOverMany(wanted: string, count: number, runs: number): Promise<void> {
  const names = await allNames()
  const module = await warmedUp(names)
  for (const { name, make } of inputs.filter((input) => input.name.includes(wanted))) {
    const analysis = await Analysis.start(module)
    analysis.feed(make(count))
    analysis.end()
    await measured(analysis, names, runs, name, count)
  }
}
