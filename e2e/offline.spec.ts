// What was loaded once works without a network: the site, its names, the example.
import { expect, test } from '@playwright/test'

test.use({ serviceWorkers: 'allow' })

test('the page, the error look-up and the example work offline after one visit', async ({ page, context }) => {
  await page.goto('./')
  await page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state)
  await context.setOffline(true)
  await page.reload()
  await page.getByRole('button', { name: 'Open this example →' }).click()
  await expect(page.getByRole('article').first()).toContainText('REDMOND\\jiangyue')
  await page.goto('./#')
  await page.reload()
  await page.getByRole('searchbox', { name: 'Or start from the error' }).fill('0x80070721')
  await expect(page.getByText('RPC_S_SEC_PKG_ERROR').first()).toBeVisible()
})
