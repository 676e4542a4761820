// One page for several tasks of a user: a capture is opened once, and each task begins with its frames in the file's order.
import { type Page, expect, test } from '@playwright/test'
import { exampleFile, openFile } from './page'

/** Opens an example before all tests of a describe block and returns how to reach its page. */
export function sharedPage(example = 'case-study.pcapng'): () => Page {
  let page: Page
  test.describe.configure({ mode: 'serial' })
  test.beforeAll(async ({ browser }) => {
    const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] })
    page = await context.newPage()
    page.on('console', (message) => {
      if (message.type() === 'error') throw new Error(message.text())
    })
    await page.goto('./')
    await openFile(page, exampleFile(example))
    await expect(page.getByRole('heading', { name: 'Diagnosis', exact: true })).toBeVisible()
  })
  test.afterAll(() => page.context().close())
  return () => page
}

export const grid = (page: Page, name = 'Frames') => page.getByRole('grid', { name, exact: true })

/** Texts of a column in the first rows that are drawn. */
export async function columnTexts(page: Page, title: string, count = 8, name = 'Frames'): Promise<string[]> {
  const headings = await grid(page, name).getByRole('columnheader').allInnerTexts()
  const column = headings.findIndex((heading) => heading.replace(/[ ▴▾]+$/, '').trim() === title)
  const rows = await grid(page, name)
    .getByRole('row')
    .evaluateAll((drawn, column) => {
      const at = (row: Element) => Number(row.getAttribute('aria-rowindex'))
      const cells = drawn.filter((row) => at(row) > 1).sort((a, b) => at(a) - at(b))
      return cells.map((row) => row.querySelectorAll('[role=gridcell]')[column]?.textContent?.trim() ?? '')
    }, column)
  return rows.slice(0, count)
}

/** Goes to a frame by its number. */
export async function goToFrame(page: Page, number: number): Promise<void> {
  await grid(page).focus()
  await page.keyboard.press('g')
  await page.getByRole('dialog', { name: 'Go to frame' }).getByRole('textbox').fill(String(number))
  await page.keyboard.press('Enter')
  await expectFrame(page, number)
}

/** The frame that the status line calls the selected one. */
export function expectFrame(page: Page, number: number): Promise<void> {
  return expect(page.getByRole('contentinfo').getByRole('button', { name: /^Frame / })).toHaveText(
    `Frame ${number.toLocaleString('en')}`,
  )
}
