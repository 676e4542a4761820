// What each stage of the engine costs, without a page around it: reading and conversation on one side, rules on the other.
import { createReadStream, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { allNames } from '../../src/testing/diagnose'
import { Analysis } from '../../src/engine/read/analysis'

const WINDOW = 4 << 20
const WARMING_RUNS = 3
const EXAMPLE = 'public/examples/case-study.pcapng'

export interface Stages {
  calls: number
  readSeconds: number
  diagnoseSeconds: number
}

/** Seconds that parsing with the conversation, and the rules, take for a file; after the warm-up that the page does too. */
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
  await analysis.diagnose(names)
  const diagnoseSeconds = (performance.now() - diagnosing) / 1000
  return { calls: conversation.calls.rows, readSeconds: readSeconds + endSeconds, diagnoseSeconds }
}
