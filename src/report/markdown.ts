// A report as Markdown, for tickets and mails.
import { escapeMarkdown, findingParts, markdownList } from './finding-markdown'
import { LADDER_REMARK, captureFacts } from './wording'
import type { Report, ReportFinding, ReportFrame, ReportLadder } from './report'
import { hostOf } from '../describe/lanes'

/** The whole report. Text from the capture is escaped, so that it stays text where the Markdown is shown. */
export function reportMarkdown(report: Report): string {
  const { capture, findings, normal, limits, frames, ladder, redaction } = report
  const parts = [
    `# ${escapeMarkdown(capture.name)}: why the call failed`,
    ...(findings.length > 0 ? findings.map(findingText) : ['Faultline found nothing wrong in this capture.']),
    ...section('Looks alarming but is normal', normal.map(sideFinding)),
    ...section('What this capture cannot show', limits.map(sideFinding)),
    ...section('Steps', ladderTable(ladder)),
    ...section('Frames of the evidence', frames.map(frameText)),
    ...section('Notes', noteLines(report)),
    ...section('File', [
      captureFacts(report)
        .map(([name, value]) => `- ${name}: ${escapeMarkdown(value)}`)
        .join('\n'),
    ]),
    ...section('Redaction', redaction ? [redaction.map((line) => `- ${escapeMarkdown(line)}`).join('\n')] : []),
  ]
  return parts.join('\n\n') + '\n'
}

function section(title: string, contents: string[]): string[] {
  return contents.length > 0 ? [`## ${title}`, ...contents] : []
}

function findingText(finding: ReportFinding): string {
  return findingParts(finding).join('\n\n')
}

function sideFinding({ title, explanation, evidence }: ReportFinding): string {
  const frames = evidence.length > 0 ? ` (frames ${evidence.map(({ frame }) => frame).join(', ')})` : ''
  return `**${escapeMarkdown(title)}**${frames}: ${escapeMarkdown(explanation)}`
}

function ladderTable({ steps, connections, omitted }: ReportLadder): string[] {
  if (steps.length === 0) return []
  const rows = steps.flatMap((step) => {
    const connection = connections[step.connection]
    if (!connection) return []
    const ends = [hostOf(connection.client), hostOf(connection.server)]
    const [from, to] = step.from === 'client' ? ends : ends.reverse()
    const identity = step.identity === undefined ? undefined : connection.identities[step.identity]
    const who = identity ? `${identity.name} (${identity.level})` : ''
    const cells = [String(step.frame), step.time.toFixed(6), `${from} → ${to}`, step.text, who]
    return [`| ${cells.map(escapeMarkdown).join(' | ')} |`]
  })
  const head = '| Frame | Seconds | From → to | Step | Acting as |\n| ---: | ---: | --- | --- | --- |'
  return [[head, ...rows].join('\n'), ...(omitted > 0 ? [LADDER_REMARK(omitted)] : [])]
}

function frameText({ frame, time, source, destination, info, sections, comments }: ReportFrame): string {
  const title = `### Frame ${frame}`
  const line = `${time.toFixed(6)} s, ${source} → ${destination}: ${info}`
  const fields = sections.flatMap(({ name, fields, more }) => [
    `- **${escapeMarkdown(name)}**`,
    ...fields.map(
      ({ label, value, depth }) =>
        `${'  '.repeat(depth + 1)}- ${escapeMarkdown(label)}${value && `: ${escapeMarkdown(value)}`}`,
    ),
    ...(more > 0 ? [`  - ${more} more fields`] : []),
  ])
  const remarks = comments.length > 0 ? [markdownList('Comments in the file', comments.map(escapeMarkdown))] : []
  return [title, escapeMarkdown(line), fields.join('\n'), ...remarks].join('\n\n')
}

function noteLines({ notes }: Report): string[] {
  if (notes.length === 0) return []
  const text = ({ frame, marked, comment }: Report['notes'][number]) =>
    `- frame ${frame}${marked ? ', marked' : ''}${comment && `: ${escapeMarkdown(comment)}`}`
  return [notes.map(text).join('\n')]
}
