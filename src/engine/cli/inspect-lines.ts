// What inspect prints for each view.
import { Pdu } from '../../../asm/layout'
import { streamNumbers } from '../../capture/stream-number'
import type { Comparison } from '../../compare/compare'
import type { Difference } from '../../compare/difference'
import { Call } from '../../conversation/model'
import type { Names } from '../../names/names'
import { callLine, connectionLine } from '../../describe/conversation-lines'
import { findingLine } from '../../describe/finding-line'
import { frameInfo } from '../../describe/frame-info'
import { frameLine } from '../../describe/frame-line'
import { pduLine } from '../../describe/pdu/pdu-line'
import { type Logon, logonExplanation } from '../../unseal/logon'
import type { Analysis } from '../read/analysis'

export const VIEWS = ['frames', 'pdus', 'calls', 'connections', 'findings', 'logons', 'events', 'about', 'wmi'] as const
export type View = (typeof VIEWS)[number]

/** A line whose stream is numbered as Wireshark numbers it: TCP and UDP each from 0. */
function numbered(line: Record<string, unknown>, numbers: Uint32Array): Record<string, unknown> {
  return typeof line.stream === 'number' ? { ...line, stream: numbers[line.stream] } : line
}

/** 1 at the row of each frame that a display filter shows. */
export type Shown = Uint8Array

/** Objects of one view for a filter: frames, PDUs that they complete, calls of which they show a part. */
export function* filteredLines(analysis: Analysis, names: Names, view: View, shown: Shown): Iterable<unknown> {
  const { capture } = analysis
  const conversation = analysis.conversation!
  const context = { capture, conversation, names }
  const opened = (row: number) => analysis.unsealing?.pduBytes(row)
  const numbers = streamNumbers(capture.streams)
  if (view === 'frames')
    for (let row = 0; row < shown.length; row++)
      if (shown[row]) yield numbered({ ...frameLine(capture, row), info: frameInfo(context, row).info }, numbers)
  if (view === 'pdus')
    for (let row = 0; row < capture.pdus.rows; row++)
      if (shown[capture.pdus.get(Pdu.Frame, row)]) yield numbered(pduLine(context, row, opened), numbers)
  if (view === 'calls')
    for (let row = 0; row < conversation.calls.rows; row++) {
      const frames = [Call.RequestFrame, Call.ResponseFrame].map((column) => conversation.calls.get(column, row))
      if (frames.some((frame) => shown[frame] === 1)) yield numbered(callLine(conversation, names, row), numbers)
    }
}

/** The objects of one view, in order; made one by one, so that output can be streamed. */
export async function* lines(analysis: Analysis, names: Names, view: View): AsyncIterable<unknown> {
  const { capture } = analysis
  const conversation = analysis.conversation!
  const context = { capture, conversation, names }
  const opened = (row: number) => analysis.unsealing?.pduBytes(row)
  const numbers = streamNumbers(capture.streams)
  switch (view) {
    case 'frames':
      for (let row = 0; row < capture.frames.rows; row++)
        yield numbered({ ...frameLine(capture, row), info: frameInfo(context, row).info }, numbers)
      return
    case 'pdus':
      for (let row = 0; row < capture.pdus.rows; row++) yield numbered(pduLine(context, row, opened), numbers)
      return
    case 'calls':
      for (let row = 0; row < conversation.calls.rows; row++)
        yield numbered(callLine(conversation, names, row), numbers)
      return
    case 'connections':
      for (const connection of conversation.connections)
        yield numbered(connectionLine(conversation, connection), numbers)
      return
    case 'logons':
      for (const logon of analysis.unsealing?.logons ?? []) yield numbered(logonLine(logon), numbers)
      return
    case 'findings':
      for (const finding of await analysis.diagnose(names)) {
        const streams = finding.streams.map((stream) => numbers[stream]!)
        yield findingLine({ ...finding, streams })
      }
  }
}

/** A logon with what the secrets made of it. */
function logonLine(logon: Logon): Record<string, unknown> {
  const { frame, stream, user, domain, service, secret, sealed, opened, checked, failed, isSmb } = logon
  return {
    frame: frame + 1,
    stream,
    package: logon.package,
    user,
    domain,
    service,
    over: isSmb ? 'smb' : 'rpc',
    secret,
    sealed,
    opened,
    verified: checked - failed,
    failed,
    explanation: logonExplanation(logon),
  }
}

/** A comparison: its summary, then difference by difference, frames as numbers. */
export function* comparisonLines({ summary, differences }: Comparison): Iterable<unknown> {
  yield { kind: 'summary', text: summary }
  const numbers = (evidence: Difference['a']) => evidence.map(({ frame }) => frame + 1)
  for (const { kind, text, a, b } of differences) yield { kind, text, frames: numbers(a), otherFrames: numbers(b) }
}
