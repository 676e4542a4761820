import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { REPORT_STYLE } from './style'

test('an identity has the colour in the report that it has on the page', () => {
  const page = readFileSync(new URL('../ui/app.css', import.meta.url), 'utf8')
  const coloursOf = (css: string) => css.match(/--identity-\d: light-dark\([^)]*\)/g)
  expect(coloursOf(page)).toHaveLength(6)
  expect(coloursOf(REPORT_STYLE)).toEqual(coloursOf(page))
})
