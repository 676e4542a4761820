// What a user of Wireshark does: Decode As. Each test is one task.
import { expect, test } from '@playwright/test'
import { returning, SVCCTL } from '../../src/testing/diagnose'
import { Scenario, pcapng } from '../../src/testing/scenario'
import { grid } from '../pages/analysis'
import { file } from '../pages/captures'
import { openFile } from '../pages/page'

const TCP_AT = 34
const SMB_PORT = 445
const OTHER_PORT = 4455

/** A call through a pipe of SMB on a port that no one expects. */
function capture(): Uint8Array {
  const scenario = new Scenario()
  const { session } = scenario.pipe('svcctl', 'CORP\\admin')
  session.call(session.bind(SVCCTL), { opnum: 15, stub: new Uint8Array(40) }, returning(0))
  const frames = scenario.frames.map((frame) => {
    const bytes = frame.bytes.slice()
    const view = new DataView(bytes.buffer)
    for (const at of [TCP_AT, TCP_AT + 2]) if (view.getUint16(at) === SMB_PORT) view.setUint16(at, OTHER_PORT)
    return { ...frame, bytes }
  })
  return pcapng(frames)
}

test('read a port as SMB, and as before again', async ({ page }) => {
  await page.goto('./')
  await openFile(page, file('elsewhere.pcapng', capture()))
  await page.getByRole('tab', { name: 'Calls' }).click()
  await expect(page.getByText('This capture holds no RPC call.')).toBeVisible()
  await page.getByRole('tab', { name: 'Frames' }).click()
  await grid(page).getByRole('gridcell').nth(6).click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Decode as…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Decode as' })
  await expect(dialog.getByLabel('TCP port')).toHaveValue(String(OTHER_PORT))
  await dialog.getByLabel('Protocol').selectOption('SMB')
  await dialog.getByRole('button', { name: 'Read again' }).click()
  await expect(page.getByText(`TCP port ${OTHER_PORT} is read as SMB, as you chose.`)).toBeVisible()
  await page.getByRole('tab', { name: 'Calls' }).click()
  await expect(grid(page, 'Calls').getByRole('row', { name: /svcctl/ })).toBeVisible()

  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByRole('combobox').fill('decode')
  await page.keyboard.press('Enter')
  await dialog.getByRole('button', { name: `Port ${OTHER_PORT} as before` }).click()
  await expect(page.getByText('This capture holds no RPC call.')).toBeVisible()
})

test('read what is wrong with a port', async ({ page }) => {
  await page.goto('./')
  await openFile(page, file('elsewhere.pcapng', capture()))
  await expect(page.getByRole('heading', { name: 'Diagnosis', exact: true })).toBeVisible()
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByRole('combobox').fill('decode')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Decode as' })
  for (const wrong of ['0', '65536', 'x', '']) {
    await dialog.getByLabel('TCP port').fill(wrong)
    await dialog.getByLabel('TCP port').press('Enter')
    await expect(dialog.getByRole('alert')).toHaveText('A TCP port is a number from 1 to 65,535.')
  }
})
