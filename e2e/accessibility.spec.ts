// axe over every screen, wide and narrow, in light, dark and forced colours.
import AxeBuilder from '@axe-core/playwright'
import { type Page, expect, test } from '@playwright/test'
import { rpcStart, rpcStop } from '../src/testing/captures/etl/explaining-events'
import { pktmonEvents } from '../src/testing/captures/etl/frames-as-events'
import { etl } from '../src/testing/captures/etl/trace-file'
import { Scenario } from '../src/testing/scenario'
import { file, png, udpCapture } from './pages/captures'
import { dropFile, exampleFile, openExample, openFile } from './pages/page'

/** Frames of pktmon, with the events of RPC around one of them. */
function traceWithEvents(): Uint8Array {
  const play = new Scenario()
  play.activate({ logon: play.logon('CORP\\admin', 'privacy') })
  const { frames } = play
  const at = {
    microseconds: frames[2]!.microseconds + 1,
    processId: 4711,
    activity: 'f078c035-5745-458f-ace5-c1d36bad0de7',
  }
  const call = { interface: '000001a0-0000-0000-c000-000000000046', opnum: 4, protocol: 1, endpoint: '135' }
  return etl([...pktmonEvents(frames), rpcStart('client', at, call), rpcStop('client', at, 5)])
}

/** Themes differ in their colours alone. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']
const WCAG_TAGS = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']

/**
 * Looks at the whole page, or at one part of it, and at its colours once more in dark and in forced colours. Of lists the
 * first rows represent the rest, which are drawn alike, and of the bytes the first lines: axe takes seconds over thousands
 * of cells.
 */
async function expectAccessible(page: Page, part = 'html') {
  await page.evaluate(() => {
    for (const list of document.querySelectorAll('.window'))
      for (const [index, row] of [...list.children].entries())
        row.toggleAttribute('data-alike', index >= 4 && !row.querySelector('[aria-selected=true], [class*=tone-]'))
  })
  // The page has no frames, which another mode would look into by a page of its own.
  const axe = () => new AxeBuilder({ page }).setLegacyMode().include(part).exclude('[data-alike]')
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none' })
  await expectNoViolation(axe().withTags(WCAG_TAGS), 'light')
  await page.emulateMedia({ colorScheme: 'dark' })
  await expectNoViolation(axe().withRules(COLOUR_RULES), 'dark')
  await page.emulateMedia({ forcedColors: 'active' })
  await expectNoViolation(axe().withRules(COLOUR_RULES), 'forced colours')
}

async function expectNoViolation(axe: AxeBuilder, theme: string) {
  const { violations } = await axe.analyze()
  const violated = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  expect(violated, theme).toEqual([])
}

test.beforeEach(async ({ page }) => {
  // axe asks for the colour that letters are filled with, which Chromium reports as if no colours were forced.
  await page.addInitScript(() => {
    const { getPropertyValue } = CSSStyleDeclaration.prototype
    CSSStyleDeclaration.prototype.getPropertyValue = function (name) {
      return getPropertyValue.call(this, name === '-webkit-text-fill-color' ? 'color' : name)
    }
  })
})

const settings = [
  // The smallest that shows panes beside each other: fewer cells to look at.
  { name: '900 pixels', viewport: { width: 900, height: 600 } },
  { name: '360 pixels', viewport: { width: 360, height: 720 } },
] as const

for (const { name, viewport } of settings) {
  test.describe(name, () => {
    test.use({ viewport })

    test('start page', async ({ page }) => {
      await page.goto('./')
      await page.getByRole('searchbox', { name: 'Or start from the error' }).fill('1825')
      await expect(page.getByText('RPC_S_SEC_PKG_ERROR', { exact: true }).first()).toBeVisible()
      await expectAccessible(page)
    })

    test('refusal', async ({ page }) => {
      await page.goto('./')
      await openFile(page, file('a.png', png))
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(/PNG/)
      await expectAccessible(page)
    })

    test('empty and broken states', async ({ page }) => {
      const openTab = async (view: string) => page.getByRole('tab', { name: view, exact: true }).click()
      await page.goto('./')
      await openFile(page, file('none.pcap', udpCapture(0)))
      await expect(page.getByRole('heading', { name: 'The capture is empty' })).toBeVisible()
      await expectAccessible(page)
      for (const view of ['Frames', 'Calls', 'Timeline', 'Names']) {
        await openTab(view)
        await expect(page.locator('.nothing').first()).toBeVisible()
        await expectAccessible(page, '[role=tabpanel]:not([hidden])')
      }
      await openFile(page, file('cut.pcapng', exampleFile().buffer.subarray(0, 60_000)))
      await expect(page.getByRole('list', { name: 'About the file' })).toBeVisible()
      await expectAccessible(page, '.notices')
      await openTab('Frames')
      await page.getByRole('combobox', { name: 'Filter' }).fill('tcp.port == 9')
      await page.keyboard.press('Enter')
      await expect(page.getByText('No frames match')).toBeVisible()
      await expectAccessible(page, '.frames')
      await openTab('Compare')
      await dropFile(page, file('a.png', png))
      await expect(page.getByRole('alert')).toContainText('PNG')
      await expectAccessible(page, '[role=tabpanel]:not([hidden])')
    })

    test('analysis, view by view', async ({ page }) => {
      test.slow() // axe looks at every cell in view
      await openExample(page)
      await expectAccessible(page)
      for (const tab of await page.getByRole('tablist').first().getByRole('tab').all()) {
        await tab.click()
        await expect(tab).toHaveAttribute('aria-selected', 'true')
        await expectAccessible(page, '[role=tabpanel]:not([hidden])')
      }
    })

    test('saving, and the list of what is saved', async ({ page }) => {
      await openExample(page)
      await page.getByRole('button', { name: 'Save…' }).click()
      const dialog = page.getByRole('dialog', { name: 'Save this analysis' })
      await expect(dialog.getByText(/Tables and findings take/)).toBeVisible()
      await expectAccessible(page)
      await dialog.getByLabel('Tags, separated by commas').fill('wmi')
      await dialog.getByRole('checkbox').uncheck()
      await dialog.getByRole('button', { name: 'Save', exact: true }).click()
      await expect(dialog).toBeHidden()
      await page.reload()
      await expect(page.getByRole('article').first()).toBeVisible()
      await expectAccessible(page, 'header')
      await page.getByRole('button', { name: 'Start page' }).click()
      const list = page.getByRole('region', { name: 'Saved analyses' })
      await expect(list.getByRole('link')).toHaveCount(1)
      await expectAccessible(page)
      await list.getByRole('button', { name: /^Rename/ }).click()
      await expect(page.getByRole('dialog', { name: 'Rename' })).toBeVisible()
      await expectAccessible(page)
      await page.keyboard.press('Escape')
      await list.getByRole('button', { name: /^Delete/ }).click()
      await expect(list.getByRole('button', { name: 'Undo' })).toBeVisible()
      await expectAccessible(page)
    })

    test('dialogs', async ({ page }) => {
      await openExample(page)
      for (const [button, title] of [
        ['About…', 'About this capture'],
        ['Columns…', 'Columns of the frame list'],
        ['Share', 'Share'],
      ] as const) {
        await page.getByRole('button', { name: button, exact: true }).click()
        await expect(page.getByRole('dialog', { name: title })).toBeVisible()
        await expectAccessible(page, '[role=dialog]')
        await page.keyboard.press('Escape')
      }
    })

    test('dialogs that commands open, and the menu of a heading', async ({ page }) => {
      await openExample(page)
      await page.keyboard.press('Control+k')
      await expect(page.getByRole('dialog').getByRole('option').first()).toBeVisible()
      await expectAccessible(page, '[role=dialog]')
      await page.keyboard.press('Escape')
      for (const [command, title] of [
        ['Decode a TCP port', 'Decode as'],
        ['Colouring rules', /^Colour/],
        ['Profiles', 'Profiles'],
        ['List marked frames', 'Marked frames'],
      ] as const) {
        await page.keyboard.press('Control+k')
        await page.getByRole('dialog').getByRole('combobox').fill(command)
        await page.keyboard.press('Enter')
        await expect(page.getByRole('dialog', { name: title })).toBeVisible()
        await expectAccessible(page, '[role=dialog]')
        await page.keyboard.press('Escape')
      }
      await page.keyboard.press('Control+f')
      await expect(page.getByRole('search', { name: 'Find', exact: true })).toBeVisible()
      await expectAccessible(page, '[role=search]')
      await page.keyboard.press('Escape')
      if (name === '360 pixels') await page.getByRole('tab', { name: 'Frames' }).click()
      const frames = page.getByRole('grid', { name: 'Frames' })
      await frames.getByRole('columnheader', { name: /^Time/ }).click({ button: 'right' })
      await expect(page.getByRole('menuitem', { name: 'Wider' })).toBeVisible()
      await expectAccessible(page, '[role=menu]')
    })

    test('events of a trace', async ({ page }) => {
      await page.goto('./')
      await openFile(page, file('trace.etl', traceWithEvents()))
      await page.getByRole('tab', { name: 'Events' }).click()
      await expect(page.getByText(/client call start/i).first()).toBeVisible()
      await expectAccessible(page, '[role=tabpanel]:not([hidden])')
    })

    test('filter: what is offered, a mistake, the menu of a cell', async ({ page }) => {
      await openExample(page)
      const box = page.getByRole('combobox', { name: 'Filter' })
      await box.focus()
      await page.keyboard.type('rpc.')
      await expect(page.getByRole('listbox', { name: 'Offers' })).toBeVisible()
      await page.keyboard.press('ArrowDown')
      await expectAccessible(page, '[role=listbox]')
      await expectAccessible(page, 'header')
      await page.keyboard.press('Escape')
      await page.keyboard.press('Enter')
      await expect(page.getByRole('alert')).toBeVisible()
      await expectAccessible(page, 'header')
      if (name === '360 pixels') await page.getByRole('tab', { name: 'Frames' }).click()
      await page.getByRole('grid', { name: 'Frames' }).getByText('TCP').first().click({ button: 'right' })
      await expect(page.getByRole('menuitem', { name: /^Filter by this/ })).toBeVisible()
      await expectAccessible(page, '[role=menu]')
    })

    test('list of keys', async ({ page }) => {
      await openExample(page)
      await page.keyboard.press('?')
      await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
      await expectAccessible(page)
    })
  })
}
