// What a user of Wireshark does: the columns of a list. Each test is one task.
import { type Locator, expect, test } from '@playwright/test'
import { Scenario, pcapng } from '../../src/testing/scenario'
import { columnTexts, grid, sharedPage } from '../pages/analysis'
import { file } from '../pages/captures'
import { openFile } from '../pages/page'

const page = sharedPage()
const heading = (title: string, name = 'Frames') =>
  grid(page(), name).getByRole('columnheader', { name: new RegExp(`^${title}`) })
const widthOf = async (column: Locator) => Math.round((await column.boundingBox())!.width)

async function dragBorder(column: Locator, pixels: number) {
  const size = (await column.boundingBox())!
  await column.hover({ position: { x: size.width - 3, y: size.height / 2 } }) // once it stays where it is
  const { x, y, width, height } = (await column.boundingBox())!
  await page().mouse.down()
  for (const part of [0.2, 0.6, 1]) await page().mouse.move(x + width - 3 + pixels * part, y + height / 2)
  await page().mouse.up()
}

async function choose(column: Locator, item: string | RegExp) {
  await column.click({ button: 'right' })
  await page().getByRole('menu', { name: 'Column' }).getByRole('menuitem', { name: item }).click()
}

test('read in the tree who talks to whom before opening a header', async () => {
  const tree = page().getByRole('tree', { name: /^Fields of frame/ })
  await expect(tree.getByRole('treeitem', { name: /^.?Internet Protocol Version 4, [\d.]+ → [\d.]+$/ })).toBeVisible()
  await expect(tree.getByRole('treeitem', { name: /^.?Transmission Control Protocol, \d+ → \d+, / })).toBeVisible()
})

test('make a column wider by its border, and find it so after a reload', async () => {
  const before = await widthOf(heading('Time'))
  await dragBorder(heading('Time'), 60)
  await expect.poll(() => widthOf(heading('Time'))).toBe(before + 60)
  await expect(heading('Time')).not.toHaveAttribute('aria-sort', /./) // dragging sorts nothing
  await page().reload()
  await expect.poll(() => widthOf(heading('Time')), { timeout: 30_000 }).toBe(before + 60)
})

test('keep the order of columns while one is made wider', async () => {
  const titles = await grid(page()).getByRole('columnheader').allInnerTexts()
  await dragBorder(heading('Info'), -120)
  await expect.poll(() => grid(page()).getByRole('columnheader').allInnerTexts()).toEqual(titles)
})

test('make a column no narrower than can be seen', async () => {
  await dragBorder(heading('No\\.'), -400)
  await expect.poll(() => widthOf(heading('No\\.'))).toBe(40)
})

test('restore the width of a column by a double click on its border', async () => {
  const { x, y, width, height } = (await heading('No\\.').boundingBox())!
  await page().mouse.dblclick(x + width - 3, y + height / 2)
  await expect.poll(() => widthOf(heading('No\\.'))).toBe(56)
})

test('make a column wider and narrower with the keyboard', async () => {
  const before = await widthOf(heading('Protocol'))
  await heading('Protocol').getByRole('button').focus()
  await page().keyboard.press('Shift+ArrowRight')
  await expect.poll(() => widthOf(heading('Protocol'))).toBe(before + 16)
  await page().keyboard.press('Shift+ArrowLeft')
  await expect.poll(() => widthOf(heading('Protocol'))).toBe(before)
})

test('sort by the menu of a heading', async () => {
  await choose(heading('Length'), 'Sort by Length, descending')
  await expect(heading('Length')).toHaveAttribute('aria-sort', 'descending')
  await expect
    .poll(async () => {
      const lengths = (await columnTexts(page(), 'Length')).map(Number)
      return lengths.length > 3 && lengths.every((one, at) => at === 0 || lengths[at - 1]! >= one)
    })
    .toBe(true)
})

test('open the menu of a heading with the keyboard, and widen the column', async () => {
  const before = await widthOf(heading('Source'))
  await heading('Source').getByRole('button').focus()
  await page().keyboard.press('Shift+F10')
  await page().getByRole('menuitem', { name: 'Wider' }).press('Enter')
  await expect.poll(() => widthOf(heading('Source'))).toBe(before + 48)
})

test('move and remove a column by the menu of its heading', async () => {
  const titles = async () =>
    (await grid(page()).getByRole('columnheader').allInnerTexts()).map((title) => title.replace(/[ ▴▾]+$/, ''))
  await choose(heading('Length'), 'Move left')
  await expect.poll(async () => (await titles()).join()).toMatch(/Length.*,Protocol/)
  await choose(heading('Length'), 'Remove Length')
  await expect.poll(titles).not.toContain('Length')
  await choose(heading('Time'), 'Choose columns…')
  await page().getByRole('dialog', { name: 'Columns of the frame list' }).getByRole('button', { name: 'Reset' }).click()
  await page().keyboard.press('Escape')
  await expect.poll(titles).toContain('Length')
})

test('make a column of the calls wider', async () => {
  await page().getByRole('tab', { name: 'Calls' }).click()
  const before = await widthOf(heading('Request', 'Calls'))
  await dragBorder(heading('Request', 'Calls'), 40)
  await expect.poll(() => widthOf(heading('Request', 'Calls'))).toBe(before + 40)
  await page().getByRole('tab', { name: 'Frames' }).click()
})

test('see the names of hosts that the capture knows, beside their addresses', async () => {
  const scenario = new Scenario()
  scenario.lookUp('server1.corp.example', [scenario.server.address])
  scenario.tcp({ port: 135 }).open()
  await page().getByRole('button', { name: 'Start page' }).click()
  await openFile(page(), file('named.pcapng', pcapng(scenario.frames)))
  const row = grid(page()).getByRole('row', { name: /\[SYN\]/ })
  await expect(row).not.toContainText('server1')
  await choose(heading('Destination'), 'Names of hosts beside addresses')
  await expect(row).toContainText(`${scenario.server.address} server1.corp.example`)
  await choose(heading('Destination'), 'Addresses without names')
  await expect(row).not.toContainText('server1')
  await page().getByRole('tab', { name: 'Names' }).click()
  await expect(grid(page(), 'Names').getByRole('row', { name: /server1\.corp\.example/ })).toContainText('host')
})
