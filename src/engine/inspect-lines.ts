// What inspect prints for each view.
import { Pdu } from '../../asm/layout'
import type { Comparison, Difference } from '../compare/compare'
import { Call } from '../conversation/model'
import type { Names } from '../names/names'
import { callLine, connectionLine } from '../report/conversation-lines'
import { findingLine } from '../report/finding-line'
import { frameInfo } from '../report/frame-info'
import { frameLine } from '../report/frame-line'
import { pduLine } from '../report/pdu-line'
import type { Analysis } from './analysis'

export const VIEWS = ['frames', 'pdus', 'calls', 'connections', 'findings'] as const
export type View = (typeof VIEWS)[number]

/** 1 at the row of each frame that a display filter shows. */
export type Shown = Uint8Array

/** Objects of one view for a filter: frames, PDUs that they complete, calls of which they show a part. */
export function* filteredLines(analysis: Analysis, names: Names, view: View, shown: Shown): Iterable<unknown> {
  const { capture } = analysis
  const conversation = analysis.conversation!
  const context = { capture, conversation, names }
  if (view === 'frames')
    for (let row = 0; row < shown.length; row++)
      if (shown[row]) yield { ...frameLine(capture, row), info: frameInfo(context, row).info }
  if (view === 'pdus')
    for (let row = 0; row < capture.pdus.rows; row++)
      if (shown[capture.pdus.get(Pdu.Frame, row)]) yield pduLine(context, row)
  if (view === 'calls')
    for (let row = 0; row < conversation.calls.rows; row++) {
      const frames = [Call.RequestFrame, Call.ResponseFrame].map((column) => conversation.calls.get(column, row))
      if (frames.some((frame) => shown[frame] === 1)) yield callLine(conversation, names, row)
    }
}

/** The objects of one view, in order; made one by one, so that output can be streamed. */
export function* lines(analysis: Analysis, names: Names, view: View): Iterable<unknown> {
  const { capture } = analysis
  const conversation = analysis.conversation!
  const context = { capture, conversation, names }
  switch (view) {
    case 'frames':
      for (let row = 0; row < capture.frames.rows; row++)
        yield { ...frameLine(capture, row), info: frameInfo(context, row).info }
      return
    case 'pdus':
      for (let row = 0; row < capture.pdus.rows; row++) yield pduLine(context, row)
      return
    case 'calls':
      for (let row = 0; row < conversation.calls.rows; row++) yield callLine(conversation, names, row)
      return
    case 'connections':
      for (const connection of conversation.connections) yield connectionLine(conversation, connection)
      return
    case 'findings':
      for (const finding of analysis.diagnose(names)) yield findingLine(finding)
  }
}

/** A comparison: its summary, then difference by difference, frames as numbers. */
export function* comparisonLines({ summary, differences }: Comparison): Iterable<unknown> {
  yield { kind: 'summary', text: summary }
  const numbers = (evidence: Difference['a']) => evidence.map(({ frame }) => frame + 1)
  for (const { kind, text, a, b } of differences) yield { kind, text, frames: numbers(a), otherFrames: numbers(b) }
}
