// How many captures hold each rule: counted from the tables and tests themselves, for RULES.md.
import { readdir, readFile } from 'node:fs/promises'
import { rules } from '../diagnosis/rules'
import type { Held } from '../diagnosis/rules-page'
import { examine } from './diagnose'
import { exampleScenarios } from './example-scenarios'
import { realCaptures } from './real-captures'
import { Scenario } from './scenario'

const RULES = new URL('../diagnosis/rules/', import.meta.url)

/** By rule: recordings that must show it, recordings that must not, examples that do, captures that its own tests make. */
export async function heldBy(): Promise<Map<string, Held>> {
  const held = new Map(rules.map(({ id }) => [id, { shows: 0, silent: 0, examples: 0, generated: 0 }]))
  for (const { first = [], never = [] } of realCaptures) {
    for (const id of first) held.get(id)!.shows++
    for (const id of never) held.get(id)!.silent++
  }
  for (const play of Object.values(exampleScenarios)) {
    const scenario = new Scenario()
    play(scenario)
    const { findings } = await examine(scenario.frames)
    for (const id of new Set(findings.map(({ rule }) => rule))) held.get(id)!.examples++
  }
  for (const stage of await readdir(RULES, { withFileTypes: true })) {
    if (!stage.isDirectory()) continue
    const folder = new URL(`${stage.name}/`, RULES)
    for (const file of await readdir(folder)) {
      const own = held.get(file.replace(/\.test\.ts$/, ''))
      if (!own || !file.endsWith('.test.ts')) continue
      const source = await readFile(new URL(file, folder), 'utf8')
      own.generated = source.match(/\b(?:diagnose|diagnoseTrace|examine|inOtherClothes)\(/g)?.length ?? 0
    }
  }
  return held
}
