// One process of main.ts.
import { checksFor, minimised, tried } from './run'
import { seeds } from './seeds'

export type Message =
  | { kind: 'at'; number: number; done: number }
  | { kind: 'failed'; number: number; what: string; text: string; file: Uint8Array }
  | { kind: 'end' }

/** Mutants number `from`, `from` + `step`, ... of a run, until `ends` (milliseconds since the epoch). */
export interface Task {
  run: number
  from: number
  step: number
  ends: number
}

/** So often that the number of a mutant that hangs is known. */
const REPORT_MILLISECONDS = 1000
const MAX_MINIMISED_A_CAUSE = 1

const { run, from, step, ends } = JSON.parse(process.argv[2]!) as Task
const send = (message: Message) => process.send!(message)
const all = seeds(true)
const checks = await checksFor()
const seen = new Map<string, number>()
let done = 0
let reported = 0
for (let number = from; Date.now() < ends; number += step) {
  if (Date.now() - reported > REPORT_MILLISECONDS) {
    send({ kind: 'at', number, done })
    reported = Date.now()
    done = 0
  }
  const found = await tried(all, checks, run, number)
  done++
  if (found) {
    const { what, message, cause } = found.failure
    const count = (seen.get(what) ?? 0) + 1
    seen.set(what, count)
    const file = count <= MAX_MINIMISED_A_CAUSE ? await minimised(found, checks) : found.file
    const stack = cause instanceof Error ? (cause.stack ?? '') : ''
    send({ kind: 'failed', number, what, text: `${message}\nfrom ${found.seed}\n${stack}`, file })
  }
}
send({ kind: 'at', number: -1, done })
send({ kind: 'end' })
process.disconnect?.()
