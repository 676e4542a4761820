// Nothing leaves the machine, nothing inline runs, text of a capture stays text, with isolation and without.
import { readFileSync } from 'node:fs'
import { type Page, expect, test } from '@playwright/test'
import { file, udpCapture } from './pages/captures'
import { exampleFile, followEvidence, frameRow, openFile } from './pages/page'
import { serve } from './pages/static-server'

test.use({ serviceWorkers: 'allow' })

/** Every address that the page or its worker asked for, and every breach of the policy that the browser reported. */
function watch(page: Page) {
  const requests: string[] = []
  const complaints: string[] = []
  page.context().on('request', (request) => requests.push(request.url()))
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  return { requests, complaints }
}

async function useAll(page: Page) {
  await openFile(page, exampleFile())
  await expect(page.getByRole('article').first()).toBeVisible()
  await followEvidence(page, 525)
  await expect(frameRow(page, 525)).toHaveAttribute('aria-selected', 'true')
  for (const view of ['Calls', 'Connections', 'Frames']) {
    await page.getByRole('tab', { name: view }).click()
    await expect(page.getByRole('grid', { name: view })).toBeVisible()
  }
}

test('every request while a capture is opened is for a file of the site', async ({ page, baseURL }) => {
  const { requests, complaints } = watch(page)
  await page.goto('./')
  await page.getByRole('searchbox', { name: 'Or start from the error' }).fill('1825')
  await expect(page.getByText('RPC_S_SEC_PKG_ERROR', { exact: true }).first()).toBeVisible()
  await useAll(page)
  expect(requests.length).toBeGreaterThan(3)
  expect(requests.filter((url) => !url.startsWith(`${baseURL}/`) && !url.startsWith(`blob:${baseURL}/`))).toEqual([])
  expect(complaints).toEqual([])
})

test('the page forbids itself to talk to anybody else', async ({ page }) => {
  await page.goto('./')
  const reached = await page.evaluate(() => fetch('http://localhost:9/').then(String, () => 'blocked'))
  expect(reached).toBe('blocked')
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content')
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toContain('unsafe-inline')
})

test('works where the host sends the headers that the built site brings', async ({ page }) => {
  const lines = readFileSync(new URL('../dist/_headers', import.meta.url), 'utf8').split('\n')
  const forAll = lines.slice(1, lines.indexOf(''))
  const headers = Object.fromEntries(forAll.map((line) => line.trim().split(/: (.*)/)))
  expect(Object.keys(headers)).toContain('Content-Security-Policy')
  const { url, server } = await serve({ headers })
  try {
    const { complaints } = watch(page)
    await page.goto(url)
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
    await expect(page.getByRole('main')).toHaveCSS('display', 'grid') // styles are applied
    await useAll(page)
    expect(complaints).toEqual([])
  } finally {
    server.close()
  }
})

test('works where the host sends no header for isolation', async ({ page }) => {
  const { url, server } = await serve()
  try {
    const { complaints } = watch(page)
    await page.goto(url)
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false)
    await useAll(page)
    expect(complaints).toEqual([])
  } finally {
    server.close()
  }
})

test('is isolated where the host sends the headers', async ({ page }) => {
  await page.goto('./')
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
  await useAll(page)
})

test('a file name that looks like markup is shown as text', async ({ page }) => {
  await page.goto('./')
  const name = '<img src=x onerror=alert(1)>.pcap'
  await openFile(page, file(name, udpCapture(3)))
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name)
  await expect(page.locator('img')).toHaveCount(0)
})

test('text becomes neither markup nor the address of a foreign worker', async ({ page }) => {
  const { complaints } = watch(page)
  await page.goto('./')
  await useAll(page)
  expect(complaints).toEqual([])
  const attempts = await page.evaluate(() => {
    const attempt = (act: () => unknown) => {
      try {
        act()
        return 'allowed'
      } catch (error) {
        return (error as Error).name
      }
    }
    return {
      markup: attempt(() => (document.createElement('div').innerHTML = '<b>x</b>')),
      script: attempt(() => (document.createElement('script').text = 'alert(1)')),
      data: attempt(() => new Worker('data:text/javascript,0')),
      foreign: attempt(() => new Worker('https://foreign.example/x.js')),
    }
  })
  expect(attempts).toEqual({ markup: 'TypeError', script: 'TypeError', data: 'TypeError', foreign: 'TypeError' })
})
