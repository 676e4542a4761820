// Where a capture is shown first: the frame that proves its first failure.
import { failingFrame } from '../../../describe/proof'
import type { Opened } from '../../../engine/api'
import type { EngineClient } from '../../../engine/page/client'
import { occurrencesOf } from '../../diagnosis/diagnosis.svelte'
import { isFailure } from '../../diagnosis/finding-list'

/** Evidence frames that are looked at. */
const MOST_EVIDENCE = 100

/** The row of the frame that shows the first failure; undefined where nothing failed. */
export async function frameOfFailure({ findings }: Opened, engine: EngineClient): Promise<number | undefined> {
  const first = findings.find(isFailure)
  const evidence = first && occurrencesOf(first)[0]?.evidence.slice(0, MOST_EVIDENCE)
  if (!evidence) return undefined
  const rows = Uint32Array.from(evidence, ({ frame }) => frame)
  return failingFrame(evidence, await engine.frameRowsOf(rows))
}
