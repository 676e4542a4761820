// How the engine's processor time grows with what a capture holds: each input at n, 2n and 4n, stage by stage.
import { readFileSync } from 'node:fs'
import { allNames } from '../../src/testing/diagnose'
import { subCapture } from '../../src/export/sub-capture'
import { Redactor } from '../../src/engine/query/export/redacting'
import { Analysis } from '../../src/engine/read/analysis'
import { sourceOf } from '../../src/engine/read/source'
import { WindowReader } from '../../src/engine/read/window-reader'
import { opened } from '../../src/engine/worker/opened'
import { OpenCapture } from '../../src/engine/worker/open-capture'
import type { Growing } from './growing'
import { inputs } from './growth-inputs'

/** Twice as much may take so much longer. */
const MAX_GROWTH = 2.4
/** What takes less is lost in the noise. */
const MIN_SECONDS = 0.2
const RUNS = 3
const STEPS = [1, 2, 4]

type Stages = Record<string, number>

/** Seconds of each stage, for one capture. */
async function stagesOf(file: Uint8Array<ArrayBuffer>): Promise<Stages> {
  const module = new WebAssembly.Module(readFileSync('asm/build/release.wasm'))
  const names = await allNames()
  const seconds: Stages = {}
  async function timed<T>(stage: string, act: () => T | Promise<T>): Promise<T> {
    const started = process.cpuUsage()
    const result = await act()
    const { user, system } = process.cpuUsage(started)
    seconds[stage] = (user + system) / 1e6
    return result
  }
  const analysis = await Analysis.start(module)
  const conversation = await timed('open', () => {
    analysis.feed(file)
    return analysis.end()
  })
  const findings = await timed('rules', () => analysis.diagnose(names))
  const source = await sourceOf(new Blob([file]))
  const open = new OpenCapture(analysis.capture, analysis.parser.source, source, analysis.parser)
  Object.assign(open, { conversation, names, findings, format: analysis.parser.format })
  const frames = Array.from({ length: analysis.capture.frames.rows }, (_, row) => row)
  await timed('answer', () => structuredClone(opened(open, 0)))
  await timed('list', () => open.frameInfos(frames))
  await timed('connections', () => open.connectionRows())
  await timed('calls', () => open.callRows(Uint32Array.from({ length: conversation.calls.rows }, (_, call) => call)))
  await timed('ladder', () => open.ladder())
  await timed('names', () => open.metNames())
  await timed('timeline', () => open.timeline(200))
  await timed('filter', async () => (await open.filters()).rows('dcerpc || dns || smb2 || tcp.flags.syn == 1'))
  await timed('detail', () => open.detail(frames.length - 1))
  const reader = new WindowReader(open.capture, source)
  await timed('export', () =>
    writeAll(subCapture(open.capture, { rows: frames, bytes: (row) => reader.frame(row), comment: '' })),
  )
  await timed('redact', async () => {
    const redactor = await Redactor.over(open, frames)
    await writeAll(
      subCapture(open.capture, { rows: frames, bytes: (row) => redactor.frame(row), comment: '', bare: true }),
    )
  })
  return seconds
}

async function writeAll(pieces: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0
  for await (const piece of pieces) bytes += piece.length
  return bytes
}

async function measured({ from, make }: Growing): Promise<Stages[]> {
  const steps: Stages[] = []
  for (const step of STEPS) {
    const file = make(from * step)
    const runs: Stages[] = []
    for (let run = 0; run < RUNS; run++) {
      runs.push(await stagesOf(file))
      // What takes long enough to be seen need not be taken again.
      if (Object.values(runs[0]!).some((seconds) => seconds > 5)) break
    }
    steps.push(
      Object.fromEntries(Object.keys(runs[0]!).map((stage) => [stage, Math.min(...runs.map((one) => one[stage]!))])),
    )
  }
  return steps
}

/** Prints what each input takes; false where anything grows faster than it should. `wanted` are words of inputs' names. */
export async function growth(wanted: string): Promise<boolean> {
  await stagesOf(inputs[0]!.make(100)) // compiles what runs often
  const rows: Record<string, Record<string, string>> = {}
  let good = true
  for (const input of inputs.filter(({ name }) => name.includes(wanted))) {
    const steps = await measured(input)
    const [first, , last] = steps
    const total = (stages: Stages) => Object.values(stages).reduce((sum, seconds) => sum + seconds, 0)
    const fast = Object.keys(last!).filter(
      (stage) => last![stage]! > MIN_SECONDS && last![stage]! / first![stage]! > MAX_GROWTH ** 2,
    )
    good &&= fast.length === 0
    rows[input.name] = {
      n: String(input.from * STEPS.at(-1)!),
      's at n/4, n/2, n': steps.map((stages) => total(stages).toFixed(2)).join(', '),
      'too fast': fast
        .map((stage) => `${stage} ${steps.map((stages) => stages[stage]!.toFixed(2)).join(', ')}`)
        .join('; '),
    }
    console.log(input.name, rows[input.name])
  }
  console.table(rows)
  return good
}
