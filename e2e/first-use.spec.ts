// Parts of the page are fetched when they are first used. What the user does until one has come is not lost, done twice or
// done to something else; where it cannot be had, the page says so, and the next try works.
import { type Page, expect, test } from '@playwright/test'
import { expectFrame, grid } from './pages/analysis'
import { exampleFile, frameRow, openExample, openFile } from './pages/page'

const MISSING = /A part of the page could not be fetched/

/** Holds the code of parts back, until `come` lets it through, or refuses it until `come`. */
async function late(page: Page, parts: string[], { refused = false } = {}) {
  let isHere = false
  let come = () => {}
  const coming = new Promise<void>((resolve) => {
    come = () => {
      isHere = true
      resolve()
    }
  })
  await page.route(new RegExp(`/assets/(?:${parts.join('|')})-[^/]*\\.js$`), async (route) => {
    if (refused && !isHere) return route.abort()
    await coming
    await route.continue()
  })
  return { come }
}

const notice = (page: Page) => page.getByRole('status').filter({ hasText: /./ })
const menu = (page: Page) => page.getByRole('menu')

test.describe('while its code is on the way', () => {
  test('what is typed for the palette is typed into it, and none of it is a key of the page', async ({ page }) => {
    const palette = await late(page, ['Palette'])
    await openExample(page)
    await grid(page).focus()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('mark or unn')
    await page.keyboard.press('Backspace')
    palette.come()
    const box = page.getByRole('dialog').getByRole('combobox')
    await expect(box).toHaveValue('mark or un')
    await page.keyboard.type('mark')
    await expect(box).toHaveValue('mark or unmark')
    await page.keyboard.press('Escape')
    await expect(grid(page)).toBeFocused()
    await expect(grid(page)).not.toContainText('●')
  })

  test('a frame that is typed and chosen in the palette is gone to', async ({ page }) => {
    const palette = await late(page, ['Palette'])
    await openExample(page)
    await grid(page).focus()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('100')
    await page.keyboard.press('Enter')
    palette.come()
    await expectFrame(page, 100)
    await expect(page.getByRole('dialog')).toHaveCount(0)
  })

  test('the number of a frame is typed and sent off', async ({ page }) => {
    const dialog = await late(page, ['GoToDialog'])
    await openExample(page)
    await grid(page).focus()
    await page.keyboard.press('g')
    await page.keyboard.type('100')
    await page.keyboard.press('Enter')
    dialog.come()
    await expectFrame(page, 100)
    await expect(page.getByRole('dialog')).toHaveCount(0)
  })

  test('a comment is on the frame that it was asked for', async ({ page }) => {
    const dialog = await late(page, ['CommentDialog'])
    await openExample(page)
    await grid(page).focus()
    await expectFrame(page, 525)
    await page.keyboard.press('c')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.type('next')
    dialog.come()
    await expect(page.getByRole('dialog', { name: 'Comment on frame 525' }).getByRole('textbox')).toHaveValue('next')
  })

  test('a click elsewhere gives the dialog up, as it closes one that is open', async ({ page }) => {
    const dialog = await late(page, ['CommentDialog'])
    await openExample(page)
    await grid(page).focus()
    await page.keyboard.press('c')
    await frameRow(page, 522).click()
    await expectFrame(page, 522)
    dialog.come()
    await page.keyboard.press('ArrowDown')
    await expect(page.getByRole('dialog')).toHaveCount(0)
  })

  test('Escape gives the dialog up', async ({ page }) => {
    const dialog = await late(page, ['Palette'])
    await openExample(page)
    await grid(page).focus()
    await page.keyboard.press('Control+k')
    await page.keyboard.press('Escape')
    dialog.come()
    await page.waitForTimeout(500)
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await page.keyboard.press('c') // is a key of the page again
    await expect(page.getByRole('dialog', { name: 'Comment on frame' })).toBeVisible()
  })

  test('what is typed for finding is found', async ({ page }) => {
    const bar = await late(page, ['FindBar'])
    await openExample(page)
    await grid(page).focus()
    await page.keyboard.press('Control+f')
    await page.keyboard.type('computer')
    bar.come()
    await expect(page.getByRole('textbox', { name: 'Find' })).toHaveValue('computer')
    await expect(page.getByRole('dialog')).toHaveCount(0)
  })

  test('the frame that was selected at Ctrl+C is copied, not the next', async ({ page, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const code = await late(page, ['frames-out', 'CellItems'])
    await openExample(page)
    await grid(page).focus()
    await page.keyboard.press('Control+c')
    await page.keyboard.press('ArrowDown')
    code.come()
    await expect(notice(page)).toHaveText(/1 frame as Text copied/)
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^525 /m)
  })

  test('a report that is asked for twice is printed once', async ({ page }) => {
    const code = await late(page, ['print-report'])
    await page.addInitScript(() => {
      window.print = () => void (document.body.dataset.prints = `${document.body.dataset.prints ?? ''}|`)
    })
    await openExample(page)
    await grid(page).focus()
    await page.keyboard.press('Control+p')
    await page.keyboard.press('Control+p')
    code.come()
    await expect(page.locator('body')).toHaveAttribute('data-prints', /./)
    await page.waitForTimeout(500)
    await expect(page.locator('body')).toHaveAttribute('data-prints', '|')
    await expect(page.locator('.printed')).toHaveCount(1)
  })

  test('a menu is about the row that was clicked, wherever that has scrolled to', async ({ page }) => {
    const code = await late(page, ['Menu'])
    await openExample(page)
    await frameRow(page, 522).click({ button: 'right' })
    await page.mouse.wheel(0, 2400)
    await expect(frameRow(page, 522)).toHaveCount(0)
    code.come()
    await expect(menu(page).getByRole('menuitem').first()).toHaveText(/frame\.number == 522/)
    await expectFrame(page, 522)
  })

  test('a menu does not come where its view was left, or Escape was pressed', async ({ page }) => {
    const code = await late(page, ['Menu'])
    await openExample(page)
    await frameRow(page, 522).click({ button: 'right' })
    await page.keyboard.press('Escape')
    await frameRow(page, 523).click({ button: 'right' })
    await page.getByRole('tab', { name: 'Calls', exact: true }).click()
    code.come()
    await page.waitForTimeout(500)
    const calls = page.getByRole('grid', { name: 'Calls' })
    await expect(menu(page)).toHaveCount(0)
    await calls.getByRole('row').nth(2).click({ button: 'right' })
    await expect(menu(page)).toHaveCount(1)
  })

  test('arrows and Enter choose from a menu that has not come yet', async ({ page, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const code = await late(page, ['CellItems'])
    await openExample(page)
    await grid(page).focus()
    await page.keyboard.press('Shift+F10')
    for (const key of ['End', 'ArrowUp', 'ArrowUp', 'Enter']) await page.keyboard.press(key)
    code.come()
    await expect(notice(page)).toHaveText(/Row copied/)
  })

  test('a word that is being composed for the filter is whole', async ({ page }) => {
    const code = await late(page, ['FilterCombobox'])
    await openExample(page)
    const box = page.getByRole('combobox', { name: 'Filter' })
    await box.click()
    const session = await page.context().newCDPSession(page)
    await session.send('Input.imeSetComposition', { text: 'に', selectionStart: 1, selectionEnd: 1 })
    code.come()
    await page.waitForTimeout(500) // the box would have been replaced
    await session.send('Input.imeSetComposition', { text: 'にほ', selectionStart: 2, selectionEnd: 2 })
    await session.send('Input.insertText', { text: '日本' })
    await expect(box).toHaveValue('日本')
    await expect(page.locator('form[role=search] input[aria-autocomplete]')).toBeFocused()
    await page.keyboard.type('x')
    await expect(box).toHaveValue('日本x')
  })

  test('three files that were dropped are not offered over what was opened meanwhile', async ({ page }) => {
    const code = await late(page, ['several'])
    await page.goto('./')
    const files = ['case-study', 'healthy', 'blocked-port'].map((name) => exampleFile(`${name}.pcapng`))
    await page.getByLabel('Capture file', { exact: true }).setInputFiles(files)
    await page.getByRole('button', { name: 'Open this example →' }).click()
    await expect(page.getByRole('article').first()).toBeVisible()
    code.come()
    await page.waitForTimeout(300)
    await expect(page.getByRole('dialog')).toHaveCount(0)
  })
})

test.describe('where its code cannot be had', () => {
  for (const { what, part, key, shows } of [
    { what: 'the palette', part: 'Palette', key: 'Control+k', shows: (page: Page) => page.getByRole('dialog') },
    { what: 'a comment', part: 'CommentDialog', key: 'c', shows: (page: Page) => page.getByRole('dialog') },
    {
      what: 'finding',
      part: 'FindBar',
      key: 'Control+f',
      shows: (page: Page) => page.getByLabel('Find', { exact: true }),
    },
    { what: 'the menu of a row', part: 'CellItems', key: 'Shift+F10', shows: menu },
    { what: 'the menu itself', part: 'Menu', key: 'Shift+F10', shows: menu },
  ])
    test(`${what} says so, and comes at the next try`, async ({ page }) => {
      const code = await late(page, [part], { refused: true })
      await openExample(page)
      await grid(page).focus()
      await page.keyboard.press(key)
      await expect(notice(page)).toHaveText(MISSING)
      await expect(shows(page)).toHaveCount(0)
      code.come()
      await page.keyboard.press(key)
      await expect(shows(page).first()).toBeVisible()
    })

  test('copying and printing say so', async ({ page }) => {
    await late(page, ['frames-out', 'CellItems', 'Palette', 'print-report'], { refused: true })
    await openExample(page)
    for (const key of ['Control+c', 'Control+p']) {
      await grid(page).focus()
      await page.keyboard.press('m')
      await expect(notice(page)).toHaveText(/mark/i)
      await page.keyboard.press(key)
      await expect(notice(page)).toHaveText(MISSING)
    }
  })

  test('a filter and a sort say so, and work at the next try', async ({ page }) => {
    const code = await late(page, ['filtering', 'list-tools'], { refused: true })
    await openExample(page)
    const box = page.getByRole('combobox', { name: 'Filter' })
    await box.fill('tcp')
    await box.press('Enter')
    await expect(notice(page)).toHaveText(MISSING)
    const heading = grid(page).getByRole('columnheader', { name: /Length/ })
    await heading.getByRole('button').click()
    await expect(heading).not.toHaveAttribute('aria-sort')
    await expect(page.getByRole('button', { name: 'File order' })).toHaveCount(0)
    code.come()
    await box.press('Enter')
    await expect(page.getByRole('contentinfo')).toContainText('375 of 845 frames shown')
    await heading.getByRole('button').click()
    await expect(notice(page)).toHaveText('375 frames sorted.')
    await expect(heading).toHaveAttribute('aria-sort', 'ascending')
  })

  test('several files say so on the start page', async ({ page }) => {
    await late(page, ['several'], { refused: true })
    await page.goto('./')
    const files = ['case-study', 'healthy', 'blocked-port'].map((name) => exampleFile(`${name}.pcapng`))
    await page.getByLabel('Capture file', { exact: true }).setInputFiles(files)
    await expect(notice(page)).toHaveText(MISSING)
    await expect(notice(page)).toBeInViewport()
    await openFile(page, files[0]!)
    await expect(page.getByRole('article').first()).toBeVisible()
  })

  test('an address with a capture says so', async ({ page }) => {
    await late(page, ['open-source'], { refused: true })
    await page.goto('./?src=examples/case-study.pcapng')
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/could not be fetched/)
  })
})
