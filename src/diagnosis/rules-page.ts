// The list of rules as a page of Markdown, made from the rules themselves: RULES.md beside this file.
import { rules as all } from './rules'
import type { Rule } from './rule'

/** The page's text. It changes exactly when a rule's id, title, meaning or coverage does. */
export function rulesPage(rules: readonly Rule[] = all): string {
  const sorted = rules.toSorted((a, b) => a.id.localeCompare(b.id))
  const sections = sorted.map(({ id, title, meaning, covers }) => {
    const covered = covers.length > 0 ? ` (${covers.join(', ')})` : ''
    return `## ${id}\n\n**${title}**${covered}\n\n${meaning}\n`
  })
  const head =
    '# What Faultline can tell\n\n' +
    `${sorted.length} rules, each a file in \`rules/\`. Written by \`npm run generate\` from the rules themselves; ` +
    'the numbers are those of the catalogue of failures that the rules were built from.\n'
  return [head, ...sections].join('\n')
}
