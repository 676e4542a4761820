// What a user of Wireshark does: following conversations, and statistics. Each test is one task.
import { readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { columnTexts, goToFrame, grid, sharedPage } from '../pages/analysis'

test.describe('follow', () => {
  const page = sharedPage()
  const transcript = () => page().getByRole('list', { name: 'Transcript' })
  const message = (frame: number) =>
    transcript()
      .locator('> li')
      .filter({ has: page().getByRole('button', { name: String(frame), exact: true }) })

  test('follow the connection of a frame', async () => {
    await goToFrame(page(), 525)
    await grid(page()).focus()
    await page().keyboard.press('Control+Alt+Shift+t')
    await expect(page().getByRole('tab', { name: 'Conversation' })).toHaveAttribute('aria-selected', 'true')
    await expect(page().getByRole('heading', { name: /^10\.177\.17\.15:\d+ ↔ 10\.177\.17\.6:\d+$/ })).toBeVisible()
    await expect(message(525)).toContainText('nca_s_fault_sec_pkg_error')
  })

  test('read the arguments of a call and the time to its answer', async () => {
    await expect(message(523).getByRole('list', { name: 'Arguments' })).toContainText('IPID')
    await expect(message(525)).toContainText(/\+\d+ µs/)
    await expect(message(525)).toContainText('← server')
  })

  test('follow one RPC context only', async () => {
    const all = await transcript().locator('> li').count()
    await page().getByRole('combobox', { name: 'RPC context' }).selectOption('1')
    await expect.poll(() => transcript().locator('> li').count()).toBeLessThan(all)
    await expect(message(525)).toBeVisible()
    await page().getByRole('combobox', { name: 'RPC context' }).selectOption('')
  })

  test('see the bytes of the messages as hex', async () => {
    await page().getByRole('combobox', { name: 'Bytes as' }).selectOption('hex')
    await expect(message(523).locator('pre')).toContainText(/^0000 {2}05 00 07 00/)
  })

  test('copy the stub of a call', async () => {
    await page().getByRole('button', { name: 'Copy the bytes of frame 523' }).click()
    await expect.poll(() => page().evaluate(() => navigator.clipboard.readText())).toMatch(/^05000700[0-9a-f]{144}$/)
  })

  test('save what the client sent', async () => {
    const [file] = await Promise.all([
      page().waitForEvent('download'),
      page().getByRole('button', { name: 'Save client bytes' }).click(),
    ])
    expect([...readFileSync(await file.path()).subarray(0, 3)]).toEqual([5, 0, 11])
  })

  test('show the frames of the connection in the list', async () => {
    await page().getByRole('button', { name: 'Show its frames' }).click()
    await expect(page().getByRole('combobox', { name: 'Filter' })).toHaveValue(/^tcp\.stream == \d+$/)
    await expect(page().getByRole('contentinfo')).not.toContainText('845 of 845')
    await page().getByRole('button', { name: 'Show all frames' }).click()
  })
})

test.describe('statistics', () => {
  const page = sharedPage()
  const choose = (label: string) => page().getByRole('combobox', { name: 'Statistics' }).selectOption({ label })
  const filter = async (text: string) => {
    await page().getByRole('combobox', { name: 'Filter' }).fill(text)
    await page().keyboard.press('Enter')
  }
  const numbers = async (title: string, name: string) =>
    (await columnTexts(page(), title, 30, name)).map((text) => Number(text.replaceAll(',', '')))

  test('see the protocol hierarchy', async () => {
    await page().getByRole('tab', { name: 'Statistics' }).click()
    await expect(page().getByText('of all 845 frames')).toBeVisible()
    await expect.poll(() => columnTexts(page(), 'Protocol', 30, 'Protocol hierarchy')).toContain('dcerpc')
    expect((await numbers('Frames', 'Protocol hierarchy'))[0]).toBe(845)
    const ends = await numbers('End frames', 'Protocol hierarchy')
    expect(ends.reduce((sum, count) => sum + count, 0)).toBe(845)
  })

  test('see the protocols of the frames that a filter shows', async () => {
    await filter('tcp.port == 135')
    await expect(page().getByText(/^of the \d+ frames shown: tcp\.port == 135$/)).toBeVisible()
    await expect.poll(() => columnTexts(page(), 'Protocol', 30, 'Protocol hierarchy')).not.toContain('arp')
    await page().getByRole('button', { name: 'Show all frames' }).click()
    await expect.poll(() => columnTexts(page(), 'Protocol', 30, 'Protocol hierarchy')).toContain('arp')
  })

  test('see who talked to whom, the most bytes first', async () => {
    await choose('Conversations')
    await expect.poll(() => columnTexts(page(), 'Layer', 30, 'Conversations')).toContain('tcp')
    const heading = grid(page(), 'Conversations').getByRole('columnheader', { name: /^Frames/ })
    await heading.getByRole('button').click()
    await expect(heading).toHaveAttribute('aria-sort', 'descending')
    const frames = await numbers('Frames', 'Conversations')
    expect(frames).toEqual(frames.toSorted((a, b) => b - a))
  })

  test('show the frames of a conversation', async () => {
    const table = grid(page(), 'Conversations')
    const [count] = await numbers('Frames', 'Conversations')
    await table.locator('[aria-rowindex="2"]').dblclick()
    await expect(page().getByRole('contentinfo')).toContainText(`${count} of 845 frames shown`)
    await page().getByRole('button', { name: 'Show all frames' }).click()
    await page().getByRole('tab', { name: 'Statistics' }).click()
  })

  test('see the endpoints', async () => {
    await choose('Endpoints')
    await expect.poll(() => columnTexts(page(), 'Address', 30, 'Endpoints')).toContain('10.177.17.6')
  })

  test('see how long frames are', async () => {
    await choose('Packet lengths')
    await expect.poll(async () => (await numbers('Frames', 'Packet lengths')).reduce((a, b) => a + b, 0)).toBe(845)
  })

  test('see the response time of each RPC method', async () => {
    await choose('Service response time')
    await expect.poll(() => columnTexts(page(), 'Method', 30, 'Methods')).toContain('RemQueryInterface')
    const row = grid(page(), 'Methods').getByRole('row').filter({ hasText: 'RemQueryInterface' }).first()
    await expect(row).toContainText(/ms|µs/)
  })

  test('see response times of the calls that a filter shows', async () => {
    const all = await grid(page(), 'Methods').getAttribute('aria-rowcount')
    await filter('rpc.method == "RemQueryInterface"')
    await expect(grid(page(), 'Methods')).toHaveAttribute('aria-rowcount', '2')
    await page().getByRole('button', { name: 'Show all frames' }).click()
    await expect(grid(page(), 'Methods')).toHaveAttribute('aria-rowcount', all!)
  })

  test('draw frames over time with a series of my own', async () => {
    await choose('I/O graph')
    const series = page().getByRole('list', { name: 'Series' })
    await expect(series.getByRole('listitem').first()).toContainText('845 frames')
    await page().getByRole('button', { name: 'Add a series' }).click()
    await page().getByRole('textbox', { name: 'Filter of series 4' }).fill('frame.number <= 100')
    await page().keyboard.press('Enter')
    await expect(series.getByRole('listitem').nth(3)).toContainText('100 frames')
    await expect(page().locator('.uplot canvas')).toBeVisible()
  })

  test('draw bytes in another interval, and read what is wrong with a series', async () => {
    await page().getByRole('combobox', { name: 'Unit' }).selectOption('Bytes')
    await expect(page().getByRole('list', { name: 'Series' }).getByRole('listitem').first()).toContainText('bytes')
    await page().getByRole('combobox', { name: 'Interval' }).selectOption('1 s')
    await page().getByRole('textbox', { name: 'Filter of series 4' }).fill('no.such.field')
    await page().keyboard.press('Enter')
    await expect(page().getByRole('list', { name: 'Series' }).getByRole('listitem').nth(3)).toContainText(
      'no.such.field',
    )
  })

  test('narrow connections, timeline and calls by one filter', async () => {
    await filter('tcp.port == 135')
    await page().getByRole('tab', { name: 'Connections' }).click()
    await expect(page().getByText(/^\d+ of \d+ connections? and/)).toBeVisible()
    await page().getByRole('tab', { name: 'Timeline' }).click()
    const [, shown] = /^(\d+) of/.exec(await page().getByRole('contentinfo').innerText())!
    await expect(page().getByRole('img', { name: new RegExp(`^${shown} frames`) })).toBeVisible()
    await page().getByRole('tab', { name: 'Names' }).click()
    const names = page().getByRole('grid', { name: 'Names' })
    await expect(names.getByRole('row', { name: /^interface ISystemActivator/ })).toBeVisible()
    await expect(names.getByRole('row', { name: /^interface IWbem/ })).toHaveCount(0)
    await page().getByRole('button', { name: 'Show all frames' }).click()
  })
})
