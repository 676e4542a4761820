// Saved analyses: kept, opened again by their address, offline too, and never lost to what goes wrong.
import { readFileSync } from 'node:fs'
import { type Page, expect, test } from '@playwright/test'
import { file, noise } from './captures'
import { dropFile, exampleFile, followEvidence, frameRow, openFile } from './page'
import { serve } from './static-server'

const list = (page: Page) => page.getByRole('region', { name: 'Saved analyses' })
const entry = (page: Page, name: string) =>
  list(page)
    .getByRole('listitem')
    .filter({ has: page.getByRole('link', { name }) })

async function openCapture(page: Page, name = 'case-study.pcapng') {
  await openFile(page, exampleFile(name))
  await expect(page.getByRole('heading', { name: 'Diagnosis', exact: true })).toBeVisible()
}

interface Details {
  name: string
  tags?: string
  notes?: string
  withCapture?: boolean
}

async function fillAndSave(page: Page, { name, tags = '', notes = '', withCapture = true }: Details) {
  await page.getByRole('button', { name: 'Save…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Save this analysis' })
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByLabel('Tags, separated by commas').fill(tags)
  await dialog.getByLabel('Notes').fill(notes)
  await dialog.getByRole('checkbox').setChecked(withCapture)
  await expect(dialog.getByText(/Tables and findings take/)).toBeVisible()
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  return dialog
}

async function save(page: Page, details: Details) {
  await expect(await fillAndSave(page, details)).toBeHidden()
  await expect(page).toHaveURL(/#\/saved\/[0-9a-f]{20}\?/)
}

async function toStart(page: Page) {
  await page.getByRole('button', { name: 'Start page' }).click()
  await expect(list(page)).toBeVisible()
}

/** Opens and saves the example in a fresh page. */
async function saveExample(page: Page, details: Details) {
  await page.goto('./')
  await openCapture(page)
  await save(page, details)
}

async function comment(page: Page, text: string) {
  await page.getByRole('grid', { name: 'Frames' }).focus()
  await page.keyboard.press('c')
  await page.getByRole('textbox', { name: 'Comment' }).fill(text)
  await page.getByRole('button', { name: 'Keep', exact: true }).click()
}

const note = (page: Page, text: string) => page.getByText(`Your comment: ${text}`)

/** Whether everything that changed is stored: nothing waits in the journal. */
function expectStored(page: Page) {
  return expect
    .poll(() => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('faultline.pending'))))
    .toEqual([])
}

test('a saved analysis is reopened by its address, where it was left, with notes and bytes', async ({ page }) => {
  await saveExample(page, { name: 'The failing one', tags: 'wmi, winpe', notes: 'Seen in the lab.' })
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('The failing one')
  await followEvidence(page, 525)
  await comment(page, 'here it breaks')
  await page.getByRole('tab', { name: 'Calls' }).click()
  await expect(page).toHaveURL(/frame=525/)
  await expectStored(page)
  const address = page.url()

  await page.goto('about:blank')
  await page.goto(address.replace(/\?.*/, '')) // only the id: the place comes from what was saved
  await expect(note(page, 'here it breaks')).toBeVisible()
  await expect(page.getByRole('grid', { name: 'Calls' })).toBeVisible()
  await expect(page).toHaveURL(/view=calls&frame=525/)
  await expect(page.getByRole('grid', { name: 'Bytes of frame 525' }).getByRole('gridcell').first()).toBeVisible()
  await expect(page.getByText('without the capture’s bytes')).toBeHidden()
})

test('the address names view, frame and filter; Back and Forward go through them and the start page', async ({
  page,
}) => {
  await saveExample(page, { name: 'one' })
  const id = /saved\/([0-9a-f]+)/.exec(page.url())![1]!
  await toStart(page)
  await page.goto(`./#/saved/${id}?view=frames&frame=12&filter=${encodeURIComponent('dcerpc.cn_call_id == 8')}`)
  await expect(page.getByText('Frame 12', { exact: true }).first()).toBeVisible()
  await expect(page.getByRole('button', { name: /^Show all frames/ })).toBeVisible()
  await page.goBack()
  await expect(list(page)).toBeVisible()
  await page.goForward()
  await expect(page.getByText('Frame 12', { exact: true }).first()).toBeVisible()
  await page.reload()
  await expect(page.getByText('Frame 12', { exact: true }).first()).toBeVisible()
  await expect(page.getByRole('button', { name: /^Show all frames/ })).toBeVisible()
})

test('an address that nothing is kept under says so and leads to the start page', async ({ page }) => {
  await page.goto('./#/saved/00112233445566778899')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/keeps no saved analysis under this address/)
  await toStart(page)
})

test.describe('with its service worker', () => {
  test.use({ serviceWorkers: 'allow' })

  test('offline, after one visit, a saved analysis opens again', async ({ page, context }) => {
    await saveExample(page, { name: 'one' })
    await page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state)
    await context.setOffline(true)
    await page.reload()
    await expect(page.getByRole('article').first()).toContainText('REDMOND\\jiangyue')
    await toStart(page)
    await list(page).getByRole('link', { name: 'one' }).click()
    await expect(page.getByRole('article').first()).toContainText('REDMOND\\jiangyue')
  })
})

test('the list is searched by words and tags, renamed, deleted and brought back', async ({ page }) => {
  await saveExample(page, { name: 'The failing one', tags: 'wmi' })
  await toStart(page)
  await openCapture(page, 'case-study-fixed.pcapng')
  await save(page, { name: 'The fixed one', tags: 'wmi, good' })
  await toStart(page)
  await expect(entry(page, 'The failing one')).toContainText('REDMOND\\jiangyue')
  await expect(entry(page, 'The failing one')).toContainText('with the capture')
  await expect(list(page).getByRole('link').first()).toHaveText('The fixed one')

  const search = list(page).getByRole('searchbox')
  await search.fill('jiangyue')
  await expect(list(page).getByRole('link')).toHaveText(['The failing one'])
  await search.fill('nothing like it')
  await expect(list(page).getByText('Nothing that is saved fits.')).toBeVisible()
  await search.fill('')
  await list(page).getByRole('combobox', { name: 'Tag' }).selectOption('good')
  await expect(list(page).getByRole('link')).toHaveText(['The fixed one'])
  await list(page).getByRole('combobox', { name: 'Tag' }).selectOption('')

  await list(page).getByRole('button', { name: 'Rename The fixed one' }).click()
  const dialog = page.getByRole('dialog', { name: 'Rename' })
  await dialog.getByLabel('Name').fill('After the hotfix')
  await dialog.getByRole('button', { name: 'Keep' }).click()
  await expect(list(page).getByRole('link', { name: 'After the hotfix' })).toBeVisible()

  await list(page).getByRole('button', { name: 'Delete After the hotfix' }).click()
  await expect(list(page).getByRole('link')).toHaveText(['The failing one'])
  await list(page).getByRole('button', { name: 'Undo' }).click()
  await expect(list(page).getByRole('link')).toHaveCount(2)
  await list(page).getByRole('button', { name: 'Delete After the hotfix' }).click()
  await expect(list(page).getByRole('link')).toHaveText(['The failing one'])
  await page.reload()
  await expect(list(page).getByRole('link')).toHaveText(['The failing one'])
})

test('exported as one file and imported again it is the same; a damaged file is refused', async ({ page }) => {
  await saveExample(page, { name: 'To hand on', tags: 'a', notes: 'Look at 525.' })
  await followEvidence(page, 525)
  await comment(page, 'mine')
  await expectStored(page)
  await toStart(page)
  const downloading = page.waitForEvent('download')
  await list(page).getByRole('button', { name: 'Export To hand on' }).click()
  const download = await downloading
  expect(download.suggestedFilename()).toBe('To hand on.faultline')
  const bytes = readFileSync(await download.path())
  await list(page).getByRole('button', { name: 'Delete To hand on' }).click()
  await expect(list(page).getByRole('link')).toHaveCount(0)

  await dropFile(page, file('To hand on.faultline', bytes))
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('To hand on')
  await expect(note(page, 'mine')).toBeVisible()
  await expect(page.getByRole('grid', { name: 'Bytes of frame 525' }).getByRole('gridcell').first()).toBeVisible()
  await expect(page).toHaveURL(/#\/saved\//)

  await toStart(page)
  await page.getByLabel('Saved analysis to import').setInputFiles(file('bad.faultline', bytes.subarray(0, 5000)))
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This file holds no saved analysis.')
  await toStart(page)
  await expect(list(page).getByRole('link')).toHaveText(['To hand on'])
})

test('saved without the capture it asks for the file, and takes only the same one', async ({ page }) => {
  await saveExample(page, { name: 'Result only', withCapture: false })
  const address = page.url()
  await page.goto('about:blank')
  await page.goto(address)
  await expect(page.getByText('saved without the capture’s bytes')).toBeVisible()
  await expect(page.getByRole('article').first()).toContainText('REDMOND\\jiangyue')
  const chosen = page.getByLabel('The saved capture’s file')
  await chosen.setInputFiles(exampleFile('case-study-fixed.pcapng'))
  await expect(page.getByRole('alert')).toHaveText(/another file/)
  const changed = Buffer.from(exampleFile().buffer)
  changed[5000]! ^= 1
  await chosen.setInputFiles(file('case-study.pcapng', changed))
  await expect(page.getByRole('alert')).toHaveText(/contents differ/)
  await chosen.setInputFiles(exampleFile())
  await expect(page.getByText('saved without the capture’s bytes')).toBeHidden()
  await expect(
    page
      .getByRole('grid', { name: /^Bytes of frame/ })
      .getByRole('gridcell')
      .first(),
  ).toBeVisible()
})

test('the quota reached in mid-save is said, and what was saved before stays', async ({ page, context, baseURL }) => {
  const devtools = await context.newCDPSession(page)
  // Before the database is first used: the browser remembers for a while how much room there was.
  await devtools.send('Storage.overrideQuotaForOrigin', { origin: baseURL!, quotaSize: 20_000_000 })
  await saveExample(page, { name: 'earlier' })
  await toStart(page)
  await openFile(page, file('large.pcapng', Buffer.concat([exampleFile().buffer, noise(30_000_000)])))
  await expect(page.getByRole('heading', { name: 'Diagnosis', exact: true })).toBeVisible()
  const dialog = await fillAndSave(page, { name: 'later' })
  await expect(dialog.getByRole('alert')).toHaveText(/no room left.*Nothing that was saved before is lost/)
  await dialog.getByRole('checkbox').uncheck()
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(dialog).toBeHidden()
  await toStart(page)
  await expect(entry(page, 'later')).toContainText('without the capture')
  await list(page).getByRole('link', { name: 'earlier' }).click()
  await expect(page.getByRole('article').first()).toContainText('REDMOND\\jiangyue')
})

test('a save that will not fit is said to be so before it is tried', async ({ page }) => {
  await page.addInitScript(() => {
    navigator.storage.estimate = () => Promise.resolve({ usage: 9_900_000, quota: 10_000_000 })
  })
  await page.goto('./')
  await openCapture(page)
  await page.getByRole('button', { name: 'Save…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Save this analysis' })
  await expect(dialog).toContainText('9.90 MB of the 10.0 MB')
  await expect(dialog.getByRole('status')).toHaveText(/more will not fit/)
})

test('a tab that dies in mid-save leaves what was saved before', async ({ page, context }) => {
  test.slow() // two tabs, and a large file handed over by the test
  await saveExample(page, { name: 'earlier' })
  await toStart(page)
  await openFile(page, file('large.pcapng', Buffer.concat([exampleFile().buffer, noise(15_000_000)])))
  await expect(page.getByRole('heading', { name: 'Diagnosis', exact: true })).toBeVisible()
  const devtools = await context.newCDPSession(page)
  await page.getByRole('button', { name: 'Save…' }).click()
  // Looked for from within: a save may be over between two looks from outside.
  const saving = page.waitForFunction(() =>
    [...document.querySelectorAll('button')].some(({ textContent }) => textContent === 'Saving…'),
  )
  await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click()
  await saving
  const crashed = page.waitForEvent('crash')
  void devtools.send('Page.crash').catch(() => undefined)
  await crashed
  const again = await context.newPage()
  await again.goto('./')
  await expect(list(again).getByRole('link', { name: 'earlier' })).toBeVisible()
  // Whole or not at all: each of the list opens.
  for (const name of await list(again).getByRole('link').allTextContents()) {
    await list(again).getByRole('link', { name }).click()
    await expect(again.getByRole('article').first()).toContainText('REDMOND\\jiangyue')
    await toStart(again)
  }
})

test('a comment survives that the tab dies before it is stored', async ({ page, context }) => {
  await saveExample(page, { name: 'one' })
  await followEvidence(page, 525)
  await comment(page, 'written last')
  const address = page.url()
  const devtools = await context.newCDPSession(page)
  const crashed = page.waitForEvent('crash')
  void devtools.send('Page.crash').catch(() => undefined)
  await crashed
  const again = await context.newPage()
  await again.goto(address)
  await expect(note(again, 'written last')).toBeVisible()
})

test('two windows notice each other and keep both comments', async ({ page, context }) => {
  await saveExample(page, { name: 'one' })
  await followEvidence(page, 525)
  await expectStored(page)
  const other = await context.newPage()
  await other.goto(page.url())
  await expect(other.getByText('Frame 525', { exact: true }).first()).toBeVisible()

  await comment(page, 'of the first window')
  await expect(note(other, 'of the first window')).toBeVisible()

  await frameRow(other, 522).click()
  await comment(other, 'of the second')
  await expect(note(other, 'of the second')).toBeVisible()
  await expectStored(other)
  await expect(page.getByText('of the second')).toBeVisible()
  await comment(page, 'of the first again')
  await expectStored(page)
  await page.reload()
  await expect(note(page, 'of the first again')).toBeVisible()
  await frameRow(page, 522).click()
  await expect(note(page, 'of the second')).toBeVisible()

  await other.goto('./')
  await list(other).getByRole('button', { name: 'Delete one' }).click()
  await expect(page.getByRole('alert')).toHaveText(/deleted in another window/)
  await list(other).getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('alert')).toBeHidden()
})

test('a comment that is being written stays, whatever is stored meanwhile, here or in another window', async ({
  page,
  context,
}) => {
  await saveExample(page, { name: 'one' })
  const other = await context.newPage()
  await other.goto(page.url())
  await expect(other.getByRole('article').first()).toBeVisible()
  for (const each of [page, other]) await frameRow(each, 522).click()

  await page.keyboard.press('c')
  const box = page.getByRole('textbox', { name: 'Comment' })
  await box.fill('of the first')
  await expectStored(page) // the place
  await expect(box).toHaveValue('of the first')

  await comment(other, 'of the second')
  await expect(page.getByRole('grid', { name: 'Frames', includeHidden: true })).toContainText('✎')
  await expect(box).toHaveValue('of the first')
  await page.getByRole('button', { name: 'Keep', exact: true }).click()
  for (const each of [page, other])
    await expect(each.getByText(/Your comment: of the second\s+of the first/)).toBeVisible()
})

test('a database of version 1 is taken over with its results', async ({ page }) => {
  // A page of the site without the application, which would open the database itself.
  await page.goto('./icon.svg')
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('faultline', 1)
        opening.onupgradeneeded = () => {
          opening.result.createObjectStore('results')
          opening.result.createObjectStore('uses', { keyPath: 'fingerprint' }).createIndex('usedAt', 'usedAt')
          opening
            .transaction!.objectStore('results')
            .put({ snapshot: { tables: [], chunks: [] }, findings: [], format: 0 }, 'key')
          opening.transaction!.objectStore('uses').put({ fingerprint: 'key', version: 1, bytes: 0, usedAt: 1 })
        }
        opening.onsuccess = () => (opening.result.close(), resolve())
        opening.onerror = () => reject(opening.error!)
      }),
  )
  await page.goto('./')
  await expect(page.getByText(/^None yet/)).toBeVisible()
  const kept = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const opening = indexedDB.open('faultline')
        opening.onsuccess = () => {
          const { result } = opening
          const use = result.transaction('uses').objectStore('uses').get('key')
          use.onsuccess = () => resolve({ version: result.version, used: use.result !== undefined })
        }
      }),
  )
  expect(kept).toEqual({ version: 2, used: true })
})

test('what another version analysed is analysed anew from its bytes, or says by which version it was made', async ({
  page,
}) => {
  await saveExample(page, { name: 'with bytes' })
  await toStart(page)
  await openCapture(page, 'case-study-fixed.pcapng')
  await save(page, { name: 'without', withCapture: false })
  await expectStored(page)
  const address = page.url()
  await page.goto('./icon.svg')
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const opening = indexedDB.open('faultline')
        opening.onsuccess = () => {
          const transaction = opening.result.transaction(['saved', 'savedResults'], 'readwrite')
          const rows = transaction.objectStore('saved').openCursor()
          rows.onsuccess = () => {
            const cursor = rows.result
            if (!cursor) return
            const row = cursor.value as object & { name: string; id: string }
            cursor.update({ ...row, resultVersion: 0, toolVersion: '0.0.9' })
            // Its tables mean nothing to this version.
            const tables = { snapshot: { tables: [], chunks: [] }, findings: [], format: 0 }
            if (row.name === 'with bytes') transaction.objectStore('savedResults').put(tables, row.id)
            cursor.continue()
          }
          transaction.oncomplete = () => resolve()
        }
      }),
  )
  await page.goto(address)
  await expect(page.getByRole('list', { name: 'About the file' })).toContainText('Faultline 0.0.9 made this analysis')
  await toStart(page)
  for (let time = 0; time < 2; time++) {
    await list(page).getByRole('link', { name: 'with bytes' }).click()
    await expect(page.getByRole('article').first()).toContainText('REDMOND\\jiangyue')
    await toStart(page)
  }
})

test('where storage is refused the dialog says why, and nothing else breaks', async ({ page }) => {
  // As private windows of some browsers do: the worker is given no database.
  await page.route('**/assets/worker-*.js', async (route) => {
    const response = await route.fetch()
    const refusing = `indexedDB.open = () => { throw new DOMException('refused', 'SecurityError') };`
    await route.fulfill({ response, body: refusing + (await response.text()) })
  })
  await page.goto('./')
  await expect(list(page)).toContainText('refuses storage')
  await openCapture(page)
  await page.getByRole('button', { name: 'Save…' }).click()
  await expect(page.getByRole('dialog')).toContainText('This browser refuses storage')
})

test('a page of another site around this one: saving says that its storage is apart', async ({ page, baseURL }) => {
  const { url, server } = await serve({
    pages: { '/host.html': `<iframe src="${baseURL}/" width="900" height="700">` },
  })
  try {
    await page.goto(`${url.replace('127.0.0.1', 'localhost')}host.html`)
    const frame = page.frameLocator('iframe')
    await frame.getByRole('button', { name: 'Try the example' }).click()
    await frame.getByRole('button', { name: 'Save…' }).click()
    await expect(frame.getByRole('dialog')).toContainText('page of another site')
  } finally {
    server.close()
  }
})
