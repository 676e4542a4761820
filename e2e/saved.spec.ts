// Saved analyses: kept, opened again by their address, offline too, found in the list, handed on.
import { readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { file } from './pages/captures'
import { dropFile, exampleFile, followEvidence, showBytes } from './pages/page'
import { list, entry, openCapture, save, toStart, saveExample, comment, note, expectStored } from './pages/saving'
import { serve } from './pages/static-server'

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
  await showBytes(page)
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
    await expect(page.getByRole('article').first()).toContainText('as the wrong user')
    await toStart(page)
    await list(page).getByRole('link', { name: 'one' }).click()
    await expect(page.getByRole('article').first()).toContainText('as the wrong user')
  })
})

test('the list is searched by words and tags, renamed, deleted and brought back', async ({ page }) => {
  await saveExample(page, { name: 'The failing one', tags: 'wmi' })
  await toStart(page)
  await openCapture(page, 'case-study-fixed.pcapng')
  await save(page, { name: 'The fixed one', tags: 'wmi, good' })
  await toStart(page)
  await expect(entry(page, 'The failing one')).toContainText('as the wrong user')
  await expect(entry(page, 'The failing one')).toContainText('with the capture')
  await expect(list(page).getByRole('link').first()).toHaveText('The fixed one')

  const search = list(page).getByRole('searchbox')
  await search.fill('wrong user')
  await expect(list(page).getByRole('link')).toHaveText(['The failing one'])
  await search.fill('nothing like it')
  await expect(list(page).getByText('Nothing here matches.')).toBeVisible()
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

test('captures that were not saved are in the same list, and go when they are saved', async ({ page }) => {
  await page.goto('./')
  await openCapture(page)
  await toStart(page)
  await openCapture(page, 'case-study-fixed.pcapng')
  await toStart(page)
  await expect(list(page).getByRole('link')).toHaveText(['case-study-fixed.pcapng', 'case-study.pcapng'])
  await expect(entry(page, 'case-study.pcapng')).toContainText('not saved')
  await entry(page, 'case-study.pcapng').getByRole('link').click()
  await expect(page.getByRole('article').first()).toContainText('as the wrong user')
  await page.getByLabel('The saved capture’s file').setInputFiles(exampleFile())
  await expect(page.getByText('without the capture’s bytes')).toBeHidden()
  await save(page, { name: 'The failing one', withCapture: false })
  await toStart(page)
  await expect(list(page).getByRole('link')).toHaveText(['The failing one', 'case-study-fixed.pcapng'])
  await list(page).getByRole('button', { name: 'Forget what is not saved' }).click()
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
  await showBytes(page)
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
  await expect(page.getByRole('article').first()).toContainText('as the wrong user')
  const chosen = page.getByLabel('The saved capture’s file')
  await chosen.setInputFiles(exampleFile('case-study-fixed.pcapng'))
  await expect(page.getByRole('alert')).toHaveText(/another file/)
  const changed = Buffer.from(exampleFile().buffer)
  changed[5000]! ^= 1
  await chosen.setInputFiles(file('case-study.pcapng', changed))
  await expect(page.getByRole('alert')).toHaveText(/contents differ/)
  await chosen.setInputFiles(exampleFile())
  await expect(page.getByText('saved without the capture’s bytes')).toBeHidden()
  await showBytes(page)
  await expect(
    page
      .getByRole('grid', { name: /^Bytes of frame/ })
      .getByRole('gridcell')
      .first(),
  ).toBeVisible()
})

test('a page of another site around this one: saving says that its storage is apart', async ({ page, baseURL }) => {
  const { url, server } = await serve({
    pages: { '/host.html': `<iframe src="${baseURL}/" width="900" height="700">` },
  })
  try {
    await page.goto(`${url.replace('127.0.0.1', 'localhost')}host.html`)
    const frame = page.frameLocator('iframe')
    await frame.getByRole('button', { name: 'Open this example →' }).click()
    await frame.getByRole('button', { name: 'Save…' }).click()
    await expect(frame.getByRole('dialog')).toContainText('page of another site')
  } finally {
    server.close()
  }
})
