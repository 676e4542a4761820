// npm run fuzz [-- --minutes N --seed S]: mutants of captures through the whole engine, in processes that are watched.
// What fails is made as small as it goes and kept in .cache/fuzz, with the message beside it.
import { fork } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Message, Task } from './child'

const FOLDER = '.cache/fuzz'
/** A mutant that takes longer hangs. */
const HANG_MILLISECONDS = 60_000
const MAX_KEPT_A_CAUSE = 3

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    processes: { type: 'string', default: String(Math.max(1, availableParallelism() - 1)) },
  },
})
const processes = Number(values.processes)
const started = Date.now()
const ends = started + Number(values.minutes) * 60_000
let mutants = 0
const causes = new Map<string, number>()

console.log(`seed ${values.seed}, ${processes} processes, ${values.minutes} minutes`)
await Promise.all(Array.from({ length: processes }, (_, one) => watched(one)))
const seconds = (Date.now() - started) / 1000
const rate = mutants / seconds / processes
console.log(
  `${mutants} mutants in ${seconds.toFixed(0)} s: ${rate.toFixed(0)} a second on each of ${processes} processes`,
)
for (const [cause, count] of causes) console.log(`${count} × ${cause}`)
console.log(causes.size === 0 ? 'no failure' : `${causes.size} causes of failure, kept in ${FOLDER}`)
process.exitCode = causes.size === 0 ? 0 : 1

/** Runs mutants number `from`, `from` + processes, ... and starts again behind one that hangs. */
async function watched(from: number): Promise<void> {
  for (let next = from; next >= 0 && Date.now() < ends;) next = await oneProcess(next)
}

/** Gives the number to go on with, or -1 at the end. */
function oneProcess(from: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const task: Task = { run: Number(values.seed), from, step: processes, ends }
    const child = fork(fileURLToPath(new URL('./child.ts', import.meta.url)), [JSON.stringify(task)], {
      execArgv: ['--import', 'tsx'],
      serialization: 'advanced',
    })
    let current = from
    let watch = setTimeout(hangs, HANG_MILLISECONDS * 4) // the first is slow: seeds are made
    let spent = 0
    function hangs(): void {
      // On a busy machine it may only have waited for its turn.
      const now = processorSeconds(child.pid)
      if (now - spent < HANG_MILLISECONDS / 2000) {
        watch = setTimeout(hangs, HANG_MILLISECONDS)
        return
      }
      keep(
        'hang',
        current,
        `does not end: this mutant, or one of those made within a second after it`,
        new Uint8Array(0),
      )
      child.kill('SIGKILL')
      resolve(current + processes)
    }
    child.on('message', (message: Message) => {
      clearTimeout(watch)
      watch = setTimeout(hangs, HANG_MILLISECONDS)
      spent = processorSeconds(child.pid)
      if (message.kind === 'at') {
        mutants += message.done
        current = message.number
      } else if (message.kind === 'failed') keep(message.what, message.number, message.text, message.file)
      else resolve(-1)
    })
    child.on('error', reject)
    child.on('exit', (code) => {
      clearTimeout(watch)
      if (code) keep('crash', current, `the process ended with ${code}`, new Uint8Array(0))
      resolve(code ? current + processes : -1)
    })
  })
}

/** Processor time that a process has taken, in seconds; without Linux's /proc as if all the time had been spent. */
function processorSeconds(pid: number | undefined): number {
  try {
    // Fields 14 and 15, in hundredths: proc(5).
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
    return (Number(fields[11]) + Number(fields[12])) / 100
  } catch {
    return Date.now() / 1000
  }
}

function keep(what: string, number: number, text: string, file: Uint8Array): void {
  const count = (causes.get(what) ?? 0) + 1
  causes.set(what, count)
  if (count > MAX_KEPT_A_CAUSE) return
  mkdirSync(FOLDER, { recursive: true })
  const name = `${FOLDER}/${what.replace(/[^\w.-]+/g, '-').slice(0, 80)}-${values.seed}-${number}`
  writeFileSync(name, file)
  writeFileSync(`${name}.txt`, `seed ${values.seed}, mutant ${number}\n${text}\n`)
  console.log(`${what}: mutant ${number}, ${file.length} bytes: ${text.split('\n')[0]}`)
}
