// The main path in engines that Playwright does not drive as they ship: drop or pick a file, diagnosis, frames, detail,
// save, reopen by the bookmark, embed; with isolation and without. Chromium has it in the other files.
import { readFileSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'
import { bulkCapture } from '../src/testing/bulk'
import { type Driven, PATIENCE_MILLISECONDS } from './engines/driven'
import { firefox } from './engines/firefox'
import { webkit } from './engines/webkit'
import { isolating, serve } from './pages/static-server'

const example = fileURLToPath(new URL('../public/examples/case-study.pcapng', import.meta.url))
/** Smaller ones are read by the engine's own thread: engine/worker/reading.ts. */
const BULK_BYTES = 12_000_000
const place = 'src=examples/case-study.pcapng#frame=525&view=connections'

const button = (name: string) => `//button[normalize-space()="${name}"]`
const named = (label: string) => `//*[@aria-label="${label}"]`
const heading = (text: string) => `//*[self::h1 or self::h2][normalize-space()="${text}"]`
const anywhere = (text: string) => `//*[not(self::script)][text()[contains(., "${text}")]]`

/** Waits until an element is there and shown. */
function expectShown(window: Driven, xpath: string) {
  return expect
    .poll(() => window.evaluate(isShown, xpath), { message: xpath, timeout: PATIENCE_MILLISECONDS })
    .toBe(true)
}

function isShown(xpath: string): boolean {
  const found = document.evaluate(xpath, document, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE)
  const elements = Array.from({ length: found.snapshotLength }, (_, i) => found.snapshotItem(i) as Element)
  return elements.some((element) => element.checkVisibility())
}

async function expectDiagnosis(window: Driven) {
  await expectShown(window, heading('Diagnosis'))
  await expectShown(window, `//article${anywhere('REDMOND\\jiangyue')}`)
}

async function expectFrame525(window: Driven) {
  await expectShown(window, named('Fields of frame 525'))
  await expectShown(window, `${named('Fields of frame 525')}//*[@role="treeitem"]`)
}

/** Of everything that the page asked for, what was not its own site. */
async function foreignRequests(window: Driven): Promise<string[]> {
  const asked = await window.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name))
  const site = await window.evaluate(() => new URL(location.href).origin)
  expect(asked.length).toBeGreaterThan(3)
  return asked.filter((address) => ![`${site}/`, `blob:`].some((own) => address.startsWith(own)))
}

/** What a person does with the mouse, in events: a browser lets no script drag a file of the system. */
function dropFile(base64: string, name: string): void {
  const transfer = new DataTransfer()
  transfer.items.add(new File([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))], name))
  for (const type of ['dragover', 'drop'])
    document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }))
}

const hosts = [
  { how: 'isolated', isolated: true, headers: isolating },
  { how: 'not isolated', isolated: false, headers: {} },
]

for (const { name, missing, launch } of [firefox, webkit])
  test.describe(name, () => {
    test.describe.configure({ mode: 'default', timeout: 90_000 })
    test.skip(missing.length > 0, `${name} is not installed here: apt-get install ${missing.join(' ')}`)

    let window: Driven
    const servers: Server[] = []

    test.beforeEach(async () => void (window = await launch()))
    test.afterEach(async () => {
      await window.close()
      for (const server of servers.splice(0)) server.close()
    })

    async function site(extras: Parameters<typeof serve>[0]): Promise<string> {
      const { url, server } = await serve(extras)
      servers.push(server)
      return url
    }

    for (const { how, isolated, headers } of hosts) {
      test(`a file that is picked, ${how}: diagnosis, frames, detail, saved, reopened by its bookmark`, async () => {
        const url = await site({ headers })
        await window.goto(url)
        expect(await window.evaluate(() => crossOriginIsolated)).toBe(isolated)
        await expectShown(window, button('Open this example →'))
        await window.choose('//input[@aria-label="Capture file"]', [example])
        await expectDiagnosis(window)
        await expectShown(window, '//article//a[@aria-label="Frame 525"]')
        await window.click('(//article//a[@aria-label="Frame 525"])[1]')
        await expectShown(window, `${named('Frames')}//*[@aria-rowindex="526" and @aria-selected="true"]`)
        await expectFrame525(window)
        await window.click('//*[@role="tab" and normalize-space()="Calls"]')
        await expectShown(window, `${named('Calls')}//*[@role="row"]`)

        await window.click(button('Save…'))
        await expectShown(window, anywhere('Tables and findings take'))
        await window.click('//*[@role="dialog"]//button[normalize-space()="Save"]')
        const address = () => window.evaluate(() => location.href)
        await expect.poll(address, { timeout: PATIENCE_MILLISECONDS }).toMatch(/#\/saved\/[0-9a-f]{20}\?.*frame=525/)
        const bookmark = await address()
        expect(await foreignRequests(window)).toEqual([])

        await window.goto(`${url}icon.svg`)
        await window.goto(bookmark)
        await expectDiagnosis(window)
        await expectFrame525(window)
        await expectShown(window, `${named('Calls')}//*[@role="row"]`)
      })

      test(`a file that is dropped, ${how}; filtered, and another after it`, async () => {
        await window.goto(await site({ headers }))
        await expectShown(window, button('Open this example →'))
        await window.evaluate(dropFile, readFileSync(example).toString('base64'), 'dropped.pcapng')
        await expectShown(window, heading('dropped.pcapng'))
        await expectDiagnosis(window)
        await window.evaluate(() => void (location.hash = 'view=frames&frame=525&filter=dcerpc.cn_call_id == 8'))
        await expectShown(window, '//button[starts-with(normalize-space(), "Show all frames")]')
        await expectFrame525(window)
        const fixed = readFileSync(example.replace('study', 'study-fixed')).toString('base64')
        await window.evaluate(dropFile, fixed, 'fixed.pcapng')
        await window.click(button('Open fixed.pcapng instead'))
        await expectShown(window, heading('fixed.pcapng'))
        expect(await foreignRequests(window)).toEqual([])
      })

      test(`a file so large that a thread of its own reads it where it can, ${how}`, async () => {
        const file = test.info().outputPath('bulk.pcap')
        writeFileSync(file, bulkCapture(BULK_BYTES))
        await window.goto(await site({ headers }))
        await expectShown(window, button('Open this example →'))
        await window.choose('//input[@aria-label="Capture file"]', [file])
        await expectShown(window, heading('Diagnosis'))
        await expectShown(window, `//article${anywhere('OTHER\\user')}`)
        expect(await foreignRequests(window)).toEqual([])
      })

      test(`embedded in a page of another site, ${how}`, async () => {
        const viewer = await site({ headers: { ...headers, 'Cross-Origin-Resource-Policy': 'cross-origin' } })
        const frame = `<iframe src="${viewer}embed.html?theme=dark&${place}" width="900" height="600"></iframe>`
        const host = await site({ headers, pages: { '/host.html': `<!doctype html>${frame}` } })
        await window.goto(`${host.replace('127.0.0.1', 'localhost')}host.html`)
        await window.enterFrame('//iframe')
        await expectShown(window, heading('case-study.pcapng'))
        await expectFrame525(window)
        await expectShown(window, `${named('Connections')}//*[@role="row"]`)
        expect(await window.evaluate(() => document.documentElement.dataset.theme)).toBe('dark')
        expect(await foreignRequests(window)).toEqual([])
        await window.leaveFrames()
      })
    }
  })
