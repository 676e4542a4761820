// A short run of the fuzzer; `npm run fuzz` goes on for as long as asked.
import { expect, test } from 'vitest'
import { Random } from '../random'
import { mutated } from './mutate'
import { recordsOf } from './records'
import { checksFor, mutant, tried } from './run'
import { seeds } from './seeds'

const RUN = 1
const MUTANTS = 300

const made = seeds(false)

test(`${MUTANTS} mutants of generated captures break nothing`, { timeout: 240_000 }, async () => {
  const checks = await checksFor()
  for (let number = 0; number < MUTANTS; number++) {
    const found = await tried(made, checks, RUN, number)
    expect(
      found && `${found.failure.what}: ${found.failure.message} (mutant ${number} of ${found.seed})`,
    ).toBeUndefined()
  }
})

test('a mutant is the same whenever it is made', () => {
  expect(mutant(made, RUN, 7).file).toEqual(mutant(made, RUN, 7).file)
})

test('mutations change what they are given, and leave the seed as it was', () => {
  const [seed, other] = [made[0]!.bytes, made[1]!.bytes]
  const before = seed.slice()
  let changed = 0
  for (let i = 0; i < 100; i++) if (Buffer.compare(mutated(seed, other, new Random(`${i}`)), seed) !== 0) changed++
  expect(changed).toBeGreaterThan(95)
  expect(seed).toEqual(before)
})

test('records are counted as the generator wrote them', () => {
  const { kind, frames, isPlain } = recordsOf(made.find(({ name }) => name === 'fault, pcap')!.bytes)
  expect(kind).toBe('pcap')
  expect(isPlain).toBe(true)
  expect(frames).toBeGreaterThan(8)
})
