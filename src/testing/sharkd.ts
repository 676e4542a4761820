// Display filters put to tshark's own engine. A start of tshark costs more than most captures do, so where sharkd came with
// it one process answers all filters of a test run; else tshark is started for each.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { tsharkFields } from './tshark'

/** sharkd reads its questions into a buffer of fixed size. */
const MAX_FILTER_LENGTH = 1000

const HAS_SHARKD = spawnSync('sharkd', ['--help'], { stdio: 'ignore' }).status === 0

/** Numbers of the frames that tshark shows for a display filter, rising. Rejects where tshark does not know the filter. */
export async function framesInTshark(capture: Uint8Array, filter: string): Promise<number[]> {
  if (HAS_SHARKD && filter.length <= MAX_FILTER_LENGTH) {
    sharkd ??= new Sharkd()
    const frames = await sharkd.frames(capture, filter)
    if (frames) return frames
  }
  return tsharkFields(capture, ['frame.number'], { filter }).map(([number]) => Number(number))
}

interface Answer {
  id?: number
  result?: { num: number }[]
}

let sharkd: Sharkd | undefined

/** One process and the capture that it has open; it ends with its standard input, so with this process. */
class Sharkd {
  readonly #process: ChildProcess = spawn('sharkd', ['-'], { stdio: ['pipe', 'pipe', 'ignore'] })
  /** Takes the answer to the question that is open: one at a time. */
  #answer: ((answer: Answer) => void) | undefined
  #last: Promise<unknown> = Promise.resolve()
  #open: Uint8Array | undefined
  #asked = 0
  #loads = 0

  constructor() {
    // It says how it starts before it answers in JSON.
    createInterface(this.#process.stdout!).on('line', (line) => {
      if (!line.startsWith('{')) return
      const answer = JSON.parse(line) as Answer
      if (answer.id === this.#asked) this.#answer?.(answer)
    })
    this.#process.on('exit', () => this.#answer?.({}))
    this.#process.unref()
  }

  /** Numbers of frames; undefined where it does not take the filter. Questions wait for each other: each is about the open capture. */
  frames(capture: Uint8Array, filter: string): Promise<number[] | undefined> {
    const answer = this.#last.then(async () => {
      const folder = mkdtempSync(join(tmpdir(), 'faultline-'))
      try {
        if (capture !== this.#open) this.#load(capture, join(folder, 'capture'))
        // It remembers what a filter showed, of an earlier capture too: what is always true makes the filter this capture's.
        const { result } = await this.#ask('frames', {
          filter: `(${filter}) && frame.number < ${2 ** 31 - this.#loads}`,
        })
        return result?.map(({ num }) => num)
      } finally {
        rmSync(folder, { recursive: true })
      }
    })
    this.#last = answer.catch(() => undefined)
    return answer
  }

  /** Nothing waits for what it says to a file: where that ends within a packet it says nothing, and reads what is there. */
  #load(capture: Uint8Array, file: string): void {
    writeFileSync(file, capture)
    this.#send('load', { file })
    this.#open = capture
    this.#loads++
  }

  #ask(method: string, params: object): Promise<Answer> {
    return new Promise((resolve) => {
      this.#answer = resolve
      this.#send(method, params)
    })
  }

  #send(method: string, params: object): void {
    this.#process.stdin!.write(`${JSON.stringify({ jsonrpc: '2.0', id: ++this.#asked, method, params })}\n`)
  }
}
