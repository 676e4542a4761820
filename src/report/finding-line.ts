// A finding as inspect prints it: frames as numbers, absent values left out.
import type { Finding } from '../diagnosis/rule'

export function findingLine({ evidence, ...finding }: Finding): Record<string, unknown> {
  return {
    ...finding,
    frames: evidence.map(({ frame }) => frame + 1),
    evidence: evidence.map(({ frame, note }) => ({ frame: frame + 1, note })),
  }
}
