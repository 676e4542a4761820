// The sender of packets chooses what is in them: names that are markup, turn the text's direction, hold controls, or never end.
import { expect, test } from '@playwright/test'
import { file } from '../pages/captures'
import { Scenario, pcapng } from '../../src/testing/scenario'
import { openFile } from '../pages/page'

const SVCCTL = { uuid: '367abb81-9844-35f1-ad32-98f038001003', version: '2.0' }

const users = {
  markup: '<img src=x onerror=alert(1)><b>bold',
  controls: 'ad\0min\u001b[31m\r\nroot',
  direction: 'eve\u202enimda',
  'right to left': 'محمد',
  emoji: '👩‍💻 of 🇩🇪',
  'very long': 'W'.repeat(300),
}
const shown: Partial<Record<string, string>> = {
  controls: 'ad‹NUL›min‹ESC›[31m‹CR›‹LF›root',
  direction: 'eve‹U+202E›nimda',
}

/** Each user asks for what is denied, on a connection of their own. */
function capture(): Uint8Array {
  const scenario = new Scenario()
  for (const user of Object.values(users)) {
    const session = scenario.rpc({ port: 49157 })
    const binding = session.bind(SVCCTL, { logon: scenario.logon(`CORP\\${user}`, 'integrity') })
    session.fault(session.request(binding, { opnum: 15, stub: new Uint8Array(40) }), 5)
  }
  return pcapng(scenario.frames)
}

test('names of users are shown as text, legibly, and burst nothing', async ({ page }) => {
  const errors: string[] = []
  page.on('pageerror', ({ message }) => errors.push(message))
  page.on('dialog', ({ type }) => errors.push(type()))
  await page.goto('./')
  await openFile(page, file('hostile.pcapng', capture()))
  await expect(page.getByRole('article').first()).toBeVisible()
  await page.getByRole('tab', { name: 'Names' }).click()
  const names = page.getByRole('grid', { name: 'Names' })
  for (const [what, user] of Object.entries(users)) {
    const row = names.getByRole('row').filter({ hasText: `CORP\\${shown[what] ?? user}` })
    await expect(row, what).toHaveCount(1)
    expect((await row.boundingBox())!.height).toBe(24)
  }
  for (const view of ['Calls', 'Connections', 'Frames'])
    await page.getByRole('tab', { name: view, exact: true }).click()
  await expect(page.getByRole('grid', { name: 'Frames' })).toBeVisible()
  await expect(page.locator('img')).toHaveCount(0)
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  expect(errors).toEqual([])
})

test('a name that holds what cannot be seen is filtered by as it was captured', async ({ page }) => {
  await page.goto('./')
  await openFile(page, file('hostile.pcapng', capture()))
  await page.getByRole('tab', { name: 'Calls', exact: true }).click()
  const calls = page.getByRole('grid', { name: 'Calls' })
  for (const what of ['controls', 'direction', 'markup'] as const) {
    const user = calls.getByRole('gridcell', { name: `CORP\\${shown[what] ?? users[what]}`, exact: true })
    await user.click({ button: 'right' })
    await page.getByRole('menuitem', { name: /^Filter by this/ }).click()
    await expect(page.getByText('1 of 6 calls'), what).toBeVisible()
    await page.getByRole('button', { name: /^Show all/ }).click()
  }
})
