// The list of rules as a page of Markdown, made from the rules themselves: RULES.md beside this file.
import { RULE_NOTES } from './rule-notes'
import { rules as all } from './rules'
import type { Rule } from './rule'

/** Captures that hold a rule. */
export interface Held {
  /** Recordings of real hosts in which it must be among the first findings, and in which it must not be found. */
  shows: number
  silent: number
  /** Examples of the start page in which it is found. */
  examples: number
  /** Captures that its own tests generate, at least. */
  generated: number
}

/** The page's text. It changes exactly when a rule's texts or the captures that hold it do. */
export function rulesPage(held: ReadonlyMap<string, Held>, rules: readonly Rule[] = all): string {
  const sorted = rules.toSorted((a, b) => a.id.localeCompare(b.id))
  const sections = sorted.map((rule) => section(rule, held.get(rule.id)))
  const head =
    '# What Faultline can tell\n\n' +
    `${sorted.length} rules, each a file in \`rules/\`. Written by \`npm run generate\` from the rules themselves.\n`
  return [head, ...sections].join('\n')
}

function section({ id, title, meaning }: Rule, held: Held | undefined): string {
  const notes = RULE_NOTES[id]
  const lines = [
    ...Object.entries(notes?.severities ?? {}).map(([severity, why]) => `- ${severity}: ${why}`),
    ...(notes ? [`- Needs: ${notes.needs}`, `- Not to be confused with: ${notes.unlike}`] : []),
    ...(held ? [`- Held by: ${heldText(held)}`] : []),
  ]
  return `## ${id}\n\n**${title}**\n\n${meaning}\n\n${lines.join('\n')}\n`
}

function heldText({ shows, silent, examples, generated }: Held): string {
  const counted: [number, string][] = [
    [shows, 'recordings of real hosts that must show it'],
    [silent, 'recordings that must not show it'],
    [examples, 'example captures'],
    [generated, 'or more generated captures in its tests, with their variants'],
  ]
  return counted
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${count === 1 ? what.replace(/^(recording|example capture)s/, '$1') : what}`)
    .join(', ')
}
