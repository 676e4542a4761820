// What a hostile or clumsy user does to the page: it answers, and nothing that was there before is harmed.
import { type Page, expect, test } from '@playwright/test'
import { Host, Scenario, pcapng } from '../../src/testing/scenario'
import { sharedPage } from '../pages/analysis'
import { type TestFile, file, udpCapture } from '../pages/captures'
import { dropFile, exampleFile, openExample, openFile } from '../pages/page'
import { list, openCapture, saveExample, toStart } from '../pages/saving'
import { serve } from '../pages/static-server'

const SVCCTL = { uuid: '367abb81-9844-35f1-ad32-98f038001003', version: '2.0' }

/** Errors of the page from now on, and dialogs that a script of the capture opened. */
function problemsOf(page: Page): string[] {
  const problems: string[] = []
  page.on('pageerror', ({ message }) => problems.push(message))
  page.on('dialog', ({ message }) => problems.push(`dialog ${message()}`))
  page.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())))
  return problems
}

const title = (page: Page) => page.getByRole('heading', { level: 1 })

test.describe('files', () => {
  test('fifty at once are offered, and read as one', async ({ page }) => {
    const problems = problemsOf(page)
    await page.goto('./')
    const files = Array.from({ length: 50 }, (_, at) => file(`part-${at}.pcap`, udpCapture(2, 32 + at)))
    await page.getByLabel('Capture file', { exact: true }).setInputFiles(files)
    const dialog = page.getByRole('dialog', { name: 'Which capture?' })
    await expect(dialog.getByRole('checkbox')).toHaveCount(50)
    await dialog.getByRole('button', { name: /^Open 50 as one/ }).click()
    await expect(page.getByRole('contentinfo')).toContainText('100 of 100 frames shown')
    await expect(title(page)).toHaveText('part-0.pcap and 49 more')
    expect(problems).toEqual([])
  })

  test('that are dropped while another is read take its place, and the last one wins', async ({ page }) => {
    const problems = problemsOf(page)
    await page.goto('./')
    await openFile(page, file('first.pcap', udpCapture(150_000)))
    await dropFile(page, file('second.pcap', udpCapture(400)))
    await dropFile(page, file('third.pcap', udpCapture(30)))
    // What was read far enough to be shown asks first; what is not yet there gives way at once.
    const instead = page.getByRole('button', { name: 'Open third.pcap instead' })
    await expect(instead.or(title(page).filter({ hasText: 'third.pcap' }))).toBeVisible()
    if (await instead.isVisible()) await instead.click()
    await expect(title(page)).toHaveText('third.pcap')
    await expect(page.getByRole('contentinfo')).toContainText('30 of 30 frames shown')
    expect(problems).toEqual([])
  })

  const names = {
    markup: '<img src=x onerror=alert(1)>.pcap',
    'from right to left': 'תפיסה של אתמול.pcap',
    'a turned direction': 'exe\u202epacp.pcap',
    'three hundred letters': `${'W'.repeat(296)}.pcap`,
    emoji: '👩‍💻🇩🇪.pcap',
  }
  for (const [what, name] of Object.entries(names))
    test(`named with ${what} are listed and shown as text, in a line`, async ({ page }) => {
      const problems = problemsOf(page)
      await page.goto('./')
      await openFile(page, file(name, udpCapture(3)))
      await expect(page.getByRole('contentinfo')).toContainText('3 of 3 frames shown')
      await expect(page.getByRole('heading', { name: 'Diagnosis', exact: true })).toBeVisible()
      await expect(title(page)).toHaveText(name.replace('\u202e', '‹U+202E›'))
      const isWider = () => page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
      expect(await isWider()).toBe(false)
      await page.getByRole('button', { name: 'Start page' }).click()
      await expect(list(page)).toContainText(name.replace('\u202e', '‹U+202E›'))
      expect(await isWider()).toBe(false)
      expect(await page.locator('img').count()).toBe(0)
      expect(problems).toEqual([])
    })

  test('cut anywhere leave an analysis or a sentence, one after the other', async ({ page }) => {
    const problems = problemsOf(page)
    await page.goto('./')
    const { buffer } = exampleFile()
    for (const length of [0, 1, 27, 28, 100, 5_001, 60_003, buffer.length - 1]) {
      await openFile(page, file(`cut-${length}.pcapng`, buffer.subarray(0, length)))
      const analysis = page.getByRole('heading', { name: 'Diagnosis', exact: true })
      await expect(analysis.or(title(page).filter({ hasText: /\.$/ })).first(), String(length)).toBeVisible()
      await page.goto('./')
    }
    expect(problems).toEqual([])
  })
})

test('a capture with two hundred failures opens, and its list is walked by keys', async ({ page }) => {
  const scenario = new Scenario()
  for (let at = 0; at < 200; at++) {
    const server = new Host({ address: `10.3.${at >> 6}.${(at & 63) + 1}` })
    const session = scenario.rpc({ port: 49157 + at, server })
    const binding = session.bind(SVCCTL, { logon: scenario.logon(`CORP\\user${at}`, 'integrity') })
    session.fault(
      session.request(binding, { opnum: at % 40, stub: new Uint8Array(40) }),
      [5, 0x6f7, 0x1c010014, 0x721][at % 4]!,
    )
    session.close('client')
  }
  const problems = problemsOf(page)
  await page.goto('./')
  await openFile(page, file('many.pcapng', pcapng(scenario.frames)))
  const findings = page.getByRole('region', { name: 'Findings' })
  await expect(page.getByRole('article').first()).toBeVisible()
  const first = await page.getByRole('article').getByRole('heading').first().innerText()
  await findings.getByRole('listitem').first().getByRole('button').first().focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('article').getByRole('heading').first()).not.toHaveText(first)
  expect(problems).toEqual([])
})

test.describe('filters, searches and commands', () => {
  const page = sharedPage()
  const box = () =>
    page()
      .getByRole('combobox', { name: /filter/i })
      .first()

  async function apply(text: string) {
    await box().fill(text)
    await box().press('Enter')
  }

  for (const { what, text, says } of [
    { what: 'quotes that are never closed', text: 'frame contains "abc', says: /./ },
    { what: 'ten thousand brackets', text: '('.repeat(10_000), says: /./ },
    { what: 'ten thousand negations', text: '!'.repeat(10_000) + 'tcp', says: /./ },
    { what: 'a hundred thousand letters', text: 'a'.repeat(100_000), says: /./ },
  ])
    test(`a filter with ${what} is answered by a sentence`, async () => {
      await apply(text)
      await expect(page().locator('.above').getByRole('alert')).toHaveText(says)
      await page().keyboard.press('Escape')
      await expect(page().getByRole('contentinfo')).toContainText('845 of 845 frames shown')
    })

  test('a filter with a regular expression that backtracks without end is answered', async () => {
    await apply('frame matches "(a+)+(b|bb|[a-z]+)*(.*)*(.*)*Q#Q#Q"')
    await expect(page().getByRole('contentinfo')).toContainText(/\b0 of 845 frames shown/, { timeout: 30_000 })
    await box().fill('')
    await box().press('Enter')
    await expect(page().getByRole('contentinfo')).toContainText('845 of 845 frames shown')
  })

  test('a search for such an expression in all bytes is answered', async () => {
    await page().keyboard.press('Control+f')
    const bar = page().getByRole('search', { name: 'Find', exact: true })
    await bar.getByRole('combobox', { name: 'Find in' }).selectOption('Bytes')
    await bar.getByRole('combobox', { name: 'Kind of search' }).selectOption('Regular expression')
    await bar.getByRole('textbox', { name: 'Find' }).fill('(a|aa|[a-z]+)+(.*)*(.*)*Q#Q')
    await page().keyboard.press('Enter')
    await expect(bar.getByRole('status')).toHaveText('No match', { timeout: 30_000 })
    await page().keyboard.press('Escape')
  })

  test('every command of the palette can be run, one after the other', async () => {
    test.setTimeout(180_000)
    const palette = page().getByRole('dialog', { name: 'Go to, filter, look up or run' })
    await page().evaluate(() => void (window.print = () => undefined))
    await page().keyboard.press('Control+k')
    await expect(palette.getByRole('option').first()).toBeVisible()
    const commands = (await palette.getByRole('option').allInnerTexts()).map((text) => text.split('\n')[0]!.trim())
    expect(commands.length).toBeGreaterThan(40)
    for (const command of commands) {
      if (/start page|Save this/i.test(command)) continue
      if (!(await palette.isVisible())) await page().keyboard.press('Control+k')
      await palette.getByRole('combobox').fill(command)
      await palette.getByRole('option').filter({ hasText: command }).first().click()
      await expect(palette).toBeHidden()
      await page().waitForTimeout(50)
      for (let times = 0; times < 3 && (await page().locator('[role=dialog], [role=search]').count()) > 0; times++)
        await page().keyboard.press('Escape')
      await expect(page().getByRole('dialog'), command).toHaveCount(0)
    }
    await expect(title(page())).toHaveText('case-study.pcapng')
  })
})

test('at 200 pixels, as a window can be dragged, every pane is there', async ({ page }) => {
  const problems = problemsOf(page)
  await openExample(page)
  await page.setViewportSize({ width: 200, height: 400 })
  for (const tab of await page.getByRole('tablist').first().getByRole('tab').all()) {
    await tab.click()
    await expect(tab).toHaveAttribute('aria-selected', 'true')
  }
  await page.setViewportSize({ width: 1280, height: 720 })
  await expect(page.getByRole('article').first()).toBeVisible()
  expect(problems).toEqual([])
})

test('with reduced motion nothing moves', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await openExample(page)
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('dialog')).toBeVisible()
  const moving = () =>
    page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === 'running').length)
  expect(await moving()).toBe(0)
})

test('where the browser refuses all storage the page works, and its choices last as long as it', async ({ page }) => {
  const problems = problemsOf(page)
  await page.addInitScript(() => {
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches'])
      Object.defineProperty(window, name, {
        get() {
          throw new DOMException('The operation is insecure.', 'SecurityError')
        },
      })
  })
  await openExample(page)
  await page.getByLabel('Theme').selectOption('Dark')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.getByRole('tab', { name: 'Calls' }).click()
  await expect(page.getByRole('grid', { name: 'Calls' })).toBeVisible()
  expect(problems).toEqual([])
})

test('an analysis that is deleted while another window shows it stays readable there, which says so', async ({
  page,
  context,
}) => {
  await saveExample(page, { name: 'Shared' })
  const other = await context.newPage()
  const problems = problemsOf(other)
  await other.goto(page.url())
  await expect(other.getByRole('article').first()).toBeVisible()
  await toStart(page)
  await list(page).getByRole('button', { name: 'Delete Shared' }).click()
  await expect(other.getByText('This analysis was deleted in another window.').first()).toBeVisible()
  await other.getByRole('grid', { name: 'Frames' }).focus()
  await other.keyboard.press('m')
  await other.getByRole('tab', { name: 'Connections' }).click()
  await expect(other.getByRole('grid', { name: 'Connections' })).toBeVisible()
  await list(page).getByRole('button', { name: 'Undo' }).click()
  await expect(list(page).getByRole('link', { name: 'Shared' })).toBeVisible()
  expect(problems).toEqual([])
})

test('Back and Forward pressed faster than captures open end where the address says', async ({ page }) => {
  const problems = problemsOf(page)
  await page.goto('./')
  await openCapture(page)
  await page.getByRole('tab', { name: 'Calls' }).click()
  await page.getByRole('tab', { name: 'Connections' }).click()
  await page.getByRole('button', { name: 'Start page' }).click()
  for (const step of ['back', 'forward', 'back', 'forward', 'back'] as const)
    await page.evaluate((step) => {
      const stepped = new Promise((resolve) => addEventListener('popstate', resolve, { once: true }))
      history[step]()
      return stepped.then(() => undefined)
    }, step)
  await expect(title(page)).toHaveText('case-study.pcapng')
  await expect(page.getByRole('tab', { name: 'Connections' })).toHaveAttribute('aria-selected', 'true')
  expect(problems).toEqual([])
})

test('a list that was scrolled just before it is left does no harm', async ({ page }) => {
  const problems = problemsOf(page)
  await page.goto('./')
  await openCapture(page)
  const list = (await page.getByRole('grid', { name: 'Frames' }).elementHandle())!
  await page.getByRole('button', { name: 'Start page' }).click()
  await expect(page.getByRole('button', { name: 'Open this example →' })).toBeVisible()
  // As the browser does: the event of a scroll comes with the next picture.
  await list.evaluate((gone) => gone.dispatchEvent(new Event('scroll')))
  await page.waitForTimeout(200)
  expect(problems).toEqual([])
})

test('a report of hostile names is printed as text', async ({ page }) => {
  const hostile: TestFile = file('<script>alert(1)</script>.pcapng', hostileNames())
  const problems = problemsOf(page)
  await page.addInitScript(() => {
    window.print = () => void document.documentElement.setAttribute('data-printed', 'yes')
  })
  await page.goto('./')
  await openFile(page, hostile)
  await expect(page.getByRole('article').first()).toBeVisible()
  await page.keyboard.press('Control+p')
  await expect(page.locator('[data-printed]')).toBeAttached()
  await page.emulateMedia({ media: 'print' })
  const report = page.locator('.printed')
  await expect(report.getByRole('heading', { level: 1 })).toContainText('<script>alert(1)</script>.pcapng')
  await expect(report).toContainText('<img src=x onerror=alert(1)>')
  expect(await report.locator('img, script, [onerror]').count()).toBe(0)
  expect(problems).toEqual([])
})

function hostileNames(): Uint8Array {
  const scenario = new Scenario()
  const session = scenario.rpc({ port: 49157 })
  const binding = session.bind(SVCCTL, { logon: scenario.logon('CORP\\<img src=x onerror=alert(1)>', 'integrity') })
  session.fault(session.request(binding, { opnum: 15, stub: new Uint8Array(40) }), 5)
  return pcapng(scenario.frames)
}

test('a host page that floods the embedded viewer with messages changes nothing and slows nothing', async ({
  page,
  baseURL,
}) => {
  const place = 'src=examples/case-study.pcapng#frame=525&view=connections'
  const markup = `<!doctype html><title>host</title><iframe src="${baseURL}/embed.html?${place}" width="900" height="600"></iframe>`
  const { url, server } = await serve({ pages: { '/host.html': markup } })
  const problems = problemsOf(page)
  await page.goto(`${url}host.html`)
  const frame = page.frameLocator('iframe')
  await expect(frame.getByRole('grid', { name: 'Connections' })).toBeVisible()
  await page.evaluate(() => {
    const viewer = document.querySelector('iframe')!.contentWindow!
    const cyclic: { self?: unknown } = {}
    cyclic.self = cyclic
    const deep = JSON.parse('['.repeat(500) + ']'.repeat(500)) as unknown
    for (let at = 0; at < 5_000; at++)
      for (const message of [{ faultline: 'goToFrame', frame: at }, cyclic, deep, null, 'x'.repeat(1000)])
        viewer.postMessage(message, '*')
  })
  await frame.getByRole('tab', { name: 'Calls' }).click()
  await expect(frame.getByRole('grid', { name: 'Calls' })).toBeVisible()
  await expect(frame.getByText('Frame 525', { exact: true }).first()).toBeVisible()
  expect(problems.filter((problem) => !problem.includes('404'))).toEqual([]) // the host's own favicon
  server.close()
})
