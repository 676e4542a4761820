// A finding as Markdown, for tickets and mails.
import type { Finding } from '../diagnosis/finding'
import { answerFacts, certaintyOf, confidenceText, executedText, fixLine, repeatText } from '../describe/finding-text'
import { reportFinding, type ReportFinding } from './report'

/** One finding by itself. Text from the capture is escaped, so that it stays text where the Markdown is shown. */
export function findingMarkdown(finding: Finding, capture: string): string {
  const [last, ...others] = findingParts(reportFinding(finding)).reverse()
  return [...others.reverse(), `${last} Found by Faultline in ${escapeMarkdown(capture)}.`].join('\n\n') + '\n'
}

/** Its paragraphs; the last one says how sure it is. */
export function findingParts(finding: ReportFinding): string[] {
  const { title, explanation, layers, identities, evidence, executed, advice, fix, references, filter } = finding
  const facts = answerFacts(finding).map(([term, text]) => `**${term}:** ${escapeMarkdown(text)}`)
  const parts = [`## ${escapeMarkdown(title)}`, ...(facts.length > 0 ? [facts.join('\\\n')] : [])]
  if (fix.length > 0)
    parts.push(
      markdownList(
        'Fix',
        fix.map((step) => escapeMarkdown(fixLine(step))),
      ),
    )
  parts.push(escapeMarkdown(explanation))
  if ((finding.count ?? 1) > 1) parts.push(repeatText(finding.count ?? 1, finding.streams))
  if (layers.length > 0)
    parts.push(
      markdownList(
        'What the program saw',
        layers.map(
          ({ layer, code, text }) => `${escapeMarkdown(layer)}: ${code ? `\`${code}\` ` : ''}${escapeMarkdown(text)}`,
        ),
      ),
    )
  if (identities && identities.length > 0)
    parts.push(
      markdownList(
        'Who acted as whom',
        identities.map(
          ({ role, name, did }) =>
            `${escapeMarkdown(role)}: ${escapeMarkdown(name)}${did ? `, ${escapeMarkdown(did)}` : ''}`,
        ),
      ),
    )
  if (evidence.length > 0)
    parts.push(
      markdownList(
        'Evidence',
        evidence.map(({ frame, note }) => `frame ${frame}: ${escapeMarkdown(note)}`),
      ),
    )
  if (executed) parts.push(executedText[executed])
  const more = advice.filter((text) => !fix.some((step) => step.text === text))
  if (more.length > 0) parts.push(markdownList('What to do', more.map(escapeMarkdown)))
  if (filter) parts.push(`Wireshark filter: \`${filter}\``)
  if (references.length > 0)
    parts.push(
      markdownList(
        'References',
        references.map(({ title, url }) => (url ? `[${escapeMarkdown(title)}](${url})` : escapeMarkdown(title))),
      ),
    )
  parts.push(confidenceText[certaintyOf(finding)])
  return parts
}

/** A heading in bold and a line each. */
export function markdownList(heading: string, items: string[]): string {
  return `**${heading}**\n\n${items.map((item) => `- ${item}`).join('\n')}`
}

/** Text that stays text in Markdown, on one line. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~]/g, '\\$&').replace(/\s+/g, ' ')
}
