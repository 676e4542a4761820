// The whole case study by keyboard alone: no pointer, and the focus always somewhere that can be seen.
import { type Locator, type Page, expect, test } from '@playwright/test'
import { frameRow } from './pages/page'

/** Presses a key; what has the focus afterwards is never the page itself. */
async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) {
    await page.keyboard.press(key)
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName), { message: key }).not.toBe('BODY')
  }
}

/** Goes on with Tab (or another key) until the target has the focus. */
async function goTo(page: Page, target: Locator, key = 'Tab'): Promise<void> {
  await expect(target).toBeAttached()
  for (let times = 0; times < 80; times++) {
    if (await target.evaluate((element) => element === document.activeElement)) return expectVisibleFocus(page)
    await press(page, key)
  }
  throw new Error('The target cannot be reached.')
}

/** The focus has an outline, its own or that of the row it is on. */
async function expectVisibleFocus(page: Page): Promise<void> {
  const outlined = await page.evaluate(() => {
    const element = document.activeElement!
    const row = document.getElementById(element.getAttribute('aria-activedescendant') ?? '')
    return [element, row].some((one) => one && getComputedStyle(one).outlineStyle !== 'none')
  })
  expect(outlined).toBe(true)
}

test('the case study is read by keyboard alone', async ({ page }) => {
  test.slow() // some hundred keys
  await page.goto('./')
  await goTo(page, page.getByRole('button', { name: 'Open this example →' }))
  await press(page, 'Enter')
  await expect(page.getByRole('article').first()).toContainText('REDMOND\\jiangyue')
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused()

  // Evidence
  await goTo(page, page.getByRole('article').first().getByRole('link', { name: 'Frame 525', exact: true }).first())
  await press(page, 'Enter')
  await expect(frameRow(page, 525)).toHaveAttribute('aria-selected', 'true')

  // Calls, the slowest first
  await goTo(page, page.getByRole('tab', { name: 'Frames' }))
  await press(page, 'ArrowRight')
  await expect(page.getByRole('tab', { name: 'Calls' })).toHaveAttribute('aria-selected', 'true')
  const calls = page.getByRole('grid', { name: 'Calls' })
  await goTo(page, calls.getByRole('button', { name: 'Duration' }))
  await press(page, 'Enter')
  await expect(calls.getByRole('columnheader', { name: /Duration/ })).toHaveAttribute('aria-sort', 'descending')
  await goTo(page, calls, 'Shift+Tab')
  await press(page, 'Home')
  await expect(calls.getByRole('row', { selected: true })).toHaveAttribute('aria-rowindex', '2')

  // Connections and their ladder
  await goTo(page, page.getByRole('tab', { name: 'Calls' }), 'Shift+Tab')
  await press(page, 'ArrowRight')
  const connections = page.getByRole('grid', { name: 'Connections' })
  await goTo(page, connections)
  await press(page, 'Home', 'ArrowDown', 'ArrowDown', 'ArrowDown')
  await expect(page.getByRole('heading', { name: /59916/ })).toBeVisible()
  const ladder = page.getByRole('grid', { name: 'Ladder' })
  await goTo(page, ladder)
  await press(page, 'End', 'ArrowUp')
  await expectVisibleFocus(page)
  await press(page, 'Enter')
  await expect(page.getByRole('grid', { name: 'Frames' })).toBeVisible()

  // A filter, wrong first
  await press(page, '/')
  const box = page.getByRole('combobox', { name: 'Filter' })
  await expect(box).toBeFocused()
  await page.keyboard.type('rpc.outcome = "fault"')
  await press(page, 'Enter')
  await expect(page.getByRole('alert').locator('mark')).toHaveText('=')
  for (let times = 0; times < 8; times++) await press(page, 'ArrowLeft')
  await page.keyboard.type('=')
  await press(page, 'Enter')
  await expect(page.getByRole('alert')).toBeHidden()
  const frames = page.getByRole('grid', { name: 'Frames' })
  await expect(frames).not.toHaveAttribute('aria-rowcount', '846')

  // A comment, and back
  await goTo(page, frames)
  await press(page, 'Home', 'c')
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.type('Here it fails.')
  await goTo(page, page.getByRole('dialog').getByRole('button', { name: 'Keep' }))
  await press(page, 'Enter')
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(frames).toBeFocused()
  await expect(frames).toContainText('✎')
  await press(page, 'Control+z')
  await expect(frames).not.toContainText('✎')

  // Back and Forward: the browser's own keys, which do not reach it from a test
  await page.goBack()
  await expect(frames).toHaveAttribute('aria-rowcount', '846')
  await page.goForward()
  await expect(frames).not.toHaveAttribute('aria-rowcount', '846')
  await expect(frames).toBeFocused()

  // Its cells' menu
  await press(page, 'Shift+F10')
  const menu = page.getByRole('menu', { name: 'Row' })
  await expect(menu.getByRole('menuitem', { name: /^ip\.src ==/ })).toBeVisible()
  await press(page, 'Escape')
  await expect(frames).toBeFocused()

  // All frames again, and out
  await goTo(page, page.getByRole('button', { name: /^Show all frames/ }))
  await press(page, 'Enter')
  await expect(frames).toHaveAttribute('aria-rowcount', '846')
  await press(page, '/')
  await goTo(page, page.getByRole('button', { name: 'Start page' }), 'Shift+Tab')
  await press(page, 'Enter')
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
})

test('Escape closes the menu of a heading whose explanation would open beside it', async ({ page }) => {
  await page.goto('./')
  await page.getByRole('button', { name: 'Open this example →' }).click()
  const frames = page.getByRole('grid', { name: 'Frames' })
  const heading = frames.getByRole('columnheader', { name: 'Time' }).getByRole('button')
  const menu = page.getByRole('menu', { name: 'Column' })
  await frames.hover()
  await page.waitForLoadState('networkidle') // explanations are fetched at the first move
  await heading.hover()
  await expect(page.locator('.means')).toBeVisible()
  for (let times = 0; times < 3; times++) {
    await heading.click({ button: 'right' })
    await expect(menu).toBeVisible()
    // The pointer moves on within the heading while the menu is open.
    const { x, y } = (await heading.boundingBox())!
    for (const by of [6, 8, 10]) await page.mouse.move(x + by, y + 8)
    await page.waitForTimeout(600) // an explanation comes after 400 ms
    await expect(page.locator('.means')).toHaveCount(0)
    await press(page, 'Escape')
    await expect(menu).toBeHidden()
  }
})
