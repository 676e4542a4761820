// A finding as inspect prints it: frames as numbers, absent values left out.
import type { Finding } from '../diagnosis/finding'

/** Members of `inspect --as findings`; frame numbers are from 1. */
export function findingLine({ evidence, occurrences, fix, ...finding }: Finding): Record<string, unknown> {
  return {
    ...finding,
    fix: fix.map(({ text, copy }) => (copy === undefined ? text : `${text} ${copy}`)),
    occurrences: occurrences.map(({ evidence, first, last, ...occurrence }) => ({
      ...occurrence,
      frames: evidence.map(({ frame }) => frame + 1),
      first: first + 1,
      last: last + 1,
    })),
    frames: evidence.map(({ frame }) => frame + 1),
    evidence: evidence.map(({ frame, note }) => ({ frame: frame + 1, note })),
  }
}
