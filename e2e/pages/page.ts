// What the browser tests do again and again, said once.
import { readFileSync } from 'node:fs'
import { type Page, expect } from '@playwright/test'
import { type TestFile, file } from './captures'

/** The example as the built site serves it. */
export function exampleFile(name = 'case-study.pcapng'): TestFile {
  return file(name, readFileSync(new URL(`../../public/examples/${name}`, import.meta.url)))
}

export async function openFile(page: Page, chosen: TestFile): Promise<void> {
  await page.getByLabel('Capture file', { exact: true }).setInputFiles(chosen)
}

/** Drops a file on the page as a person does with the mouse. */
export async function dropFile(page: Page, { name, buffer }: TestFile): Promise<void> {
  const transfer = await page.evaluateHandle(
    ({ name, base64 }) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
      const transfer = new DataTransfer()
      transfer.items.add(new File([bytes], name))
      return transfer
    },
    { name, base64: buffer.toString('base64') },
  )
  await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer })
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer })
}

/** Opens the example by its button and waits for the diagnosis. */
export async function openExample(page: Page): Promise<void> {
  await page.goto('./')
  await page.getByRole('button', { name: 'Open this example →' }).click()
  await expect(page.getByRole('heading', { name: 'Diagnosis', exact: true })).toBeVisible()
}

/** Follows a link of the first finding's evidence, unfolding the list where it is long. */
export async function followEvidence(page: Page, number: number): Promise<void> {
  const finding = page.getByRole('article').first()
  const unfold = finding.getByRole('button', { name: /^Show all/ })
  if (await unfold.isVisible()) await unfold.click()
  await finding
    .getByRole('link', { name: `Frame ${number}`, exact: true })
    .first()
    .click()
}

/** Shows the bytes beside the fields of the selected frame. */
export async function showBytes(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^▸ .* bytes?$/ }).click()
}

export function frameRow(page: Page, number: number) {
  return page.getByRole('grid', { name: 'Frames' }).locator(`[aria-rowindex="${number + 1}"]`)
}
