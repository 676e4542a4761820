// Saved analyses are not lost to what goes wrong: full or refused storage, tabs that die, other windows, other versions.
import { expect, test } from '@playwright/test'
import { file, noise } from './pages/captures'
import { exampleFile, followEvidence, frameRow, openFile } from './pages/page'
import {
  list,
  entry,
  openCapture,
  fillAndSave,
  save,
  toStart,
  saveExample,
  comment,
  note,
  expectStored,
} from './pages/saving'

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
  // Whole or not at all: each saved one opens. A recent one may have no result yet: it says so.
  const saved = list(again)
    .getByRole('listitem')
    .filter({ has: again.getByRole('button', { name: /^Rename / }) })
  for (const name of await saved.getByRole('link').allTextContents()) {
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

test('what another version analysed is analysed again from its bytes, or says by which version it was made', async ({
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
