import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { heldBy } from '../testing/held'
import { RULE_NOTES } from './rule-notes'
import { rules as all } from './rules'
import { rulesPage } from './rules-page'

test('RULES.md says what the rules say (npm run generate writes it again)', async () => {
  const written = await readFile(new URL('RULES.md', import.meta.url), 'utf8')
  expect(withoutCounts(written)).toBe(withoutCounts(rulesPage(await heldBy())))
  expect(written.match(/^- Held by: \d/gm)).toHaveLength(all.length)
})

/** Captures are counted when the page is generated; a test more must not make it wrong. */
function withoutCounts(page: string): string {
  return page.replace(/^- Held by: .*$/gm, '- Held by:')
}

test('every rule has an id of its own, a title and a meaning', () => {
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
  for (const { id, title, meaning } of all) {
    expect(id).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
    expect(title.length, id).toBeGreaterThan(10)
    expect(meaning.length, id).toBeGreaterThan(40)
  }
})

test('every rule has notes on its severities, on what it needs and on what looks like it', () => {
  expect(Object.keys(RULE_NOTES).sort()).toEqual(all.map(({ id }) => id).sort())
  for (const [id, { severities, needs, unlike }] of Object.entries(RULE_NOTES)) {
    expect(Object.values(severities).join(), id).not.toBe('')
    expect(needs, id).toMatch(/^\S.*\.$/s)
    expect(unlike, id).toMatch(/^\S.*\.$/s)
  }
})
