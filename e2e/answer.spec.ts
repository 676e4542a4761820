// The answer at a glance: what a user who knows no RPC sees without scrolling, and the proof one step below.
import { expect, test } from '@playwright/test'
import { dropFile, exampleFile, frameRow, openExample, openFile } from './pages/page'

test.use({ viewport: { width: 1280, height: 720 } })

test('symptom, cause, identities, effect and fix are on the first screen', async ({ page }) => {
  await openExample(page)
  const card = page.getByRole('article')
  await expect(card.getByText('Your program showed')).toBeInViewport({ ratio: 1 })
  await expect(card.getByRole('heading').first()).toBeInViewport({ ratio: 1 })
  for (const identity of ['REDMOND\\jiangyue', '10.177.17.6\\administrator'])
    await expect(card.locator('dl').getByText(identity)).toBeInViewport({ ratio: 1 })
  await expect(card.getByText('effect', { exact: true })).toBeInViewport({ ratio: 1 })
  await expect(card.getByRole('region', { name: 'Fix' }).getByRole('listitem').first()).toBeInViewport({ ratio: 1 })
})

test('what follows for the program ends the proof on the first screen; what the card offers is on one line', async ({
  page,
}) => {
  await openExample(page)
  const card = page.getByRole('article')
  await expect(card.getByText(/^then: /)).toBeInViewport({ ratio: 1 })
  const accept = card.getByRole('button', { name: 'Accept', exact: true })
  const middle = async (element: typeof accept) => {
    const { y, height } = (await element.boundingBox())!
    return Math.round(y + height / 2)
  }
  const first = card.getByRole('button', { name: /^Show these/ })
  for (const width of [1280, 1920]) {
    await page.setViewportSize({ width, height: 720 })
    await openExample(page)
    await expect.poll(async () => Math.abs((await middle(accept)) - (await middle(first)))).toBeLessThan(3)
  }
})

test('the failing frame is preselected, and each occurrence has its own proof', async ({ page }) => {
  await openExample(page)
  await expect(frameRow(page, 525)).toHaveAttribute('aria-selected', 'true')
  const proof = page.getByRole('region', { name: 'Proof' })
  for (const frame of [516, 522, 525, 528])
    await expect(proof.getByRole('link', { name: `Frame ${frame}` })).toBeInViewport({ ratio: 1 })
  await proof.getByRole('button', { name: /^2 / }).click()
  await expect(proof.getByRole('link', { name: 'Frame 750' })).toBeVisible()
  await expect(proof.getByRole('link', { name: 'Frame 525' })).toHaveCount(0)
  await expect(proof).toContainText('GetSmartEnum')
})

test('“Show these frames” shows exactly the evidence', async ({ page }) => {
  await openExample(page)
  const button = page.getByRole('button', { name: /^Show these \d+ frames$/ })
  const frames = Number(/\d+/.exec(await button.innerText())![0])
  await button.click()
  await expect(page.getByRole('grid', { name: 'Frames' })).toHaveAttribute('aria-rowcount', String(frames + 1))
})

test('one box goes to a frame, filters, finds an error and runs a command', async ({ page }) => {
  await openExample(page)
  const type = async (text: string) => {
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder(/^Frame number, filter/).fill(text)
  }
  await type('100')
  await expect(page.getByText('Go to frame 100')).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(frameRow(page, 100)).toHaveAttribute('aria-selected', 'true')
  await type('tcp.port == 135')
  await page.getByText('Filter all views:').click()
  await expect(page.getByRole('combobox', { name: 'Filter' })).toHaveValue('tcp.port == 135')
  await type('timeline')
  await page.getByText('Show Timeline').click()
  await expect(page.getByRole('tab', { name: 'Timeline' })).toHaveAttribute('aria-selected', 'true')
  await type('0x800706BA')
  await page
    .getByText(/RPC_S_SERVER_UNAVAILABLE/)
    .first()
    .click()
  const lookUp = page.getByRole('dialog', { name: 'Look up an error' })
  await expect(lookUp).toContainText('never on the wire')
  await expect(page.getByPlaceholder(/^Frame number, filter/)).toHaveCount(0)
})

test('dragging over the strip narrows the frames to that time, in the filter', async ({ page }) => {
  await openExample(page)
  // Parts of the page come one after the other; the strip moves until the last is there.
  await expect(page.getByRole('tree', { name: /^Fields/ })).toBeVisible()
  const strip = page.getByRole('region', { name: 'Capture over time' }).locator('.tracks')
  const before = (await strip.boundingBox())!
  await strip.hover({ position: { x: before.width * 0.75, y: 20 } }) // once it stays where it is
  const { x, y, width } = (await strip.boundingBox())!
  await page.mouse.down()
  await page.mouse.move(x + width * 0.9, y + 20, { steps: 4 })
  await page.mouse.up()
  await expect(page.getByRole('combobox', { name: 'Filter' })).toHaveValue(
    /^frame\.time_relative >= .* && frame\.time_relative <= /,
  )
  await expect(page.getByRole('grid', { name: 'Frames' })).not.toHaveAttribute('aria-rowcount', '846')
  await page.getByRole('button', { name: 'Show the whole time' }).click()
  await expect(page.getByRole('grid', { name: 'Frames' })).toHaveAttribute('aria-rowcount', '846')
})

test('what the program said ranks the findings, and a known finding moves apart and stays there', async ({ page }) => {
  await page.goto('./')
  await openFile(page, exampleFile())
  const list = page.getByRole('region', { name: 'Findings' })
  await list.getByLabel('My program said').fill('0x80070721')
  await expect(list.getByText('1 finding leads to this code.')).toBeVisible()
  await list.getByLabel('My program said').fill('1722')
  await expect(list.getByText('No finding of this capture leads to this code.')).toBeVisible()
  await page.getByRole('button', { name: 'Accept', exact: true }).click()
  await expect(list.getByRole('heading', { name: 'Known, accepted' })).toBeVisible()
  await page.getByRole('button', { name: 'Start page' }).click()
  await openFile(page, exampleFile())
  await expect(list.getByRole('heading', { name: 'Known, accepted' })).toBeVisible()
})

test('the start page looks errors and events up, and its examples show what their cards say', async ({ page }) => {
  await page.goto('./')
  const box = page.getByRole('searchbox', { name: 'Or start from the error' })
  await box.fill('event 10028')
  await expect(page.getByText('DCOM could not reach a computer')).toBeVisible()
  await box.fill('0x80040154')
  await expect(page.getByText('The COM object could not be created')).toBeVisible()
  for (const [code, title] of [
    ['0x800706BA', /port|firewall/i],
    ['0x80040154', /not registered/],
  ] as const) {
    await page.getByRole('button', { name: code }).click()
    await expect(page.getByRole('article').getByRole('heading').first()).toHaveText(title)
    await page.getByRole('button', { name: 'Start page' }).click()
  }
  await page.getByRole('button', { name: 'works a session in which nothing fails' }).click()
  await expect(page.getByRole('heading', { name: /^No (failure|call failed)/ })).toBeVisible()
})

test('a reload reopens what was open from what the browser kept, and asks for the file where bytes are wanted', async ({
  page,
}) => {
  await page.goto('./')
  await openFile(page, exampleFile())
  await expect(page.getByRole('article')).toBeVisible()
  await expect(page).toHaveURL(/kept=[0-9a-f]+/)
  await page.waitForTimeout(1500) // the result is stored after the page's first questions are answered
  await page.reload()
  await expect(page.getByRole('article')).toBeVisible()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('case-study.pcapng')
  await expect(page.getByText('without the capture’s bytes')).toBeVisible()
  await page.getByLabel('The saved capture’s file').setInputFiles(exampleFile())
  await expect(page.getByText('without the capture’s bytes')).toBeHidden()
  await page.getByRole('button', { name: 'Start page' }).click()
  await page
    .getByRole('region', { name: 'Recent and saved analyses' })
    .getByRole('link', { name: 'case-study.pcapng' })
    .click()
  await expect(page.getByRole('article')).toBeVisible()
})

test('a link to a capture that this browser does not keep says so', async ({ page }) => {
  await page.goto('./#kept=0123456789abcdef0123456789abcdef&view=frames&frame=5')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(
    'This browser has not stored the capture of this address.',
  )
})

test('a second capture that is dropped asks whether to open it or to compare', async ({ page }) => {
  await openExample(page)
  await dropFile(page, exampleFile('case-study-fixed.pcapng'))
  const dialog = page.getByRole('dialog', { name: 'Another capture' })
  await dialog.getByRole('button', { name: /^Compare/ }).click()
  await expect(page.getByRole('tab', { name: 'Compare' })).toHaveAttribute('aria-selected', 'true')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('case-study.pcapng')
})
