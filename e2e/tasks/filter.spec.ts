// What a Wireshark user does with filters, each test named as the task. One page for all: a filter replaces the one before.
import { type Locator, type Page, expect, test } from '@playwright/test'
import { followEvidence, openExample } from '../pages/page'

test.describe.configure({ mode: 'serial' })

let page: Page
let box: Locator
let grid: Locator

test.beforeAll(async ({ browser }) => {
  page = await browser.newPage()
  await openExample(page)
  await followEvidence(page, 525)
  box = page.getByRole('combobox', { name: 'Filter' })
  grid = page.getByRole('grid', { name: 'Frames' })
})

test.afterAll(() => page.close())

/** Applies a filter and expects so many frames. */
async function shows(filter: string, frames: number): Promise<void> {
  await box.fill(filter)
  await box.press('Enter')
  await expect(page.getByRole('alert')).toHaveCount(0)
  await expect(grid).toHaveAttribute('aria-rowcount', String(frames + 1))
}

/** Applies a filter that is wrong and expects what is said of it. */
async function refuses(filter: string, marked: string, says: RegExp): Promise<void> {
  await box.fill(filter)
  await box.press('Enter')
  await expect(page.getByRole('alert').locator('mark')).toHaveText(marked)
  await expect(page.getByRole('alert')).toContainText(says)
}

// The counts are those of tshark 4.0.17 for the same filters.
test('find the frames of a host', () => shows('ip.addr == 10.177.17.6', 106))
test('leave out a host', () => shows('!(ip.addr == 10.177.17.6)', 739))
test('find the frames of a network', () => shows('ip.addr == 10.177.17.0/24', 540))
test('find the SYNs', () => shows('tcp.flags.syn == 1 && tcp.flags.ack == 0', 6))
test('find the SYNs by a byte of the header', () => shows('tcp[13] == 2', 6))
test('find a text anywhere in a datagram', () => shows('udp contains "wpad"', 60))
test('find bytes anywhere in a frame', () => shows('frame contains 05:00:03:03', 4))
test('find bytes at the beginning of a payload', () => shows('tcp.payload[0:3] == 05:00:03', 4))
test('find the frames of a maker of network cards', () => shows('eth.src[0:3] == 00:15:5d', 788))
test('find the frames with more than one address', () => shows('count(ip.addr) > 1', 540))
test('find large frames', () => shows('len(frame) > 1000', 7))
test('find a user whatever the case', () => shows('lower(ntlmssp.auth.username) == "administrator"', 5))
test('find some ports at once', () => shows('tcp.port in {135, 50000..65535}', 375))
test('find faults', () => shows('dcerpc.pkt_type == 3', 4))
test('find the connection of the selected frame by a field of it', () => shows('tcp.stream == ${tcp.stream}', 21))

test('see where a filter is wrong', () => refuses('tcp.port = 135', '=', /written “==”/))
test('see which field was meant', () => refuses('tcp && ip.adr == 10.0.0.1', 'ip.adr', /Is ip\.addr or/))

test('add a cell to the filter with or', async () => {
  await shows('dcerpc.pkt_type == 3', 4)
  await grid.getByText('10.177.17.6', { exact: true }).first().click({ button: 'right' })
  await page.getByRole('menuitem', { name: /^Or this: / }).click()
  await expect(box).toHaveValue(/^dcerpc\.pkt_type == 3 \|\| ip\.(src|dst) == 10\.177\.17\.6$/)
})

test('narrow the filter by a cell with and not', async () => {
  await shows('dcerpc.pkt_type == 3', 4)
  await grid.getByText('10.177.17.6', { exact: true }).first().click({ button: 'right' })
  await page.getByRole('menuitem', { name: /^And not this: / }).click()
  await expect(box).toHaveValue(/^dcerpc\.pkt_type == 3 && !\(ip\.(src|dst) == 10\.177\.17\.6\)$/)
})

test('use a filter of before again', async () => {
  await box.fill('frame contains 05')
  await page.getByRole('option', { name: /frame contains 05:00:03:03.*used before/ }).click()
  await box.press('Enter')
  await expect(grid).toHaveAttribute('aria-rowcount', '5')
})

test('show all frames again', async () => {
  await page.getByRole('button', { name: 'Clear', exact: true }).click()
  await expect(box).toHaveValue('')
  await expect(grid).toHaveAttribute('aria-rowcount', '846')
})
