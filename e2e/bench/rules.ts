// What the rules cost over a file, rule by rule: node rules.js FILE RUNS [COUNT], after the build of floods.ts.
import { createReadStream, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { diagnose } from '../../src/diagnosis/diagnose'
import type { Rule } from '../../src/diagnosis/rule'
// All stages, so that fetching one is not counted as choosing it.
import '../../src/diagnosis/rules'
import { rulesFor } from '../../src/diagnosis/rules/stages'
import { Analysis } from '../../src/engine/read/analysis'
import type { Names } from '../../src/names/names'
import { namesFrom } from '../../src/engine/read/names-text'

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

/** Milliseconds of processor time that all rules took together. */
export interface RulesCost {
  first: number
  best: number
}

/**
 * Prints what the rules take for a file, each of `count` things (its calls where not given) and in all. The first run of a
 * process is what a page takes, which runs rules once.
 */
async function rulesOver(file: string, runs: number, count?: number): Promise<RulesCost> {
  const names = await namesFrom((table) => readFile(`src/names/data/${table}.tsv`, 'utf8'))
  const analysis = await Analysis.start(await warmedUp(names))
  for await (const bytes of createReadStream(file, { highWaterMark: WINDOW }))
    analysis.feed(bytes as Uint8Array<ArrayBuffer>)
  const { calls } = analysis.end()
  const all: Run[] = []
  for (let run = 0; run < runs; run++) all.push(await once(analysis, names))
  return report(all, file, count ?? calls.rows)
}

function report(all: readonly Run[], name: string, count: number): RulesCost {
  const totals = all.map(({ total }) => total)
  const [first, best] = [totals[0]!, Math.min(...totals)]
  console.log(
    `${name}: ${first.toFixed(0)} ms in the first run, ${best.toFixed(0)} ms in the best of ${all.length}; ` +
      `${((1000 * first) / count).toFixed(2)} and ${((1000 * best) / count).toFixed(2)} µs for each of ${count}`,
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
  return { first, best }
}

const [file, runs, count] = process.argv.slice(2)
if (!file || !Number(runs)) throw new Error('usage: rules.js FILE RUNS [COUNT]')
const cost = await rulesOver(file, Number(runs), count === undefined ? undefined : Number(count))
process.send?.(cost)
