// What each stage of the engine costs, without a page around it: reading and conversation, rules, and redaction.
import { createReadStream, openAsBlob, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { allNames } from '../../src/testing/diagnose'
import { subCapture } from '../../src/export/sub-capture'
import { Redactor } from '../../src/engine/query/export/redacting'
import { Analysis } from '../../src/engine/read/analysis'
import { sourceOf } from '../../src/engine/read/source'
import { OpenCapture } from '../../src/engine/worker/open-capture'

const WINDOW = 4 << 20
const WARMING_RUNS = 3
/** So many frames are redacted. */
const REDACTED_FRAMES = 200_000
const EXAMPLE = 'public/examples/case-study.pcapng'

export interface Stages {
  calls: number
  readSeconds: number
  diagnoseSeconds: number
  redactedFrames: number
  redactSeconds: number
}

/** Seconds that parsing with the conversation, the rules, and redaction take for a file; after the warm-up that the page does too. */
export async function stages(file: string): Promise<Stages> {
  const module = new WebAssembly.Module(readFileSync('asm/build/release.wasm'))
  const names = await allNames()
  for (let run = 0; run < WARMING_RUNS; run++) {
    const analysis = await Analysis.start(module)
    analysis.feed(new Uint8Array(await readFile(EXAMPLE)))
    analysis.end()
    await analysis.diagnose(names)
  }
  const analysis = await Analysis.start(module)
  let readSeconds = 0
  const timed = <T>(what: () => T): [T, number] => {
    const started = performance.now()
    return [what(), (performance.now() - started) / 1000]
  }
  for await (const bytes of createReadStream(file, { highWaterMark: WINDOW }))
    readSeconds += timed(() => analysis.feed(bytes as Uint8Array<ArrayBuffer>))[1]
  const [conversation, endSeconds] = timed(() => analysis.end())
  const diagnosing = performance.now()
  const findings = await analysis.diagnose(names)
  const diagnoseSeconds = (performance.now() - diagnosing) / 1000
  const { capture, parser } = analysis
  const open = new OpenCapture(capture, parser.source, await sourceOf(await openAsBlob(file)), parser)
  Object.assign(open, { conversation, names, findings, format: parser.format })
  const rows = Array.from({ length: Math.min(REDACTED_FRAMES, capture.frames.rows) }, (_, row) => row)
  const redacting = performance.now()
  const redactor = await Redactor.over(open, rows)
  const written = subCapture(capture, { rows, bytes: (row) => redactor.frame(row), comment: '', bare: true })
  for await (const _ of written);
  const redactSeconds = (performance.now() - redacting) / 1000
  return {
    calls: conversation.calls.rows,
    readSeconds: readSeconds + endSeconds,
    diagnoseSeconds,
    redactedFrames: rows.length,
    redactSeconds,
  }
}
