// Empty and broken states: each says in a sentence what there is, nothing is drawn askew, nothing waits for ever.
import { type Page, expect, test } from '@playwright/test'
import { file, png, udpCapture } from './pages/captures'
import { dropFile, exampleFile, followEvidence, openExample, openFile } from './pages/page'

async function openTab(page: Page, name: string) {
  await page.getByRole('tab', { name, exact: true }).click()
}

test('what is wrong with the file is in a line above the analysis, and takes no more room', async ({ page }) => {
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
  await expect(page.getByText('No frames match: tcp.port == 9', { exact: true })).toBeVisible()
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
    ['Timeline', 'This capture holds no frames: there is nothing to draw over time.'],
    ['Names', 'This capture names no host, user or interface.'],
  ] as const) {
    await openTab(page, view)
    await expect(page.getByText(says)).toBeVisible()
  }
})

test('what the address leaves open: a frame that is not there, an analysis that is not kept', async ({ page }) => {
  await page.goto('./#example=case-study&frame=99999')
  await expect(page.locator('footer').getByText('Frame 845', { exact: true })).toBeVisible()
  await page.goto('./#/saved/abcdef0123')
  await page.reload()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('keeps no saved analysis under this address')
})

test('another capture is opened at its own evidence, not at the place and filter of the one before', async ({
  page,
}) => {
  await openExample(page)
  await page.getByRole('combobox', { name: 'Filter' }).fill('frame.number > 800')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('grid', { name: 'Frames' })).toHaveAttribute('aria-rowcount', '46')
  await openFile(page, exampleFile('case-study-full-os.pcapng'))
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('case-study-full-os.pcapng')
  await expect(page.getByRole('article').first()).toBeVisible()
  await expect(page.getByRole('combobox', { name: 'Filter' })).toHaveValue('')
  await expect(page.getByRole('button', { name: /^Show all frames/ })).toBeHidden()
})

test('Back leads from a capture to the start page, and Forward into it again', async ({ page }) => {
  await page.goto('./')
  await openFile(page, exampleFile())
  await expect(page.getByRole('article').first()).toBeVisible()
  await openTab(page, 'Calls')
  await expect(page.getByRole('grid', { name: 'Calls' })).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('grid', { name: 'Frames' })).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('button', { name: 'Open this example →' })).toBeVisible()
  await page.goForward()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('case-study.pcapng')
  await expect(page.getByRole('article').first()).toBeVisible()
})

test('a file that is dropped on a dialog takes its place', async ({ page }) => {
  await openExample(page)
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog')).toBeVisible()
  await dropFile(page, file('a.png', png))
  await page.getByRole('button', { name: 'Open a.png instead' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/PNG/)
  await expect(page.getByRole('dialog')).toBeHidden()
})

test('what cannot be compared is said where it was chosen', async ({ page }) => {
  await openExample(page)
  await openTab(page, 'Compare')
  await dropFile(page, file('a.png', png))
  const view = page.getByRole('tabpanel', { name: 'Compare' })
  await expect(view.getByRole('alert')).toContainText('a.png is not a packet capture: it looks like a PNG picture.')
  await expect(page.getByRole('article').first()).toBeVisible()
})

test('two captures of the same name are distinguished, and equal ones are called equal', async ({ page }) => {
  await page.goto('./')
  await page.getByLabel('Capture file', { exact: true }).setInputFiles([exampleFile(), exampleFile()])
  const both = 'Compare case-study.pcapng (the first) with case-study.pcapng (the second)'
  await page.getByRole('button', { name: both }).click()
  await expect(page.getByText('Both captures show the same calls')).toBeVisible()
})

test('one frame is one frame, not one frames', async ({ page }) => {
  await page.goto('./')
  await openFile(page, file('one.pcap', udpCapture(1)))
  await expect(page.getByText('Its only frame carries no message of DCE/RPC.')).toBeVisible()
  await expect(page.locator('header')).toContainText('1 frame · 2 hosts')
  await openTab(page, 'Timeline')
  await expect(page.getByText('All frames of this capture have the same time')).toBeVisible()
})

test('a control character in a field is shown for what it is', async ({ page }) => {
  await openExample(page)
  await followEvidence(page, 516)
  const tree = page.getByRole('tree')
  await tree.focus()
  await page.keyboard.press('End')
  for (let lines = 0; lines < 40 && !(await tree.getByText(/^Signature/).isVisible()); lines++)
    await page.keyboard.press('ArrowUp')
  await expect(tree.getByText('Signature: NTLMSSP‹NUL›', { exact: true })).toBeVisible()
})

test.describe('what the page needs cannot be had', () => {
  for (const { what, files, says } of [
    {
      what: 'the worker',
      files: '**/assets/worker-*',
      says: 'The part of Faultline that reads captures could not be started',
    },
    {
      what: 'the engine in it',
      files: '**/assets/engine-*',
      says: 'The part of Faultline that reads captures could not be started',
    },
    { what: 'the parser', files: '**/*.wasm', says: 'A part of Faultline could not be fetched' },
    { what: 'the names of errors', files: '**/*.tsv', says: 'A part of Faultline could not be fetched' },
  ])
    test(`${what}: opening ends in a sentence, and works once it is there`, async ({ page }) => {
      await page.route(files, (route) => route.abort())
      await page.goto('./')
      await openFile(page, exampleFile())
      await expect(page.getByRole('heading', { level: 1 })).toContainText(says)
      await page.unroute(files)
      if (what === 'the parser') await page.reload() // it is fetched once
      await openFile(page, exampleFile())
      await expect(page.getByRole('article').first()).toBeVisible()
    })

  test('without the names of errors the look-up says so, and works once they are there', async ({ page }) => {
    await page.route('**/*.tsv', (route) => route.abort())
    await page.goto('./')
    const box = page.getByRole('searchbox', { name: 'Or start from the error' })
    await box.fill('182')
    await expect(page.getByText('The list of errors could not be fetched.')).toBeVisible()
    await page.unroute('**/*.tsv')
    await box.fill('1825')
    await expect(page.getByText('RPC_S_SEC_PKG_ERROR', { exact: true }).first()).toBeVisible()
  })

  test('a view whose code is missing says so in its place', async ({ page }) => {
    await openExample(page)
    await page.route('**/assets/CallsView-*', (route) => route.abort())
    await openTab(page, 'Calls')
    await expect(page.getByRole('tabpanel', { name: 'Calls' }).getByRole('alert')).toContainText('could not be fetched')
    await page.unroute('**/assets/CallsView-*')
    await page.getByRole('button', { name: 'Reload' }).click()
    await expect(page.getByRole('grid', { name: 'Calls' })).toBeVisible()
  })

  test('an analysis whose code is missing says so', async ({ page }) => {
    await page.route('**/assets/Analysis-*.js', (route) => route.abort())
    await page.goto('./')
    await openFile(page, exampleFile())
    await expect(page.getByRole('alert')).toContainText('could not be fetched')
  })

  test('without a network before the first view has come, the page keeps its own look', async ({ page, context }) => {
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.route(/assets\/(Analysis|Refused|worker|engine)-/, (route) => route.abort())
    await page.goto('./')
    await context.setOffline(true)
    await openFile(page, exampleFile())
    await expect(page.getByRole('alert')).toContainText('could not be fetched')
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('The capture cannot be shown')
    await expect(page.getByRole('heading', { level: 1 })).toHaveCSS('font-size', '20px')
    await expect(page.getByText('Faultline', { exact: true })).toBeVisible()
    await expect(page.locator('body')).toHaveCSS('background-color', 'rgb(18, 21, 27)')
  })

  test('an example that is missing, and one out of reach', async ({ page }) => {
    const sentence = page.getByRole('heading', { level: 1 })
    await page.goto('./#example=no-such')
    await expect(sentence).toHaveText('There is no no-such.pcapng at this address.')
    await page.route('**/examples/**', (route) => route.abort())
    await page.getByRole('button', { name: 'Start page' }).click()
    await page.getByRole('button', { name: 'Open this example →' }).click()
    await expect(sentence).toHaveText('case-study.pcapng could not be fetched: the site cannot be reached.')
  })
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

test.describe('on a narrow screen', () => {
  test.use({ viewport: { width: 360, height: 720 } })

  test('Back leads to the pane that was left', async ({ page }) => {
    await openExample(page)
    await followEvidence(page, 525)
    await expect(page.getByRole('tab', { name: 'Frames' })).toHaveAttribute('aria-selected', 'true')
    await page.goBack()
    await expect(page.getByRole('tab', { name: 'Diagnosis' })).toHaveAttribute('aria-selected', 'true')
  })

  test('both hosts of the ladder are in view', async ({ page }) => {
    await openExample(page)
    await openTab(page, 'Connections')
    const ladder = page.getByRole('grid', { name: 'Ladder' })
    for (const host of ['10.177.17.15', '10.177.17.6'])
      await expect(ladder.getByRole('columnheader').getByText(host, { exact: true })).toBeInViewport({ ratio: 0.9 })
  })

  test('what was deleted can be brought back by a button that fits', async ({ page }) => {
    await openExample(page)
    await page.getByRole('button', { name: 'Save…' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click()
    await expect(page.getByRole('dialog')).toBeHidden()
    await page.getByRole('button', { name: 'Start page' }).click()
    await page.getByRole('button', { name: /^Delete/ }).click()
    const undo = (await page.getByRole('button', { name: 'Undo' }).boundingBox())!
    expect(undo.width).toBeGreaterThan(40)
    expect(undo.height).toBeLessThan(32)
  })
})

test('while the capture is read and diagnosed, numbers say how far it has come', async ({ page }) => {
  await page.addInitScript(() => {
    const announced = new Set<string>()
    Object.assign(window, { announced })
    new MutationObserver(() => {
      const text = document.querySelector('.reading p')?.textContent
      if (text) announced.add(text.replaceAll(/\s+/g, ' ').trim())
    }).observe(document, { subtree: true, childList: true, characterData: true })
  })
  await openExample(page)
  const texts = () => page.evaluate(() => [...(window as unknown as { announced: Set<string> }).announced])
  const announced = await texts()
  expect(
    announced.some((text) => /^Diagnosing: \d+ of \d\d rules have run, 845 frames/.test(text)),
    announced.join('\n'),
  ).toBe(true)
  await page.getByRole('tab', { name: 'Compare' }).click()
  await page.getByRole('button', { name: /was fixed/ }).click()
  await expect(page.getByRole('grid', { name: 'Calls of both' })).toBeVisible()
  expect((await texts()).filter((text) => /^Read.* of .*, 393 frames/.test(text))).not.toEqual([])
})
