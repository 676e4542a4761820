// What a user does with a sealed WMI session and the secret of its account: read it as a transcript, and filter by what it says.
import { expect, test } from '@playwright/test'
import { goToFrame, grid, sharedPage } from '../pages/analysis'

test.describe('a WMI session', () => {
  const page = sharedPage('case-study-fixed.pcapng')
  const transcript = () => page().getByRole('list', { name: 'Transcript' })

  test('open it with a password, after one of another account', async () => {
    await page().getByRole('button', { name: 'Secrets' }).click()
    const dialog = page().getByRole('dialog', { name: 'Secrets' })
    const give = async (user: string, password: string) => {
      await dialog.getByRole('textbox', { name: 'Password' }).fill(password)
      await dialog.getByRole('textbox', { name: /^User/ }).fill(user)
      await dialog.getByRole('button', { name: 'Try on every logon' }).click()
    }
    await give('somebody', 'else')
    await expect(dialog.getByRole('row', { name: /Administrator/i }).first()).toContainText('Not for this account')
    await give('administrator', '!!123abc')
    await expect(dialog.getByRole('row', { name: /Administrator.*Right/i }).first()).toContainText(/\d+ of \d+/)
    await dialog.getByRole('button', { name: 'Close' }).click()
  })

  test('read it as a transcript: connection, enumeration, instances', async () => {
    await goToFrame(page(), 149)
    await grid(page()).focus()
    await page().keyboard.press('Control+Alt+Shift+t')
    await expect(page().getByRole('tab', { name: 'Conversation' })).toHaveAttribute('aria-selected', 'true')
    await expect(transcript()).toContainText('Connect to root\\cimv2 on 10.177.17.6')
    await expect(transcript()).toContainText('Enumerate instances of Win32_PnPEntity in root\\cimv2')
    await expect(transcript()).toContainText('1 object for instances of Win32_PnPEntity')
  })

  for (const [filter, frames] of [
    ['wmi.class == "Win32_PnPEntity"', /^(?!0 )\d+ of /],
    ['wmi.property contains "DeviceID"', /^(?!0 )\d+ of /],
    ['wmi.query contains "Win32_PnPEntity"', /^(?!0 )\d+ of /],
    ['wmi.namespace contains "root/cimv2"', /^(?!0 )\d+ of /],
    ['wmi.class == "Win32_Nothing"', /^0 of /],
  ] as const)
    test(`filter by ${filter}`, async () => {
      await page().getByRole('tab', { name: 'Frames' }).click()
      const box = page().getByRole('combobox', { name: 'Filter' })
      await box.fill(filter)
      await box.press('Enter')
      await expect(page().getByRole('contentinfo')).toContainText(/ of /)
      await expect(page().getByRole('contentinfo').getByText(frames).first()).toBeVisible()
    })
})
