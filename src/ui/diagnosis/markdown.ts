// A finding as Markdown, for tickets and mails.
import type { Finding } from '../../diagnosis/rule'
import { confidenceText, executedText, repeatText } from './wording'

/** Text from the capture is escaped, so that it stays text where the Markdown is shown. */
export function findingMarkdown(finding: Finding, capture: string): string {
  const { title, explanation, layers, identities, evidence, executed, advice, references, filter } = finding
  const parts = [`## ${escaped(title)}`, escaped(explanation)]
  if ((finding.count ?? 1) > 1) parts.push(repeatText(finding))
  if (layers.length > 0)
    parts.push(
      list(
        'What the program saw',
        layers.map(({ layer, code, text }) => `${escaped(layer)}: ${code ? `\`${code}\` ` : ''}${escaped(text)}`),
      ),
    )
  if (identities && identities.length > 0)
    parts.push(
      list(
        'Who acted as whom',
        identities.map(({ role, name }) => `${escaped(role)}: ${escaped(name)}`),
      ),
    )
  if (evidence.length > 0)
    parts.push(
      list(
        'Evidence',
        evidence.map(({ frame, note }) => `frame ${frame + 1}: ${escaped(note)}`),
      ),
    )
  if (executed) parts.push(executedText[executed])
  if (advice.length > 0) parts.push(list('What to do', advice.map(escaped)))
  if (filter) parts.push(`Wireshark filter: \`${filter}\``)
  if (references.length > 0)
    parts.push(
      list(
        'References',
        references.map(({ title, url }) => (url ? `[${escaped(title)}](${url})` : escaped(title))),
      ),
    )
  parts.push(`${confidenceText[finding.confidence]} Found by Faultline in ${escaped(capture)}.`)
  return parts.join('\n\n') + '\n'
}

function list(heading: string, items: string[]): string {
  return `**${heading}**\n\n${items.map((item) => `- ${item}`).join('\n')}`
}

function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~]/g, '\\$&').replace(/\s+/g, ' ')
}
