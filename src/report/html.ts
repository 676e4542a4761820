// A report as one printable HTML file: nothing to load, nothing that runs, the look of the page in light and dark.
import { sha256 } from '@noble/hashes/sha2.js'
import {
  answerFacts,
  certaintyOf,
  confidenceText,
  executedText,
  fixLine,
  repeatText,
  severityText,
} from '../describe/finding-text'
import { ladderSvg } from './ladder-svg'
import { escapeMarkup } from './markup'
import type { Report, ReportFinding, ReportFrame } from './report'
import { REPORT_STYLE } from './style'
import { captureFacts, LADDER_REMARK } from './wording'

/** The whole document. Its own content security policy allows the one style sheet and nothing else. */
export function reportHtml(report: Report): string {
  const hash = btoa(String.fromCharCode(...sha256(new TextEncoder().encode(REPORT_STYLE))))
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="${escapeMarkup(`${report.tool.name} ${report.tool.version}`)}">
<title>${escapeMarkup(report.capture.name)}: why the call failed</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
${reportBody(report)}
</body>
</html>
`
}

/** What is in the document's body: also what is copied as rich text. */
export function reportBody(report: Report): string {
  const { capture, findings, normal, limits, frames, ladder, notes, redaction } = report
  const parts = [
    `<header><h1>${escapeMarkup(capture.name)}: why the call failed</h1></header>`,
    '<main>',
    ...(findings.length > 0 ? findings.map(findingArticle) : ['<p>Faultline found nothing wrong in this capture.</p>']),
    ...section('Looks alarming but is normal', normal.map(sideFinding)),
    ...section('What this capture cannot show', limits.map(sideFinding)),
  ]
  const drawing = ladderSvg(ladder)
  if (drawing) {
    const remark = ladder.omitted > 0 ? [`<p class="muted">${LADDER_REMARK(ladder.omitted)}</p>`] : []
    parts.push(
      ...section('Steps', [
        `<div class="scroll" tabindex="0" role="group" aria-label="Ladder">${drawing}</div>`,
        ...remark,
      ]),
    )
  }
  parts.push(
    ...section('Frames of the evidence', frames.map(frameDetails)),
    ...section('Notes', noteList(notes)),
    ...section('File', [definitions(captureFacts(report))]),
    ...section('Redaction', redaction ? [list(redaction.map(escapeMarkup))] : []),
    '</main>',
  )
  return parts.join('\n')
}

function section(title: string, contents: string[]): string[] {
  return contents.length > 0 ? ['<section>', `<h2>${title}</h2>`, ...contents, '</section>'] : []
}

function findingArticle(finding: ReportFinding, index: number): string {
  const { severity, title, explanation, layers, identities, evidence, executed, advice, fix, references, filter } =
    finding
  const { count = 1, streams, wouldHelp } = finding
  const parts = [
    `<article class="${severity}">`,
    `<p class="severity">${severityText[severity]} ${index + 1}</p>`,
    `<h2>${escapeMarkup(title)}</h2>`,
  ]
  const facts = answerFacts(finding)
  if (facts.length > 0) parts.push(definitions(facts))
  if (fix.length > 0) parts.push('<h3>Fix</h3>', list(fix.map((step) => escapeMarkup(fixLine(step)))))
  parts.push('<h3>What happened</h3>', `<p>${escapeMarkup(explanation)}</p>`)
  if (count > 1) parts.push(`<p class="muted">${repeatText(count, streams)}</p>`)
  if (layers.length > 0)
    parts.push(
      '<h3>What the program saw</h3>',
      definitions(
        layers.map(({ layer, code, text }) => [layer, text, code]),
        'layers',
      ),
    )
  if (identities && identities.length > 0)
    parts.push(
      '<h3>Who acted as whom</h3>',
      definitions(identities.map(({ role, name, did }) => [role, did ? `${name}, ${did}` : name])),
    )
  if (evidence.length > 0)
    parts.push(
      '<h3>Evidence</h3>',
      list(evidence.map(({ frame, note }) => `${frameLink(frame)}: ${escapeMarkup(note)}`)),
    )
  if (executed) parts.push(`<p>${executedText[executed]}</p>`)
  const more = advice.filter((text) => !fix.some((step) => step.text === text))
  if (more.length > 0) parts.push('<h3>What to do</h3>', list(more.map(escapeMarkup)))
  if (filter) parts.push(`<p>Wireshark filter: <code>${escapeMarkup(filter)}</code></p>`)
  const helps = wouldHelp ? ` To confirm: ${escapeMarkup(wouldHelp)}` : ''
  parts.push(`<p class="muted">${confidenceText[certaintyOf(finding)]}${helps}</p>`)
  if (references.length > 0)
    parts.push(
      '<h3>References</h3>',
      list(references.map(({ title: text, url }) => (isWeb(url) ? link(url, text) : escapeMarkup(text)))),
    )
  return [...parts, '</article>'].join('\n')
}

function sideFinding({ title, explanation, evidence }: ReportFinding): string {
  const frames = evidence.length > 0 ? ` (${evidence.map(({ frame }) => frameLink(frame)).join(', ')})` : ''
  return `<p><strong>${escapeMarkup(title)}</strong>${frames}: ${escapeMarkup(explanation)}</p>`
}

function frameDetails({ frame, time, source, destination, info, sections, comments }: ReportFrame): string {
  const line = `${time.toFixed(6)} s, ${source} → ${destination}: ${info}`
  const tables = sections.map(({ name, fields, more }) => {
    const rows = fields.map(
      ({ label, value, depth }) =>
        `<tr><th scope="row" class="depth-${Math.min(depth, 6)}">${escapeMarkup(label)}</th><td>${escapeMarkup(value)}</td></tr>`,
    )
    const rest = more > 0 ? `<tr><td colspan="2" class="muted">${more} more fields</td></tr>` : ''
    return `<table><caption>${escapeMarkup(name)}</caption><tbody>${rows.join('')}${rest}</tbody></table>`
  })
  const remarks = comments.map((comment) => `<p>Comment in the file: ${escapeMarkup(comment)}</p>`)
  return `<details id="frame-${frame}"><summary><strong>Frame ${frame}</strong> ${escapeMarkup(line)}</summary>${[...remarks, ...tables].join('\n')}</details>`
}

function noteList(notes: Report['notes']): string[] {
  if (notes.length === 0) return []
  const text = ({ frame, marked, comment }: Report['notes'][number]) =>
    `${frameLink(frame)}${marked ? ', marked' : ''}${comment && `: ${escapeMarkup(comment)}`}`
  return [list(notes.map(text))]
}

/** Names and values; a code precedes its value. */
function definitions(entries: [name: string, value: string, code?: string][], role = ''): string {
  const items = entries.map(([name, value, code]) => {
    const number = code ? `<code>${escapeMarkup(code)}</code> ` : ''
    return `<dt>${escapeMarkup(name)}</dt><dd>${number}${escapeMarkup(value)}</dd>`
  })
  return `<dl${role && ` class="${role}"`}>${items.join('')}</dl>`
}

/** Items are markup already. */
function list(items: string[]): string {
  return `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`
}

function frameLink(frame: number): string {
  return `<a href="#frame-${frame}">frame ${frame}</a>`
}

function link(url: string, text: string): string {
  return `<a href="${escapeMarkup(url)}" rel="noopener noreferrer">${escapeMarkup(text)}</a>`
}

function isWeb(url: string | undefined): url is string {
  return url !== undefined && /^https?:\/\//.test(url)
}
