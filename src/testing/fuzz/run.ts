// Mutant after mutant, each known by the run's seed and its number, so that any can be made again.
import { readFileSync } from 'node:fs'
import { allNames } from '../diagnose'
import { Random } from '../random'
import { check, type Checks, type Depth, Failure } from './check'
import { mutated } from './mutate'
import type { Seed } from './seeds'

/** Of so many mutants one is looked at with all that the page can ask, and one is exported. */
const VIEWS_EVERY = 16
const EXPORTS_EVERY = 48

export interface Found {
  /** Which mutant of the run. */
  number: number
  seed: string
  failure: Failure
  file: Uint8Array<ArrayBuffer>
}

export async function checksFor(): Promise<Checks> {
  const wasm = new URL('../../../asm/build/release.wasm', import.meta.url)
  return { module: new WebAssembly.Module(readFileSync(wasm)), names: await allNames() }
}

export function depthOf(number: number): Depth {
  return { views: number % VIEWS_EVERY === 0, exports: number % EXPORTS_EVERY === 0 }
}

/** The mutant of a run with this number. */
export function mutant(
  seeds: readonly Seed[],
  run: number,
  number: number,
): { seed: string; file: Uint8Array<ArrayBuffer> } {
  const random = new Random(`fuzz ${run} ${number}`)
  const seed = random.pick(seeds)
  return { seed: seed.name, file: mutated(seed.bytes, random.pick(seeds).bytes, random) }
}

/** Makes and checks one mutant; what is wrong with it, if anything. */
export async function tried(
  seeds: readonly Seed[],
  checks: Checks,
  run: number,
  number: number,
): Promise<Found | undefined> {
  const { seed, file } = mutant(seeds, run, number)
  const failure = await failureOf(file, checks, depthOf(number))
  return failure && { number, seed, failure, file }
}

export async function failureOf(
  file: Uint8Array<ArrayBuffer>,
  checks: Checks,
  depth: Depth,
): Promise<Failure | undefined> {
  try {
    await check(file, checks, depth)
    return undefined
  } catch (error) {
    return error instanceof Failure ? error : new Failure('exception', String(error), { cause: error })
  }
}

/** The shortest file found that still fails in the same way: pieces are left out as long as that goes on. */
export async function minimised({ file, failure, number }: Found, checks: Checks): Promise<Uint8Array<ArrayBuffer>> {
  let least = file
  for (let piece = Math.ceil(least.length / 2); piece >= 1; piece = Math.floor(piece / 2))
    for (let at = 0; at < least.length;) {
      const shorter = new Uint8Array([...least.subarray(0, at), ...least.subarray(at + piece)])
      const again = await failureOf(shorter, checks, depthOf(number))
      if (again?.what === failure.what) least = shorter
      else at += piece
    }
  return least
}
