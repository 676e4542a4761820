// The display filter: a mistake shown at its place, then frames narrowed, from the box and from a field.
import { expect, test } from '@playwright/test'
import { followEvidence, frameRow, openExample } from './page'

test('a mistake is told at its place; the filter that follows narrows the list', async ({ page }) => {
  await openExample(page)
  await page.keyboard.press('/')
  const box = page.getByRole('combobox', { name: 'Filter' })
  await expect(box).toBeFocused()
  await box.fill('dcerpc.cn_call_id = 8')
  await page.keyboard.press('Enter')
  const mistake = page.getByRole('alert')
  await expect(mistake.locator('mark')).toHaveText('=')
  await box.fill('dcerpc.cn_call_id == 8 && ip.addr == 10.177.17.6')
  await page.keyboard.press('Enter')
  await expect(mistake).toBeHidden()
  const grid = page.getByRole('grid', { name: 'Frames' })
  await expect(page.getByText(/of 845 frames shown/).first()).toBeVisible()
  const rows = Number(await grid.getAttribute('aria-rowcount')) - 1
  expect(rows).toBeGreaterThan(2)
  expect(rows).toBeLessThan(40)
  await box.focus()
  await page.keyboard.press('Escape')
  await expect(grid).toHaveAttribute('aria-rowcount', '846')
})

test('fields are completed while typing', async ({ page }) => {
  await openExample(page)
  const box = page.getByRole('combobox', { name: 'Filter' })
  await box.fill('tcp && dcerpc.cn_ca')
  await expect(page.locator('datalist option[value="tcp && dcerpc.cn_call_id"]')).toHaveCount(1)
})

test('a field is filtered by from its menu', async ({ page }) => {
  await openExample(page)
  await followEvidence(page, 525)
  const tree = page.getByRole('tree', { name: 'Fields of frame 525' })
  await tree.getByRole('treeitem', { name: /^.?call.?id/i }).click({ button: 'right' })
  await page.getByRole('menuitem', { name: /Filter by this: dcerpc.cn_call_id == 8/ }).click()
  await expect(page.getByRole('combobox', { name: 'Filter' })).toHaveValue('dcerpc.cn_call_id == 8')
  await expect(frameRow(page, 1)).not.toContainText('LLMNR')
  await expect(page.getByRole('button', { name: /^Show all frames/ })).toBeVisible()
})
