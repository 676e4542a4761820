// The display filter: a mistake shown at its place, then frames narrowed, from the box and from a field.
import { type Page, expect, test } from '@playwright/test'
import { followEvidence, frameRow, openExample } from './pages/page'

test('a mistake is reported at its place; the filter that follows narrows the list', async ({ page }) => {
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

test('fields, operators and values are completed while typing, by keys alone', async ({ page }) => {
  await openExample(page)
  await page.keyboard.press('/')
  const box = page.getByRole('combobox', { name: 'Filter' })
  const list = page.getByRole('listbox', { name: 'Offers' })
  await page.keyboard.type('tcp && rpc.outc')
  await expect(list.getByRole('option', { name: /^rpc\.outcome/ })).toBeVisible()
  await expect(box).toHaveAttribute('aria-expanded', 'true')
  await page.keyboard.press('ArrowDown')
  await expect(box).toHaveAttribute('aria-activedescendant', /./)
  await page.keyboard.press('Enter')
  await expect(box).toHaveValue('tcp && rpc.outcome ')
  await expect(list.getByRole('option', { name: /^==/ })).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(box).toHaveValue('tcp && rpc.outcome == ')
  await page.keyboard.type('"fa')
  await expect(list.getByRole('option', { name: '"fault"' })).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(box).toHaveValue('tcp && rpc.outcome == "fault" ')
  await expect(box).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(list).toBeHidden()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('grid', { name: 'Frames' })).not.toHaveAttribute('aria-rowcount', '846')
  await expect(box).toBeFocused()
})

test('an arrow key that comes before the offers goes into them', async ({ page }) => {
  await openExample(page)
  const box = page.getByRole('combobox', { name: 'Filter' })
  await box.focus()
  await expect(box).toHaveAttribute('aria-expanded', 'false')
  await page.keyboard.type('tcp && rpc.outc')
  await page.keyboard.press('ArrowDown')
  await expect(box).toHaveAttribute('aria-activedescendant', /./)
  await expect(page.getByRole('option', { name: /^rpc\.outcome/ })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(box).toHaveValue('tcp && rpc.outcome ')
})

test('an arrow key that comes before the completion itself goes into the offers', async ({ page }) => {
  await page.route('**/assets/FilterCombobox-*.js', async (route) => {
    await page.keyboard.type('tcp && rpc.outc')
    await page.keyboard.press('ArrowDown')
    await route.continue()
  })
  await openExample(page)
  const box = page.getByRole('combobox', { name: 'Filter' })
  await box.focus()
  await expect(box).toHaveAttribute('aria-activedescendant', /./)
  await page.keyboard.press('Enter')
  await expect(box).toHaveValue('tcp && rpc.outcome ')
})

test('a late answer leaves no offer that the letters typed meanwhile have ruled out', async ({ page }) => {
  await openExample(page)
  const box = page.getByRole('combobox', { name: 'Filter' })
  await box.focus()
  await expect(box).toHaveAttribute('aria-autocomplete', 'list')
  await page.keyboard.type('rpc.outcome == "')
  await expect(page.getByRole('option', { name: '"open"' })).toBeVisible()
  await keepWorkerBusy(page)
  await page.keyboard.type('fa')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(box).toHaveValue('rpc.outcome == "fault" ')
})

/** The engine answers nothing for a second. */
async function keepWorkerBusy(page: Page): Promise<void> {
  const [worker] = page.workers()
  await worker!.evaluate(() => {
    setTimeout(() => {
      const end = performance.now() + 1000
      while (performance.now() < end);
    })
  })
}

test('Enter applies what is typed, whatever is offered; a click takes an offer', async ({ page }) => {
  await openExample(page)
  const box = page.getByRole('combobox', { name: 'Filter' })
  await box.focus()
  await page.keyboard.type('tcp')
  await expect(page.getByRole('listbox', { name: 'Offers' })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('grid', { name: 'Frames' })).not.toHaveAttribute('aria-rowcount', '846')
  await expect(box).toHaveValue('tcp')
  await page.keyboard.type('.str')
  await page.getByRole('option', { name: /^tcp\.stream/ }).click()
  await expect(box).toHaveValue('tcp.stream ')
  await expect(box).toBeFocused()
})

test('a field is filtered by from its menu', async ({ page }) => {
  await openExample(page)
  await followEvidence(page, 525)
  const tree = page.getByRole('tree', { name: 'Fields of frame 525' })
  await tree.hover()
  await page.mouse.wheel(0, 100)
  await tree.getByRole('treeitem', { name: /^.?call.?id/i }).click({ button: 'right' })
  await page.getByRole('menuitem', { name: /Filter by this: dcerpc.cn_call_id == 8/ }).click()
  await expect(page.getByRole('combobox', { name: 'Filter' })).toHaveValue('dcerpc.cn_call_id == 8')
  await expect(frameRow(page, 1)).not.toContainText('LLMNR')
  await expect(page.getByRole('button', { name: /^Show all frames/ })).toBeVisible()
})

test('a finding filters the frames, Back shows all again, and a reload keeps the filter', async ({ page }) => {
  await openExample(page)
  const grid = page.getByRole('grid', { name: 'Frames' })
  await page
    .getByRole('button', { name: /^Show these/ })
    .first()
    .click()
  const box = page.getByRole('combobox', { name: 'Filter' })
  await expect(box).toHaveValue(/^frame\.number in \{516, 519\.\.523, /)
  await expect(grid).not.toHaveAttribute('aria-rowcount', '846')
  const narrowed = await grid.getAttribute('aria-rowcount')
  await page.goBack()
  await expect(grid).toHaveAttribute('aria-rowcount', '846')
  await page.goForward()
  await expect(grid).toHaveAttribute('aria-rowcount', narrowed!)
  await page.reload()
  await expect(grid).toHaveAttribute('aria-rowcount', narrowed!)
  await expect(box).toHaveValue(/^frame\.number in \{516, 519\.\.523, /)
})

test('a filter is kept, offered again, and let go', async ({ page }) => {
  await openExample(page)
  const box = page.getByRole('combobox', { name: 'Filter' })
  await box.fill('rpc.outcome == "fault"')
  const keep = page.getByRole('button', { name: 'Keep this filter' })
  await keep.click()
  await expect(keep).toHaveAttribute('aria-pressed', 'true')
  await page.reload()
  await box.focus()
  await page.keyboard.type('rpc')
  await page.getByRole('option', { name: 'rpc.outcome == "fault" kept' }).click()
  await expect(box).toHaveValue('rpc.outcome == "fault"')
  await keep.click()
  await expect(keep).toHaveAttribute('aria-pressed', 'false')
})

test('marked frames can be asked for', async ({ page }) => {
  await openExample(page)
  await followEvidence(page, 525)
  await page.keyboard.press('m')
  const box = page.getByRole('combobox', { name: 'Filter' })
  await box.fill('mark')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('grid', { name: 'Frames' })).toHaveAttribute('aria-rowcount', '2')
})

test('a cell is filtered by from its menu, alone or with the filter in force', async ({ page }) => {
  await openExample(page)
  await followEvidence(page, 525)
  const box = page.getByRole('combobox', { name: 'Filter' })
  await frameRow(page, 525).getByText('10.177.17.6', { exact: true }).click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Filter by this: ip.src == 10.177.17.6' }).click()
  await expect(box).toHaveValue('ip.src == 10.177.17.6')
  const frames = page.getByRole('grid', { name: 'Frames' })
  await frames.getByText('TCP', { exact: true }).first().click({ button: 'right' })
  await page.getByRole('menuitem', { name: /^And not this/ }).click()
  await expect(box).toHaveValue('ip.src == 10.177.17.6 && !(tcp)')
})

test('calls are narrowed by a filter from their own menu, and it is said', async ({ page }) => {
  await openExample(page)
  await page.getByRole('tab', { name: 'Calls' }).click()
  const calls = page.getByRole('grid', { name: 'Calls' })
  await calls.getByText('fault', { exact: true }).first().click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Filter by this: rpc.outcome == "fault"' }).click()
  await expect(calls).toHaveAttribute('aria-rowcount', '5')
  await expect(page.getByText(/^4 of 15 calls/)).toBeVisible()
  await calls.getByRole('button', { name: 'Request' }).click()
  await expect(calls.getByRole('row').nth(1)).toContainText('758')
})

test('a row’s menu follows its conversation, and copies what was clicked or the whole row', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const copied = () => page.evaluate(() => navigator.clipboard.readText())
  await openExample(page)
  await followEvidence(page, 525)
  const cell = frameRow(page, 525).getByText('10.177.17.6', { exact: true })
  await cell.click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Copy value' }).click()
  await expect.poll(copied).toBe('10.177.17.6')
  await cell.click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Copy row' }).click()
  await expect.poll(copied).toMatch(/^525\t5\.33\d+\tFault: .*\tDCERPC\t10\.177\.17\.6\t10\.177\.17\.15\t86/)
  await cell.click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Follow the conversation: tcp.stream == 7' }).click()
  const frames = page.getByRole('grid', { name: 'Frames' })
  await expect(frames).not.toHaveAttribute('aria-rowcount', '846')
  await expect(frames.locator('[aria-selected=true]')).toContainText('525')
})

test('what a name means is filtered by from its menu', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 1200 })
  await openExample(page)
  for (const [name, filter] of [
    ['10.177.17.58', 'ip.addr == 10.177.17.58'],
    ['REDMOND\\jiangyue', 'rpc.user == "REDMOND\\\\jiangyue"'],
    ['IRemUnknown2', 'rpc.interface == "IRemUnknown2"'],
  ]) {
    await page.getByRole('tab', { name: 'Names' }).click()
    await page.getByRole('grid', { name: 'Names' }).getByText(name!, { exact: true }).click({ button: 'right' })
    await page.getByRole('menuitem', { name: `Filter by this: ${filter}` }).click()
    const frames = page.getByRole('grid', { name: 'Frames' })
    await expect(frames).not.toHaveAttribute('aria-rowcount', '846')
    await expect(page.getByText('No frames match')).toHaveCount(0)
    await page.getByRole('button', { name: /^Show all frames/ }).click()
  }
})

test('Escape before the offers come closes them, and keeps the filter', async ({ page }) => {
  await openExample(page)
  const box = page.getByRole('combobox', { name: 'Filter' })
  await box.focus()
  await page.keyboard.type('rpc.outc')
  await expect(page.getByRole('option', { name: /^rpc\.outcome/ })).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await expect(box).toHaveAttribute('aria-activedescendant', /./)
  // Both keys reach the page in one task, so that no answer comes between them.
  await box.evaluate((element) => {
    for (const key of ['Enter', 'Escape'])
      element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  })
  await expect(box).toHaveValue('rpc.outcome ')
  await expect(page.getByRole('listbox', { name: 'Offers' })).toBeHidden()
})
