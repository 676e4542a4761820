// Empty and broken states: each says in a sentence what there is, nothing is drawn askew, nothing waits for ever.
import { type Page, expect, test } from '@playwright/test'
import { file, udpCapture } from './captures'
import { exampleFile, followEvidence, openExample, openFile } from './page'

async function openTab(page: Page, name: string) {
  await page.getByRole('tab', { name, exact: true }).click()
}

test('what is wrong with the file stands in a line above the analysis, and takes no more room', async ({ page }) => {
  await page.goto('./')
  const whole = exampleFile().buffer
  await openFile(page, file('cut.pcapng', whole.subarray(0, 60_000)))
  const notices = page.getByRole('list', { name: 'About the file' })
  await expect(notices).toContainText('ends within a record')
  await expect(page.getByRole('heading', { name: 'Diagnosis', exact: true })).toBeVisible()
  const above = (await notices.boundingBox())!
  const main = (await page.getByRole('main').boundingBox())!
  expect(above.height).toBeLessThan(60)
  expect(main.y).toBeGreaterThanOrEqual(above.y + above.height)
  expect(main.height).toBeGreaterThan(400)
})

test('a filter that no frame fits says so, and shows all again', async ({ page }) => {
  await openExample(page)
  const frames = page.getByRole('grid', { name: 'Frames' })
  await page.getByRole('combobox', { name: 'Filter' }).fill('tcp.port == 9')
  await page.keyboard.press('Enter')
  await expect(page.getByText('No frame fits: tcp.port == 9', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Show all 845 frames' }).click()
  await expect(frames).toHaveAttribute('aria-rowcount', '846')
  await expect(frames).toBeFocused()
})

test('a capture without a frame says so in every view', async ({ page }) => {
  await page.goto('./')
  await openFile(page, file('none.pcap', udpCapture(0)))
  await expect(page.getByRole('heading', { name: 'The capture is empty' })).toBeVisible()
  await expect(page.getByText('This capture holds no frame.')).toBeVisible()
  await expect(page.getByText('There is no frame whose fields and bytes could be shown.')).toBeVisible()
  for (const [view, says] of [
    ['Calls', 'This capture holds no RPC call.'],
    ['Connections', 'This capture holds no RPC connection.'],
    ['Timeline', 'This capture holds no frame, so there is no course of things to draw.'],
    ['Names', 'This capture names no host, user or interface.'],
  ] as const) {
    await openTab(page, view)
    await expect(page.getByText(says)).toBeVisible()
  }
})

test('one frame is one frame, not one frames', async ({ page }) => {
  await page.goto('./')
  await openFile(page, file('one.pcap', udpCapture(1)))
  await expect(page.getByText('Its only frame carries no message of DCE/RPC.')).toBeVisible()
  await expect(page.locator('header')).toContainText('1 frame · 2 hosts')
  await openTab(page, 'Timeline')
  await expect(page.getByText('All that this capture holds happened in one moment')).toBeVisible()
})

test('a control character in a field is shown for what it is', async ({ page }) => {
  await openExample(page)
  await followEvidence(page, 516)
  const tree = page.getByRole('tree')
  await tree.focus()
  await page.keyboard.press('End')
  for (let lines = 0; lines < 40 && !(await tree.getByText(/^Signature/).isVisible()); lines++)
    await page.keyboard.press('ArrowUp')
  await expect(tree.getByText('Signature: NTLMSSP␀', { exact: true })).toBeVisible()
})

test.describe('400 % zoom', () => {
  test.use({ viewport: { width: 320, height: 256 } })

  test('every pane keeps room enough to read it, and the page scrolls to it', async ({ page }) => {
    await openExample(page)
    for (const tab of await page.getByRole('tablist').first().getByRole('tab').all()) {
      await tab.click()
      await expect(tab).toHaveAttribute('aria-selected', 'true')
      const pane = page.locator('[role=tabpanel]:not([hidden])').first()
      expect((await pane.boundingBox())!.height).toBeGreaterThan(200)
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320)
    }
    await page.locator('footer').scrollIntoViewIfNeeded()
    await expect(page.getByLabel('Time column')).toBeInViewport()
  })
})
