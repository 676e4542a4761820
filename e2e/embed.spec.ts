// The viewer in a frame of another site: what it shows there, whom it listens to, and what it asks for.
import type { Server } from 'node:http'
import { type FrameLocator, type Page, expect, test } from '@playwright/test'
import { exampleFile } from './pages/page'
import { serve } from './pages/static-server'

const place = 'src=examples/case-study.pcapng#frame=525&view=connections'
const servers: Server[] = []

test.afterEach(() => servers.splice(0).forEach((server) => server.close()))

/** A host on an origin of its own, without isolation, that holds this markup; and all that is asked for from then on. */
async function host(page: Page, body: string): Promise<{ url: string; requests: string[]; errors: string[] }> {
  const { url, server } = await serve({ pages: { '/host.html': `<!doctype html><title>host</title>${body}` } })
  servers.push(server)
  const requests: string[] = []
  const errors: string[] = []
  page.context().on('request', (request) => requests.push(request.url()))
  page.on('pageerror', (error) => errors.push(error.message))
  await page.goto(`${url}host.html`)
  return { url, requests, errors }
}

const iframe = (address: string, more = '') => `<iframe src="${address}" width="900" height="600" ${more}></iframe>`

/** The frame's place, once its capture is open. */
async function expectFrame525(frame: FrameLocator) {
  await expect(frame.getByRole('heading', { name: 'case-study.pcapng' })).toBeVisible()
  await expect(frame.getByText('Frame 525', { exact: true }).first()).toBeVisible()
  await expect(frame.getByRole('grid', { name: 'Connections' })).toBeVisible()
}

function post(page: Page, message: unknown) {
  return page.evaluate((message) => {
    document.querySelector('iframe')!.contentWindow!.postMessage(message, '*')
  }, message)
}

test('a page of another origin, not isolated, shows frame 525 and receives no message', async ({ page, baseURL }) => {
  const { url, requests, errors } = await host(
    page,
    iframe(`${baseURL}/embed.html?theme=dark&${place}`) +
      `<script>heard = []; addEventListener('message', ({ data }) => heard.push(data))</script>`,
  )
  const frame = page.frameLocator('iframe')
  await expectFrame525(frame)
  await expect(frame.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expect(frame.getByRole('button', { name: 'Open a capture' })).toHaveCount(0)
  const elsewhere = requests.filter(
    (asked) => ![`${baseURL}/`, `blob:${baseURL}/`, url].some((own) => asked.startsWith(own)),
  )
  expect(elsewhere).toEqual([])
  expect(await page.evaluate('heard')).toEqual([])
  expect(errors).toEqual([])
})

test('messages of an origin that is not listed change nothing', async ({ page, baseURL }) => {
  const { requests } = await host(page, iframe(`${baseURL}/embed.html?${place}`))
  const frame = page.frameLocator('iframe')
  await expectFrame525(frame)
  const before = requests.length
  await post(page, { faultline: 'goToFrame', frame: 1 })
  await post(page, { faultline: 'open', url: 'examples/case-study-fixed.pcapng' })
  await post(page, { faultline: 'open', bytes: new Uint8Array(8), name: 'hostile' })
  // Whatever the messages start is queued before the answer to this.
  await frame.locator('body').evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)))
  await expectFrame525(frame)
  expect(requests.slice(before)).toEqual([])
})

for (const src of ['javascript:alert(1)', 'data:,x', '//evil.example/a.pcap', 'https://u:p@evil.example/a.pcap']) {
  test(`a capture is not loaded from ${src}`, async ({ page, baseURL }) => {
    const { requests } = await host(page, iframe(`${baseURL}/embed.html?src=${encodeURIComponent(src)}`))
    await expect(page.frameLocator('iframe').getByRole('heading', { level: 1 })).toHaveText(/\.$/)
    expect(requests.filter((asked) => new URL(asked).hostname !== '127.0.0.1')).toEqual([])
  })
}

test('the element makes the frame; a listed host steers it and receives its events', async ({ page, baseURL }) => {
  await page.route('**/embed-allow.json', async (route) =>
    route.fulfill({ json: { origins: [new URL(page.url()).origin] } }),
  )
  await host(
    page,
    `<script type="module" src="${baseURL}/embed/faultline-viewer.js"></script>
     <faultline-viewer src="examples/case-study.pcapng" frame="525" view="connections"></faultline-viewer>
     <script>
       viewer = document.querySelector('faultline-viewer')
       received = []
       for (const type of ['ready', 'opened', 'selected', 'error'])
         viewer.addEventListener(type, ({ detail }) => received.push({ type, detail }))
     </script>`,
  )
  const frame = page.frameLocator('iframe')
  await expectFrame525(frame)
  const received = () => page.evaluate('received') as Promise<{ type: string; detail: Record<string, unknown> }[]>
  expect((await received())[0]).toEqual({ type: 'ready', detail: null })
  await expect.poll(received).toContainEqual({ type: 'selected', detail: { frame: 525 } })
  expect((await received()).find(({ type }) => type === 'opened')?.detail).toMatchObject({ frames: 845 })

  await page.evaluate('viewer.goToFrame(12)')
  await expect.poll(received).toContainEqual({ type: 'selected', detail: { frame: 12 } })
  await page.evaluate(`viewer.setAttribute('frame', '13')`)
  await expect.poll(received).toContainEqual({ type: 'selected', detail: { frame: 13 } })

  await page.evaluate(`viewer.setFilter('dcerpc.cn_call_id == 8')`)
  await expect(frame.getByRole('button', { name: /^Show all frames/ })).toBeVisible()

  const bytes = exampleFile('case-study-fixed.pcapng').buffer.toString('base64')
  await page.evaluate(
    `viewer.open(Uint8Array.from(atob('${bytes}'), (character) => character.charCodeAt(0)), 'fixed.pcapng')`,
  )
  await expect(frame.getByRole('heading', { name: 'fixed.pcapng' })).toBeVisible()
  await page.evaluate(`viewer.open('https://evil.example/a.pcap')`)
  await expect.poll(async () => (await received()).at(-1)?.type).toBe('error')
})

test('works at 320 pixels, and the link to its own window carries the place', async ({ page, baseURL }) => {
  await host(page, `<iframe src="${baseURL}/embed.html?${place}" width="320" height="480"></iframe>`)
  const frame = page.frameLocator('iframe')
  const link = frame.getByRole('link', { name: 'Open in own window' })
  await expect(link).toBeVisible()
  expect(await frame.locator('html').evaluate((html) => html.scrollWidth)).toBeLessThanOrEqual(320)
  const opening = page.waitForEvent('popup')
  await link.click()
  const own = await opening
  await expect(own.getByText('Frame 525', { exact: true }).first()).toBeVisible()
  await expect(own.getByRole('grid', { name: 'Connections' })).toBeVisible()
})

test('its own window is the whole page at the same place, which a reload keeps', async ({ page }) => {
  await page.goto(`embed.html?${place}`)
  await expect(page.getByRole('grid', { name: 'Connections' })).toBeVisible()
  const address = await page.getByRole('link', { name: 'Open in own window' }).evaluate((link) => {
    link.dispatchEvent(new FocusEvent('focus'))
    return (link as HTMLAnchorElement).href
  })
  expect(new URL(address).pathname).not.toContain('embed')
  await page.goto(address)
  for (let visits = 0; visits < 2; visits++) {
    await expect(page.getByRole('button', { name: 'Save…' })).toBeVisible()
    await expect(page.getByText('Frame 525', { exact: true }).first()).toBeVisible()
    expect(page.url()).toContain('src=')
    await page.reload()
  }
})

test('the page itself loads no capture from elsewhere', async ({ page }) => {
  const requests: string[] = []
  page.on('request', (request) => void requests.push(request.url()))
  await page.goto('./?src=https://evil.example/x.pcap')
  await expect(page.getByText(/not loaded from https:\/\/evil\.example/)).toBeVisible()
  expect(requests.filter((url) => url.includes('evil.example') && !url.includes('src='))).toEqual([])
})

test('the page on embedding shows each form live and steers the element by messages', async ({ page }) => {
  const requests: string[] = []
  page.on('request', (request) => void requests.push(request.url()))
  await page.goto('embedding.html')
  await expect(page.locator('iframe').first().contentFrame().getByRole('grid', { name: 'Connections' })).toBeVisible()
  await expect(page.locator('output')).toContainText('frame 525')
  await page.getByRole('button', { name: 'Go to frame 745' }).click()
  await expect(page.locator('output')).toHaveText('selected, frame 745')
  await page.getByRole('button', { name: 'Show faults only' }).click()
  const element = page.frameLocator('faultline-viewer >> iframe')
  await expect(element.getByText(/^4 of 845/).first()).toBeVisible()
  const own = new URL(page.url()).origin
  expect(requests.filter((url) => !url.startsWith(own) && !url.startsWith('data:'))).toEqual([])
})

test('a sandboxed frame that keeps its origin works', async ({ page, baseURL }) => {
  await host(page, iframe(`${baseURL}/embed.html?${place}`, 'sandbox="allow-scripts allow-same-origin"'))
  await expectFrame525(page.frameLocator('iframe'))
})

test('a frame sandboxed without its origin works where the site lets everybody read its files, without storage', async ({
  page,
}) => {
  const { url, server } = await serve({ headers: { 'Access-Control-Allow-Origin': '*' } })
  servers.push(server)
  const { requests, errors } = await host(page, iframe(`${url}embed.html?${place}`, 'sandbox="allow-scripts"'))
  const frame = page.frameLocator('iframe')
  await expectFrame525(frame)
  await expect(frame.getByText('Nothing is stored in this frame')).toBeVisible()
  await frame.getByRole('tab', { name: 'Frames' }).click()
  await frame.getByRole('grid', { name: 'Frames' }).focus()
  await page.keyboard.press('ArrowDown')
  await expect(frame.getByText('Frame 526', { exact: true }).first()).toBeVisible()
  expect(requests.filter((asked) => new URL(asked).hostname !== '127.0.0.1' && !asked.startsWith('blob:'))).toEqual([])
  expect(errors).toEqual([])
})

test('a frame sandboxed without its origin says what it needs where the site does not', async ({ page }) => {
  const { url, server } = await serve()
  servers.push(server)
  await host(page, iframe(`${url}embed.html?${place}`, 'sandbox="allow-scripts"'))
  await expect(page.frameLocator('iframe').getByText(/Access-Control-Allow-Origin/)).toBeVisible()
})
