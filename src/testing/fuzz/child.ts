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

const REPORT_EVERY = 50
const MAX_MINIMISED_A_CAUSE = 1

const { run, from, step, ends } = JSON.parse(process.argv[2]!) as Task
const send = (message: Message) => process.send!(message)
const all = seeds(true)
const checks = await checksFor()
const seen = new Map<string, number>()
let done = 0
for (let number = from; Date.now() < ends; number += step) {
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
  if (done === REPORT_EVERY) {
    send({ kind: 'at', number: number + step, done })
    done = 0
  }
}
send({ kind: 'at', number: -1, done })
send({ kind: 'end' })
process.disconnect?.()
