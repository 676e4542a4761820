// An analysis to hand on, as plain data. Markdown, HTML and JSON say the same; the JSON is this object as it is.
import type { Finding } from '../diagnosis/finding'
import type { LadderConnection, LadderStep } from '../describe/lanes'

/** Raised when a reader of the JSON would have to change; members may be added without that. */
export const REPORT_VERSION = 1

/** Frames are numbered from 1 as Wireshark does, times are seconds since the first frame unless they say otherwise. */
export interface Report {
  format: 'faultline-report'
  version: typeof REPORT_VERSION
  tool: { name: string; version: string }
  capture: ReportCapture
  /** What is wrong, most important first; what only looks alarming; what this capture cannot show. */
  findings: ReportFinding[]
  normal: ReportFinding[]
  limits: ReportFinding[]
  /** Every frame that a finding names as evidence, in order, with what it says. */
  frames: ReportFrame[]
  ladder: ReportLadder
  /** What the user put on frames. */
  notes: { frame: number; marked: boolean; comment: string }[]
  /** Present when names and addresses in the report are replaced: what was, and what was not looked into. */
  redaction?: string[]
}

interface ReportCapture {
  name: string
  bytes: number
  /** SHA-256 of the file, hexadecimal. */
  sha256: string
  format: string
  frames: number
  connections: number
  calls: number
  hosts: number
  /** ISO 8601 UTC of the first and last frame; absent without frames. */
  firstTime?: string
  lastTime?: string
  /** Sentences about the file itself: cut, broken, link types that are not read. */
  notices: string[]
}

/** A finding with its evidence by frame number. */
export type ReportFinding = Omit<Finding, 'evidence' | 'occurrences' | 'streams' | 'kind'> & {
  /** Each time that it happened; `first`, `last` and evidence are numbers of frames. */
  occurrences: Finding['occurrences']
  evidence: { frame: number; note: string }[]
  /** On how many streams it happened. */
  streams: number
}

export interface ReportFrame {
  frame: number
  time: number
  source: string
  destination: string
  protocol: string
  info: string
  /** The protocols that say something about the call, each with its fields; `depth` counts from 0. */
  sections: ReportSection[]
  /** The file's own comments on the frame. */
  comments: string[]
}

export interface ReportSection {
  name: string
  fields: { label: string; value: string; depth: number }[]
  /** Fields beyond those that are listed. */
  more: number
}

export interface ReportLadder {
  /** What `connection` of a step indexes. */
  connections: LadderConnection[]
  /** `frame` is a number, unlike in the page's own steps. */
  steps: LadderStep[]
  /** Steps that are left out because they are ordinary calls far from any evidence. */
  omitted: number
}

export function reportJson(report: Report): string {
  return JSON.stringify(report, undefined, 2) + '\n'
}

/** A finding as a report holds it. */
export function reportFinding(finding: Finding): ReportFinding {
  const { evidence, occurrences, streams, kind: _, ...rest } = finding
  const numbered = (list: Finding['evidence']) => list.map(({ frame, note }) => ({ frame: frame + 1, note }))
  return {
    ...rest,
    evidence: numbered(evidence),
    occurrences: occurrences.map((one) => ({
      ...one,
      evidence: numbered(one.evidence),
      first: one.first + 1,
      last: one.last + 1,
    })),
    streams: streams.length,
  }
}
