// What the site is made of comes with its licences: in the site, in a saved page, in the package of the element.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'

const fromRoot = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const { dependencies } = JSON.parse(readFileSync(fromRoot('package.json'), 'utf8')) as { dependencies: object }
/** In the site without being dependencies of its source: the framework, the runtime of the wasm, the service worker's parts. */
const bundled = [...Object.keys(dependencies), 'svelte', 'assemblyscript', 'workbox-precaching', 'workbox-window']

test('each package that the site contains is in the list with its licence, in the site and in a saved page', () => {
  const text = readFileSync(fromRoot('dist/licences.txt'), 'utf8')
  expect(text).toContain('Copyright (c) 2026 The Faultline authors')
  expect(text).toContain('Creative Commons Attribution 4.0')
  for (const name of bundled) expect(text).toMatch(new RegExp(`^${name} [\\d.]+ \\(\\S+\\)$`, 'm'))
  expect(text.match(/Apache License/g)?.length).toBeGreaterThan(1)
  expect(readFileSync(fromRoot('dist/page.html'), 'utf8')).toContain(text)
  expect(readFileSync(fromRoot('dist/embed/LICENSE'), 'utf8')).toContain('MIT License')
})

test('the page shows the licences', async ({ page }) => {
  await page.goto('./')
  await page.getByRole('button', { name: 'Licences' }).click()
  const shown = page.getByRole('dialog', { name: 'Licences' })
  await expect(shown.getByRole('region', { name: 'Text of the licences' })).toContainText('bits-ui')
  await page.keyboard.press('Escape')
  await expect(shown).toBeHidden()
  await expect(page.getByRole('button', { name: 'Licences' })).toBeFocused()
})
