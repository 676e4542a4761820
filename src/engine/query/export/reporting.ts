// A report of the open capture: gathers what is known, reads the evidence frames again, and writes it in the form asked for.
import type { Finding } from '../../../diagnosis/finding'
import { frameSections } from '../../../report/frame-sections'
import { tellingSteps } from '../../../describe/ladder-steps'
import { type Report, REPORT_VERSION, reportFinding, type ReportFrame, reportJson } from '../../../report/report'
import { reportBody, reportHtml } from '../../../report/html'
import { reportMarkdown } from '../../../report/markdown'
import { fileSha256 } from '../about'
import type { NoteOnFrame, Opened, ReportTexts } from '../../api'
import type { QueriedCapture } from '../queried-capture'
import { frameColumns } from '../rows'
import { TOOL_VERSION } from '../../version'

/** Evidence frames that are shown field by field; a report is for reading. */
const MOST_FRAMES = 120

/** The report's data. `opened` is what the page received when the capture was opened. */
export async function reportOf(
  open: QueriedCapture,
  opened: Opened,
  notes: readonly NoteOnFrame[],
  redaction?: string[],
): Promise<Report> {
  const { findings } = opened
  const ofKind = (kind: Finding['kind']) => findings.filter((one) => one.kind === kind).map(reportFinding)
  const evidence = new Set(
    findings.filter(({ kind }) => kind === 'finding').flatMap((one) => one.evidence.map(({ frame }) => frame)),
  )
  const isoTime = (seconds: number) => new Date(seconds * 1000).toISOString()
  return {
    format: 'faultline-report',
    version: REPORT_VERSION,
    tool: { name: 'Faultline', version: TOOL_VERSION },
    capture: {
      name: opened.name,
      bytes: opened.bytes,
      sha256: await fileSha256(open),
      format: opened.format,
      frames: opened.frames,
      connections: opened.connections,
      calls: opened.calls,
      hosts: opened.hosts,
      ...(opened.firstTime !== undefined && { firstTime: isoTime(opened.firstTime) }),
      ...(opened.lastTime !== undefined && { lastTime: isoTime(opened.lastTime) }),
      notices: opened.notices,
    },
    findings: ofKind('finding'),
    normal: ofKind('normal'),
    limits: ofKind('limit'),
    frames: await evidenceFrames(open, evidence),
    ladder: await ladderOf(open, findings, evidence),
    notes: notes.map(({ frame, marked, comment }) => ({ frame: frame + 1, marked, comment })),
    ...(redaction && { redaction }),
  }
}

/** The same report in every form. */
export function reportTexts(report: Report): ReportTexts {
  return {
    markdown: reportMarkdown(report),
    html: reportHtml(report),
    fragment: reportBody(report),
    json: reportJson(report),
  }
}

async function evidenceFrames(open: QueriedCapture, evidence: ReadonlySet<number>): Promise<ReportFrame[]> {
  const rows = [...evidence].sort((a, b) => a - b).slice(0, MOST_FRAMES)
  const frames: ReportFrame[] = []
  for (const row of rows) {
    const { time, source, destination, protocol } = frameColumns(open.capture, row)
    const { parts, comments } = await open.detail(row)
    const info = open.frameInfos([row])[0]?.info ?? ''
    frames.push({ frame: row + 1, time, source, destination, protocol, info, sections: frameSections(parts), comments })
  }
  return frames
}

/** The steps of every connection that a finding is about. */
async function ladderOf(
  open: QueriedCapture,
  findings: readonly Finding[],
  evidence: ReadonlySet<number>,
): Promise<Report['ladder']> {
  const streams = new Set(findings.filter(({ kind }) => kind === 'finding').flatMap((one) => one.streams))
  const rows = open.connectionRows()
  const relevant = (await open.ladder()).steps.filter(({ connection }) => streams.has(rows[connection]!.stream))
  const { steps, omitted } = tellingSteps(relevant, evidence)
  return {
    connections: rows.map(({ client, server, identities }) => ({
      client,
      server,
      identities: identities.map(({ name, level }) => ({ name, level })),
    })),
    steps: steps.map((step) => ({ ...step, frame: step.frame + 1 })),
    omitted,
  }
}
