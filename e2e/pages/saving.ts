// What tests of saved analyses do again and again.
import { type Page, expect } from '@playwright/test'
import { exampleFile, openFile } from './page'

export const list = (page: Page) => page.getByRole('region', { name: 'Saved analyses' })
export const entry = (page: Page, name: string) =>
  list(page)
    .getByRole('listitem')
    .filter({ has: page.getByRole('link', { name }) })

export async function openCapture(page: Page, name = 'case-study.pcapng') {
  await openFile(page, exampleFile(name))
  await expect(page.getByRole('heading', { name: 'Diagnosis', exact: true })).toBeVisible()
}

export interface Details {
  name: string
  tags?: string
  notes?: string
  withCapture?: boolean
}

export async function fillAndSave(page: Page, { name, tags = '', notes = '', withCapture = true }: Details) {
  await page.getByRole('button', { name: 'Save…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Save this analysis' })
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByLabel('Tags, separated by commas').fill(tags)
  await dialog.getByLabel('Notes').fill(notes)
  await dialog.getByRole('checkbox').setChecked(withCapture)
  await expect(dialog.getByText(/Tables and findings take/)).toBeVisible()
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  return dialog
}

export async function save(page: Page, details: Details) {
  await expect(await fillAndSave(page, details)).toBeHidden()
  await expect(page).toHaveURL(/#\/saved\/[0-9a-f]{20}\?/)
}

export async function toStart(page: Page) {
  await page.getByRole('button', { name: 'Start page' }).click()
  await expect(list(page)).toBeVisible()
}

/** Opens and saves the example in a fresh page. */
export async function saveExample(page: Page, details: Details) {
  await page.goto('./')
  await openCapture(page)
  await save(page, details)
}

export async function comment(page: Page, text: string) {
  await page.getByRole('grid', { name: 'Frames' }).focus()
  await page.keyboard.press('c')
  await page.getByRole('textbox', { name: 'Comment' }).fill(text)
  await page.getByRole('button', { name: 'Keep', exact: true }).click()
}

export const note = (page: Page, text: string) => page.getByText(`Your comment: ${text}`)

/** True if everything that changed is stored: nothing waits in the journal. */
export function expectStored(page: Page) {
  return expect
    .poll(() => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('faultline.pending'))))
    .toEqual([])
}
