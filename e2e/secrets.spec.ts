// Secrets: they open what is sealed, are in no storage, no file that leaves the page and no message, and are forgotten on request.
import { readFileSync } from 'node:fs'
import { type Page, expect, test } from '@playwright/test'
import { openExample } from './pages/page'
import { save } from './pages/saving'

/** A marked password of no account, and the one that the example's administrator has. */
const MARKED = 'mArKeD-SeCrEt-4711'
const RIGHT = '!!123abc'

async function give(page: Page, secret: string): Promise<void> {
  await page.getByRole('button', { name: 'Secrets' }).click()
  const dialog = page.getByRole('dialog', { name: 'Secrets' })
  await dialog.getByRole('textbox', { name: 'Password' }).fill(secret)
  await dialog.getByRole('button', { name: 'Try on every logon' }).click()
}

/** Goes down the tree, which draws what is in sight only, to a field. */
async function showField(page: Page, name: RegExp): Promise<void> {
  const field = page.getByRole('treeitem', { name })
  await page.getByRole('tree').focus()
  for (let step = 0; step < 60 && !(await field.isVisible()); step++) await page.keyboard.press('ArrowDown')
  await expect(field).toBeVisible()
}

test('a password opens the sealed calls: the list says for whom it is right, and the frame shows the clear text', async ({
  page,
}) => {
  await openExample(page)
  await give(page, RIGHT)
  const dialog = page.getByRole('dialog', { name: 'Secrets' })
  await expect(dialog.getByRole('status')).toHaveText('Right for 5 of 7 logons. Opened 20 of 20 sealed messages.')
  await expect(dialog.getByRole('row', { name: /REDMOND\\jiangyue/ }).first()).toContainText('Wrong')
  await expect(dialog.getByRole('row', { name: /administrator/ }).first()).toContainText('Right')
  await dialog.getByRole('button', { name: 'Close' }).click()
  await page.evaluate(() => (location.hash = '#view=frames&frame=543'))
  await page.getByRole('tab', { name: /Decrypted PDU/ }).click()
  await showField(page, /Stub data \(was sealed\)/)
  await showField(page, /Signature.*right/)
})

test('a wrong password says so and opens nothing; forgetting brings back what was', async ({ page }) => {
  await openExample(page)
  await give(page, MARKED)
  const dialog = page.getByRole('dialog', { name: 'Secrets' })
  await expect(dialog.getByRole('status')).toHaveText('No secret is right for any of 7 logons.')
  await dialog.getByRole('button', { name: 'Forget secrets' }).click()
  await expect(dialog.getByRole('status')).toContainText('forgotten')
  await expect(dialog.getByRole('table')).toBeHidden()
})

test('keys leave the page only where they are asked for, and only those that are right', async ({ page }) => {
  await openExample(page)
  await page.getByRole('button', { name: 'Share' }).click()
  const share = page.getByRole('dialog', { name: 'Share' })
  await expect(share.getByRole('radio', { name: /^For Wireshark/ })).toBeHidden()
  await share.getByRole('button', { name: 'Close' }).click()
  await give(page, RIGHT)
  const dialog = page.getByRole('dialog', { name: 'Secrets' })
  await expect(dialog.getByRole('status')).toContainText('Right for 5')
  await dialog.getByRole('button', { name: 'Close' }).click()
  await page.getByRole('button', { name: 'Share' }).click()
  await share.getByRole('radio', { name: /^For Wireshark/ }).check()
  await share.getByRole('checkbox', { name: /Include keys/ }).check()
  const download = page.waitForEvent('download')
  await share.getByRole('button', { name: 'Download' }).click()
  const file = readFileSync(await (await download).path(), 'latin1')
  await expect(share.getByRole('status')).toHaveText(/-wireshark\.zip.* It holds 0 PDUs and 1 key\./)
  expect(file).toContain('administrator')
  expect(file).not.toContain('decrypted.pcapng')
})

test('no secret is in any storage, in a file that leaves the page, in the address or on the console', async ({
  page,
}) => {
  const said: string[] = []
  page.on('console', (message) => said.push(message.text()))
  page.on('request', (request) => said.push(`${request.url()} ${request.postData() ?? ''}`))
  await openExample(page)
  await give(page, MARKED)
  const dialog = page.getByRole('dialog', { name: 'Secrets' })
  await expect(dialog.getByRole('status')).toContainText('No secret is right')
  await dialog.getByRole('textbox', { name: 'Password' }).fill(RIGHT)
  await dialog.getByRole('button', { name: 'Try on every logon' }).click()
  await expect(dialog.getByRole('status')).toContainText('Right for 5')
  await dialog.getByRole('button', { name: 'Close' }).click()

  await save(page, { name: 'with secrets' })
  const files: string[] = []
  for (const what of ['Report', 'Frames', 'Page', 'For Wireshark']) {
    await page.getByRole('button', { name: 'Share' }).click()
    const share = page.getByRole('dialog', { name: 'Share' })
    await share.getByRole('radio', { name: new RegExp(`^${what}`) }).check()
    if (what === 'For Wireshark') {
      await expect(share.getByRole('button', { name: 'Download' })).toBeDisabled()
      await share.getByRole('checkbox', { name: /Include decrypted PDUs/ }).check()
    }
    const download = page.waitForEvent('download')
    await share.getByRole('button', { name: 'Download' }).click()
    files.push(readFileSync(await (await download).path(), 'latin1'))
    await share.getByRole('button', { name: 'Close' }).click()
  }
  expect(files.length).toBe(4)
  expect(files[3]).toContain('decrypted.pcapng')
  expect(files[3]).not.toContain('keys.keytab')

  const stored = await page.evaluate(async () => {
    const texts: string[] = [
      JSON.stringify(localStorage),
      JSON.stringify(sessionStorage),
      location.href,
      document.cookie,
    ]
    const bytesOf = (value: unknown, into: string[], depth = 0): void => {
      if (value instanceof ArrayBuffer) into.push(new TextDecoder('latin1').decode(value))
      else if (ArrayBuffer.isView(value))
        into.push(new TextDecoder('latin1').decode(new Uint8Array(value.buffer.slice(0) as ArrayBuffer)))
      else if (typeof value === 'string') into.push(value)
      else if (value && typeof value === 'object' && depth < 8)
        for (const part of Object.values(value)) bytesOf(part, into, depth + 1)
    }
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name!)
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(new Error('not opened'))
      })
      for (const store of database.objectStoreNames) {
        const all = await new Promise<unknown[]>((resolve) => {
          const request = database.transaction(store).objectStore(store).getAll()
          request.onsuccess = () => resolve(request.result as unknown[])
        })
        for (const value of all) {
          bytesOf(value, texts)
          const blobs = Object.values((value ?? {}) as Record<string, unknown>).filter((part) => part instanceof Blob)
          for (const blob of blobs) texts.push(new TextDecoder('latin1').decode(await blob.arrayBuffer()))
        }
      }
      database.close()
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name)
      for (const request of await cache.keys())
        texts.push(request.url, (await (await cache.match(request))?.text()) ?? '')
    }
    return texts
  })
  expect(stored.join('').length).toBeGreaterThan(1000)
  const utf16 = (text: string) => [...text].map((letter) => `${letter}\0`).join('')
  for (const secret of [MARKED, RIGHT])
    for (const form of [secret, utf16(secret), Buffer.from(secret).toString('base64').replace(/=+$/, '')])
      for (const text of [...stored, ...files, ...said]) expect(text.includes(form)).toBe(false)
})
