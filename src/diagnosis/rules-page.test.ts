import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { rules as all } from './rules'
import { rulesPage } from './rules-page'

test('RULES.md says what the rules say (npm run generate writes it anew)', async () => {
  expect(await readFile(new URL('RULES.md', import.meta.url), 'utf8')).toBe(rulesPage())
})

test('every rule has an id of its own, a title and a meaning', () => {
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
  for (const { id, title, meaning } of all) {
    expect(id).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
    expect(title.length, id).toBeGreaterThan(10)
    expect(meaning.length, id).toBeGreaterThan(40)
  }
})
