// A comparison of the open capture (the first) with another (the second), ready to show.
import { legibly } from '../../../capture/legible'
import { type AlignedCall, compare } from '../../../compare/compare'
import type { CaseFile } from '../../../diagnosis/case-file'
import type { ComparedCall, Compared } from '../../api'
import { callRow } from './call-rows'

/** Rows that a page lists; a comparison of larger captures says that there are more. */
const MOST_CALLS = 20_000

export function compared(first: CaseFile, second: CaseFile, secondName: string): Compared {
  const { summary, differences, calls } = compare(first, second)
  return legibly({
    secondName,
    secondFrames: second.capture.frames.rows,
    summary,
    differences,
    calls: calls.slice(0, MOST_CALLS).map((call) => comparedCall(first, second, call)),
    allCalls: calls.length,
  })
}

function comparedCall(first: CaseFile, second: CaseFile, { a, b, method, same }: AlignedCall): ComparedCall {
  return {
    method,
    same,
    first: a === undefined ? undefined : callRow(first.conversation, first.names, a),
    second: b === undefined ? undefined : callRow(second.conversation, second.names, b),
  }
}
