// How far a file has come on its way through the analysis, and why it is refused where it is not a capture.
import type { FileFormat } from '../../../asm/layout'
import type { Capture } from '../../capture/capture'
import type { Progress, Failure } from '../api'
import { HEAD_BYTES } from './read-all'
import type { Source } from './source'

const PROGRESS_MILLISECONDS = 100

/** How far one capture has come; what its tables say is added. */
type Step = Pick<Progress, 'bytesRead' | 'stage' | 'rulesRun' | 'rules'>

/** Tells the page how far opening has come: at once where a stage begins, else some ten times a second. */
export function reporter(
  { capture: { frames, pdus } }: { capture: Pick<Capture, 'frames' | 'pdus'> },
  bytesTotal: number,
  onProgress: (progress: Progress) => void,
): (step: Step) => void {
  let last = -Infinity
  let begun = ''
  return (step) => {
    const now = performance.now()
    const stage = `${step.stage} ${step.rules}`
    if (stage === begun && now - last < PROGRESS_MILLISECONDS) return
    last = now
    begun = stage
    onProgress({ ...step, bytesTotal, frames: frames.rows, pdus: pdus.rows })
  }
}

/** Why what the source gave is not a capture. */
export async function whyUnsupported(source: Source, name: string, format: FileFormat): Promise<Failure> {
  const head = await source.read(0, HEAD_BYTES)
  if (source.note !== undefined && head.length === 0)
    return {
      refused: source.note,
      advice: 'If there is a capture inside, unpack it with another program and open that.',
    }
  const { unsupportedFile } = await import('./unsupported-file')
  return unsupportedFile(head, name, format, source.packing === 'several' ? undefined : source.packing)
}
