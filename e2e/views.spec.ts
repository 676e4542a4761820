// Calls, connections, timeline and names, each worked as a person would.
import { createHash } from 'node:crypto'
import { expect, test } from '@playwright/test'
import { file, udpCapture } from './pages/captures'
import { Scenario, pcapng } from '../src/testing/scenario'
import { exampleFile, followEvidence, frameRow, openExample, openFile } from './pages/page'

test('the ladder shows who acted as whom, step by step, and leads to frames', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 1000 })
  await openExample(page)
  await page.getByRole('tab', { name: 'Connections' }).click()
  await page.getByRole('grid', { name: 'Connections' }).getByRole('row').filter({ hasText: '59916' }).click()
  const ladder = page.getByRole('grid', { name: 'Ladder' })
  await expect(page.getByRole('heading', { name: /59916/ })).toBeVisible()
  await ladder.focus()
  await page.keyboard.press('End')
  const steps = ladder.getByRole('row')
  await expect(steps.filter({ hasText: 'Close (FIN)' }).first()).toBeVisible()
  const fault = steps.filter({ hasText: 'nca_s_fault_sec_pkg_error' })
  await expect(fault).toContainText('REDMOND\\jiangyue')
  await fault.dblclick()
  await expect(frameRow(page, 525)).toHaveAttribute('aria-selected', 'true')
})

test('response times by method are sorted by a click on the heading', async ({ page }) => {
  await openExample(page)
  await page.getByRole('tab', { name: 'Calls' }).click()
  await page.getByRole('tab', { name: 'By method' }).click()
  const grid = page.getByRole('grid', { name: 'Methods' })
  await grid.getByRole('button', { name: 'Faults' }).click()
  await expect(grid.getByRole('columnheader', { name: /Faults/ })).toHaveAttribute('aria-sort', 'descending')
  await expect(grid.getByText('RemQueryInterface')).toBeVisible()
  const faults = await grid.locator('[role=row][aria-selected] [aria-colindex="4"]').allInnerTexts()
  expect(faults.map(Number)).toEqual(faults.map(Number).toSorted((a, b) => b - a))
  expect(Number(faults[0])).toBeGreaterThan(0)
})

test('a brush over the timeline shows only its frames, and evidence outside shows all again', async ({ page }) => {
  await openExample(page)
  await page.getByRole('tab', { name: 'Timeline' }).click()
  const box = (await page.locator('.u-over').boundingBox())!
  await page.mouse.move(box.x + 2, box.y + 40)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.5, box.y + 40, { steps: 4 })
  await page.mouse.up()
  const restore = page.getByRole('button', { name: /^Show all frames/ })
  await expect(restore).toBeVisible()
  await page.getByRole('tab', { name: 'Frames' }).click()
  const rows = Number(await page.getByRole('grid', { name: 'Frames' }).getAttribute('aria-rowcount')) - 1
  expect(rows).toBeGreaterThan(0)
  expect(rows).toBeLessThan(845)
  await page.keyboard.press('n')
  await expect(restore).toBeHidden()
})

test('names lead to the first frame that mentions them', async ({ page }) => {
  await openExample(page)
  await page.getByRole('tab', { name: 'Names' }).click()
  const user = page.getByRole('grid', { name: 'Names' }).getByRole('row').filter({ hasText: 'REDMOND\\jiangyue' })
  await expect(user).toContainText('connect')
  await user.dblclick()
  await expect(frameRow(page, 520)).toHaveAttribute('aria-selected', 'true')
})

test('times are shown as chosen, and the choice is kept', async ({ page }) => {
  await openExample(page)
  await page
    .getByRole('link', { name: /^Frame \d+$/ })
    .first()
    .click()
  await page.getByLabel('Time column').selectOption('UTC')
  const time = page.getByRole('grid', { name: 'Frames' }).locator('[aria-selected=true] [aria-colindex="2"]')
  await expect(time).toHaveText(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/)
  await page.reload()
  await expect(page.getByLabel('Time column')).toHaveValue('utc')
})

test('the theme is switched and kept', async ({ page }) => {
  await page.goto('./')
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  await page.getByLabel('Theme').selectOption('Light')
  const light = await background()
  await page.getByLabel('Theme').selectOption('Dark')
  expect(await background()).not.toBe(light)
  await page.reload()
  expect(await background()).not.toBe(light)
})

test('the siblings of the case study tell other stories', async ({ page }) => {
  await page.goto('./')
  await page.getByRole('button', { name: /forgiven by a full Windows/ }).click()
  await expect(page.getByRole('article').first()).toContainText('REDMOND\\jiangyue')
  await page.goto('./#example=case-study-fixed')
  await expect(page.getByRole('heading', { name: 'No call failed, as far as the capture shows' })).toBeVisible()
})

test('frames are marked and commented on, undone, and found again after reopening', async ({ page }) => {
  await openExample(page)
  await page.getByRole('grid', { name: 'Frames' }).focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('m')
  await page.keyboard.press('c')
  const dialog = page.getByRole('dialog', { name: 'Comment on frame 1' })
  await dialog.getByLabel('Comment').fill('Here <b>it</b> begins')
  await dialog.getByRole('button', { name: 'Keep' }).click()
  const diagnosis = page.getByRole('region', { name: 'Findings' })
  await expect(diagnosis).toContainText('Here <b>it</b> begins')
  await expect(frameRow(page, 1)).toContainText('●✎')
  await page.getByRole('grid', { name: 'Frames' }).focus()
  await page.keyboard.press('Control+z')
  await expect(frameRow(page, 1)).not.toContainText('✎')
  await page.getByRole('button', { name: 'Start page' }).click()
  await page.getByRole('button', { name: 'Open this example →' }).click()
  await expect(diagnosis.getByRole('heading', { name: 'Your marks and comments' })).toBeVisible()
  await expect(diagnosis).not.toContainText('it begins')
})

test('the failing capture is compared with the one that works', async ({ page }) => {
  await openExample(page)
  await page.getByRole('tab', { name: 'Compare' }).click()
  await page.getByRole('button', { name: /was fixed/ }).click()
  const differences = page.getByRole('list', { name: 'Differences' })
  const first = page.getByRole('heading', { level: 2, name: /IManagedObject/ })
  await expect(page.getByText(await first.innerText(), { exact: true })).toHaveCount(1) // shown once
  await expect(differences).toBeVisible()
  await expect(page.getByRole('grid', { name: 'Calls of both' }).getByRole('row').nth(1)).toBeVisible()
})

test('the second capture is opened in place of the first, and back again', async ({ page }) => {
  await openExample(page)
  await page.getByRole('tab', { name: 'Compare' }).click()
  await page.getByRole('button', { name: /was fixed/ }).click()
  const differences = page.getByRole('list', { name: 'Differences' })
  const name = page.getByRole('heading', { level: 1 })
  const swap = page.getByRole('button', { name: 'Open the second instead' })
  await expect(differences).toBeVisible()
  const before = await name.innerText()
  await swap.click()
  await expect(name).not.toHaveText(before)
  await expect(differences).toBeVisible()
  await swap.click()
  await expect(name).toHaveText(before)
  await expect(differences).toBeVisible()
})

test('two files dropped together are compared', async ({ page }) => {
  await page.goto('./')
  await page
    .getByLabel('Capture file', { exact: true })
    .setInputFiles([exampleFile(), exampleFile('case-study-full-os.pcapng')])
  await page.getByRole('button', { name: /^Compare case-study.pcapng with case-study-full-os/ }).click()
  await expect(page.getByRole('heading', { level: 2, name: /close/ })).toBeVisible()
})

test.describe('on a narrow screen', () => {
  test.use({ viewport: { width: 360, height: 720 } })

  test('nothing is wider than the screen, in any pane', async ({ page }) => {
    await openExample(page)
    for (const tab of await page.getByRole('tablist').first().getByRole('tab').all()) {
      await tab.click()
      await expect(tab).toHaveAttribute('aria-selected', 'true')
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
    }
  })
})

test('Ctrl and an arrow follow the conversation of a frame', async ({ page }) => {
  await openExample(page)
  await followEvidence(page, 525)
  await page.getByRole('grid', { name: 'Frames' }).focus()
  await page.keyboard.press('Control+ArrowDown')
  await expect(frameRow(page, 526)).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Control+ArrowUp')
  await page.keyboard.press('Control+ArrowUp')
  await expect(frameRow(page, 524)).toHaveAttribute('aria-selected', 'true')
})

test('calls are sorted by a click on a heading, and again the other way', async ({ page }) => {
  await openExample(page)
  await page.getByRole('tab', { name: 'Calls' }).click()
  const grid = page.getByRole('grid', { name: 'Calls' })
  const requests = async () =>
    (await grid.locator('[role=row][aria-selected] [aria-colindex="1"]').allInnerTexts()).map(Number)
  const inOrder = async (descending: boolean) => {
    const shown = await requests()
    return (
      shown.length > 1 && shown.every((one, i) => i === 0 || (descending ? shown[i - 1]! >= one : shown[i - 1]! <= one))
    )
  }
  await grid.getByRole('button', { name: 'Request' }).click()
  await expect(grid.getByRole('columnheader', { name: /Request/ })).toHaveAttribute('aria-sort', 'descending')
  await expect.poll(() => inOrder(true)).toBe(true)
  await grid.getByRole('button', { name: 'Request' }).click()
  await expect(grid.getByRole('columnheader', { name: /Request/ })).toHaveAttribute('aria-sort', 'ascending')
  await expect.poll(() => inOrder(false)).toBe(true)
})

test('what the file says about itself is in a panel, its SHA-256 on demand', async ({ page }) => {
  const example = exampleFile()
  await page.goto('./')
  await openFile(page, example)
  await page.getByRole('button', { name: 'About…' }).click()
  const about = page.getByRole('dialog', { name: 'About this capture' })
  await expect(about).toContainText('845')
  await expect(about).toContainText(/First frame\s*2010-\d\d-\d\d .* UTC/)
  await expect(about.getByRole('region', { name: 'Interfaces' })).toContainText('Ethernet')
  await about.getByRole('button', { name: 'Compute SHA-256' }).click()
  await expect(about.locator('code')).toHaveText(createHash('sha256').update(example.buffer).digest('hex'))
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'About…' })).toBeFocused()
})

test('columns are chosen, a field among them, kept, and reset', async ({ page }) => {
  await openExample(page)
  const heading = (name: string) => page.getByRole('grid', { name: 'Frames' }).getByRole('columnheader', { name })
  await page.getByRole('button', { name: 'Columns…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Columns of the frame list' })
  await dialog.getByRole('button', { name: 'Remove Length' }).click()
  await dialog.getByLabel(/^Any field/).fill('dcerpc.cn_cal')
  await page.keyboard.press('Enter')
  await expect(dialog).toContainText('There is no field')
  await dialog.getByLabel(/^Any field/).fill('dcerpc.cn_call_id')
  await page.keyboard.press('Enter')
  await expect(dialog.getByRole('button', { name: 'Remove dcerpc.cn_call_id' })).toBeVisible()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await followEvidence(page, 525)
  await expect(heading('Length')).toBeHidden()
  await expect(heading('dcerpc.cn_call_id')).toBeVisible()
  await expect(frameRow(page, 525).locator('[aria-colindex="6"]')).toHaveText('8')
  await page.reload()
  await expect(heading('dcerpc.cn_call_id')).toBeVisible()
  await page.getByRole('button', { name: 'Columns…' }).click()
  await dialog.getByRole('button', { name: 'Reset' }).click()
  await expect(dialog.getByRole('button', { name: 'Remove Length' })).toBeVisible()
})

test('a column heading says what it means, to the pointer and to the keyboard', async ({ page }) => {
  await openExample(page)
  const heading = page.getByRole('grid', { name: 'Frames' }).getByText('Protocol', { exact: true })
  const means = page.locator('.means')
  const { x, y } = (await heading.boundingBox())!
  await expect(async () => {
    await page.mouse.move(x + 4, y + 4)
    await page.mouse.move(x + 8, y + 6)
    await expect(means).toHaveText('The innermost protocol that was read.', { timeout: 2000 })
  }).toPass()
  await page.mouse.move(0, 0)
  await expect(means).toBeHidden()
  await page.getByRole('tab', { name: 'Calls', exact: true }).click()
  await page.getByRole('tab', { name: 'Each call' }).focus()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('button', { name: 'Request' })).toBeFocused()
  await expect(means).toBeVisible()
})

test('a frame is gone to by its number, and keys belong to the dialog meanwhile', async ({ page }) => {
  await openExample(page)
  await page.getByRole('tab', { name: 'Calls' }).click()
  await page.keyboard.press('Control+g')
  const dialog = page.getByRole('dialog', { name: 'Go to frame' })
  await expect(dialog.getByRole('textbox')).toBeFocused()
  await page.keyboard.type('900')
  await page.keyboard.press('Enter')
  await expect(dialog.getByRole('alert')).toContainText('1 to 845')
  await page.keyboard.press('Control+a')
  await page.keyboard.type('Frame 840')
  await page.keyboard.press('Enter')
  await expect(dialog).toHaveCount(0)
  await expect(frameRow(page, 840)).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowDown')
  await page.getByRole('button', { name: 'Frame 840' }).click()
  await expect(dialog).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Share' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).focus()
  await page.keyboard.press('n')
  await expect(frameRow(page, 840)).toHaveAttribute('aria-selected', 'true')
})

test('a call that was answered with a failure shows which, and is filtered by it', async ({ page }) => {
  const SVCCTL = { uuid: '367abb81-9844-35f1-ad32-98f038001003', version: '2.0' }
  const scenario = new Scenario()
  const session = scenario.rpc({ port: 49157 })
  const binding = session.bind(SVCCTL, { logon: scenario.logon('CORP\\eve', 'integrity') })
  for (const status of [0, 5])
    session.call(
      binding,
      { opnum: 15, stub: new Uint8Array(40) },
      Uint8Array.of(...new Array<number>(20).fill(0), status, 0, 0, 0),
    )
  await page.goto('./')
  await openFile(page, file('returned.pcapng', pcapng(scenario.frames)))
  await page.getByRole('tab', { name: 'Calls' }).click()
  const rows = page.getByRole('grid', { name: 'Calls' }).getByRole('row')
  await expect(rows.nth(2)).toContainText('ERROR_ACCESS_DENIED')
  await expect(rows.nth(1)).not.toContainText('ERROR_')
  await rows.nth(2).getByText('ERROR_ACCESS_DENIED').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Filter by this: rpc.status == 5' }).click()
  await expect(page.getByText('1 of 2 calls')).toBeVisible()
})

test('a capture of years has room for its times in the timeline', async ({ page }) => {
  const capture = udpCapture(2)
  capture.writeUInt32LE(1_290_000_000 - 688_000_000, 24) // the first frame's seconds
  await page.goto('./')
  await openFile(page, file('years.pcap', capture))
  await page.getByRole('tab', { name: 'Timeline' }).click()
  const from = page.getByRole('grid', { name: 'Steps' }).getByRole('row').last().getByRole('gridcell').first()
  await expect(from).toHaveText('684560000.001')
  expect(await from.evaluate((cell) => cell.scrollWidth - cell.clientWidth)).toBe(0)
})

test('the timeline shows calls in the colour and mark of their identity, with whole names in its legend', async ({
  page,
}) => {
  await openExample(page)
  const name = 'REDMOND\\jiangyue'
  const colour = await page
    .getByRole('article')
    .first()
    .getByText(name, { exact: true })
    .first()
    .evaluate((node) => getComputedStyle(node).color)
  await page.getByRole('tab', { name: 'Timeline' }).click()
  const legend = page.locator('.u-series', { hasText: name })
  await expect(legend.locator('.u-marker')).toHaveCSS('background-color', colour)
  await expect(legend.locator('.u-marker')).toHaveCSS('border-top-left-radius', '50%')
  await expect(page.locator('.u-series', { hasText: 'administrator' }).locator('.u-marker')).not.toHaveCSS(
    'background-color',
    colour,
  )
  const box = async (selector: string) => (await page.locator(selector).last().boundingBox())!
  await expect.poll(async () => (await box('.u-legend')).height).toBeLessThan(36)
  await expect.poll(async () => (await box('.u-series')).x + (await box('.u-series')).width).toBeLessThan(1280)
  await page.setViewportSize({ width: 360, height: 720 })
  await page.getByRole('tab', { name: 'Timeline' }).click()
  for (const identity of [name, '10.177.17.6\\administrator']) {
    const label = page.locator('.u-series', { hasText: identity }).locator('.u-label')
    await expect(label).toBeInViewport({ ratio: 1 })
    expect(await label.evaluate((node) => node.scrollWidth - node.clientWidth)).toBeLessThanOrEqual(0)
  }
  await page.setViewportSize({ width: 1280, height: 720 })
  const steps = page.getByRole('grid', { name: 'Steps' })
  await steps.getByRole('button', { name: 'Faults' }).click()
  const row = steps.getByRole('row').filter({ hasText: name }).first()
  await expect(row.locator('i').first()).toBeVisible()
})

test('an identity has the same mark in connections, ladder and names, round or square', async ({ page }) => {
  await openExample(page)
  const mark = (grid: string) =>
    page
      .getByRole('grid', { name: grid, exact: true })
      .getByRole('row')
      .filter({ hasText: 'REDMOND\\jiangyue' })
      .first()
      .locator('i, .swatch')
      .last()
  const connections = page.getByRole('tab', { name: 'Connections' })
  await connections.click()
  await expect(mark('Connections')).toHaveCSS('border-top-left-radius', '50%')
  const colour = await mark('Connections').evaluate((node) => getComputedStyle(node).backgroundColor)
  await page.getByRole('grid', { name: 'Connections' }).getByRole('row').filter({ hasText: '59916' }).click()
  await page.getByRole('grid', { name: 'Ladder' }).press('End')
  await expect(mark('Ladder')).toHaveCSS('border-top-left-radius', '50%')
  await expect(mark('Ladder')).toHaveCSS('background-color', colour)
  await page.getByRole('tab', { name: 'Names' }).click()
  await expect(mark('Names')).toHaveCSS('border-top-left-radius', '50%')
  await expect(mark('Names')).toHaveCSS('background-color', colour)
})
