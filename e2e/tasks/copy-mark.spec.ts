// What a user of Wireshark does: picking, copying, exporting, marking, time, colours. Each test is one task.
import { readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { columnTexts, expectFrame, goToFrame, grid, sharedPage } from '../pages/analysis'
import { frameRow } from '../pages/page'

test.describe('copy and export', () => {
  const page = sharedPage()
  const clipboard = () => page().evaluate(() => navigator.clipboard.readText())
  const picked = () => grid(page()).locator('[role=row][aria-selected=true]')

  async function pick() {
    await goToFrame(page(), 523)
    await frameRow(page(), 525).click({ modifiers: ['Shift'] })
  }

  /** Runs a command of the palette by its name. */
  async function run(command: string) {
    await page().keyboard.press('Control+k')
    await page().getByRole('dialog').getByRole('combobox').fill(command)
    await page().getByRole('option', { name: command, exact: true }).click()
  }

  async function download(command: string) {
    const [file] = await Promise.all([page().waitForEvent('download'), run(command)])
    return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) }
  }

  test('pick several frames in a row', async () => {
    await pick()
    await expect(picked()).toHaveCount(3)
  })

  test('pick one more frame, and take one away', async () => {
    await frameRow(page(), 527).click({ modifiers: ['Control'] })
    await expect(picked()).toHaveCount(4)
    await frameRow(page(), 524).click({ modifiers: ['Control'] })
    await expect(picked()).toHaveCount(3)
  })

  test('pick frames with the keyboard', async () => {
    await goToFrame(page(), 523)
    await grid(page()).focus()
    await page().keyboard.press('Shift+ArrowDown')
    await page().keyboard.press('Shift+ArrowDown')
    await expect(picked()).toHaveCount(3)
    await page().keyboard.press('ArrowDown')
    await expect(picked()).toHaveCount(1)
  })

  test('copy frames as text with the keyboard', async () => {
    await pick()
    await grid(page()).focus()
    await page().keyboard.press('Control+c')
    await expect.poll(clipboard).toMatch(/^No\. +Time +Info/)
    expect((await clipboard()).trim().split('\n')).toHaveLength(4)
  })

  test('copy frames as CSV', async () => {
    await pick()
    await run('Copy the picked frames as CSV')
    await expect.poll(clipboard).toMatch(/^No\.,Time,Info,Protocol,Source,Destination,Length\r\n523,/)
  })

  test('copy frames as JSON', async () => {
    await run('Copy the picked frames as JSON')
    await expect.poll(clipboard).toMatch(/^\[/)
    const rows = JSON.parse(await clipboard()) as Record<string, string>[]
    expect(rows.map((row) => row['No.'])).toEqual(['523', '524', '525'])
    expect(rows[2]!.Info).toContain('nca_s_fault_sec_pkg_error')
  })

  test('copy a frame as hexadecimal digits, as a dump, as a C array and as base64', async () => {
    await goToFrame(page(), 525)
    await run('Copy the picked frames as Hex digits')
    await expect.poll(clipboard).toMatch(/^[0-9a-f]{172}$/)
    const digits = await clipboard()
    await run('Copy the picked frames as Hex dump')
    await expect.poll(clipboard).toMatch(/^0000 {2}/)
    await run('Copy the picked frames as C array')
    await expect.poll(clipboard).toContain('static const unsigned char frame_525[86] = {')
    await run('Copy the picked frames as Base64')
    await expect.poll(async () => Buffer.from(await clipboard(), 'base64').toString('hex')).toBe(digits)
  })

  test('copy a filter and a tshark command for exactly the picked frames', async () => {
    await pick()
    await frameRow(page(), 527).click({ modifiers: ['Control'] })
    await run('Copy the picked frames as Filter')
    await expect.poll(clipboard).toBe('frame.number in {523..525, 527}')
    await run('Copy the picked frames as tshark command')
    await expect.poll(clipboard).toBe('tshark -r "case-study.pcapng" -Y "frame.number in {523..525, 527}"')
  })

  test('copy from the menu of a row', async () => {
    await goToFrame(page(), 525)
    await frameRow(page(), 525).getByRole('gridcell').first().click({ button: 'right' })
    await page().getByRole('menuitem', { name: 'Copy 1 frame as ▸' }).click()
    await page().getByRole('menuitem', { name: 'C array' }).click()
    await expect.poll(clipboard).toContain('frame_525')
  })

  test('export the picked frames as a capture', async () => {
    await pick()
    const { name, bytes } = await download('Export the picked frames as pcapng')
    expect(name).toBe('case-study-frames.pcapng')
    expect(packets(bytes)).toBe(3)
  })

  test('export the frames that a filter shows as a capture', async () => {
    await page().getByRole('combobox', { name: 'Filter' }).fill('dcerpc.pkt_type == 3')
    await page().keyboard.press('Enter')
    await expect(page().getByRole('contentinfo')).not.toContainText('845 of 845')
    const [, shown] = /^(\d+) of/.exec(await page().getByRole('contentinfo').innerText())!
    const { bytes } = await download('Export the frames shown as pcapng')
    expect(packets(bytes)).toBe(Number(shown))
  })

  test('export the list that a filter shows as CSV and as JSON', async () => {
    const csv = await download('Export the frame list as CSV')
    const json = await download('Export the frame list as JSON')
    const rows = JSON.parse(json.bytes.toString()) as Record<string, string>[]
    expect(rows.every((row) => row.Info!.startsWith('Fault'))).toBe(true)
    expect(csv.bytes.toString().trim().split('\r\n')).toHaveLength(rows.length + 1)
    await page().getByRole('button', { name: 'Show all frames' }).click()
  })
})

test.describe('mark, time and colour', () => {
  const page = sharedPage()
  const dialog = (name: string) => page().getByRole('dialog', { name })
  const cell = async (number: number, title: string) => {
    const headings = await grid(page()).getByRole('columnheader').allInnerTexts()
    return frameRow(page(), number).getByRole('gridcell').nth(headings.indexOf(title))
  }
  const timeFormat = (label: string) => page().getByRole('combobox', { name: 'Time column' }).selectOption({ label })

  async function run(command: string) {
    await page().keyboard.press('Control+k')
    await page().getByRole('dialog').getByRole('combobox').fill(command)
    await page().getByRole('option', { name: command }).first().click()
  }

  test('mark frames', async () => {
    for (const number of [516, 525, 528]) {
      await goToFrame(page(), number)
      await grid(page()).focus()
      await page().keyboard.press('Control+m')
    }
    await expect(await cell(528, 'Note')).toHaveText('●')
  })

  test('go to the next and the previous marked frame', async () => {
    await goToFrame(page(), 520)
    await grid(page()).focus()
    await page().keyboard.press(']')
    await expectFrame(page(), 525)
    await page().keyboard.press('[')
    await expectFrame(page(), 516)
  })

  test('see all marked frames in a list, and go to one', async () => {
    await run('List marked frames')
    await expect(dialog('Marked frames').getByRole('listitem')).toHaveCount(3)
    await expect(dialog('Marked frames')).toContainText('nca_s_fault_sec_pkg_error')
    await dialog('Marked frames').getByRole('button', { name: 'Frame 525', exact: true }).click()
    await expectFrame(page(), 525)
    await expect(grid(page())).toBeFocused()
  })

  test('take a mark away from the list', async () => {
    await run('List marked frames')
    await dialog('Marked frames').getByRole('button', { name: 'Remove frame 528 from the list' }).click()
    await expect(dialog('Marked frames').getByRole('listitem')).toHaveCount(2)
    await page().keyboard.press('Escape')
  })

  test('filter for the marked frames', async () => {
    await page().getByRole('combobox', { name: 'Filter' }).fill('mark')
    await page().keyboard.press('Enter')
    await expect(page().getByRole('contentinfo')).toContainText('2 of 845 frames shown')
    await page().getByRole('button', { name: 'Show all frames' }).click()
  })

  test('count time from a frame', async () => {
    await timeFormat('Since first frame')
    await goToFrame(page(), 525)
    await grid(page()).focus()
    await page().keyboard.press('t')
    await expect(await cell(525, 'Time')).toHaveText('*REF*')
    await expect(await cell(526, 'Time')).toHaveText(/^0\.000\d{3}$/)
    await expect(await cell(524, 'Time')).toHaveText(/^5\.\d{6}$/)
    await page().keyboard.press('t')
    await expect(await cell(525, 'Time')).toHaveText(/^5\.\d{6}$/)
  })

  test('show the time since the previous frame of the capture, or of the list', async () => {
    await page().getByRole('combobox', { name: 'Filter' }).fill('frame.number in {1, 525, 526}')
    await page().keyboard.press('Enter')
    await expect(page().getByRole('contentinfo')).toContainText('3 of 845 frames shown')
    await timeFormat('Since previous frame')
    await expect.poll(async () => (await columnTexts(page(), 'Time', 3))[1]).toMatch(/^0\.\d{6}$/)
    await timeFormat('Since previous shown')
    await expect.poll(async () => (await columnTexts(page(), 'Time', 3))[1]).toMatch(/^5\.\d{6}$/)
    await page().getByRole('button', { name: 'Show all frames' }).click()
  })

  test('show the date and time in UTC', async () => {
    await timeFormat('UTC')
    await expect
      .poll(async () => (await columnTexts(page(), 'Time', 1))[0])
      .toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/)
    await timeFormat('Since first frame')
  })

  test('colour frames by a filter', async () => {
    await run('Colouring rules')
    await dialog('Colouring rules')
      .getByLabel('New rule: frames for which this filter holds')
      .fill('frame.number == 525')
    await dialog('Colouring rules').getByRole('combobox', { name: 'Colour of the new rule' }).selectOption('teal')
    await dialog('Colouring rules').getByRole('button', { name: 'Add' }).click()
    await dialog('Colouring rules').getByRole('button', { name: 'Done' }).click()
    await goToFrame(page(), 526)
    await expect(frameRow(page(), 525)).toHaveClass(/tone-own-teal/)
  })

  test('read what is wrong with the filter of a colouring rule', async () => {
    await run('Colouring rules')
    await dialog('Colouring rules')
      .getByLabel('New rule: frames for which this filter holds')
      .fill('no.such.field == 1')
    await dialog('Colouring rules').getByRole('button', { name: 'Add' }).click()
    await expect(dialog('Colouring rules').locator('li p')).toContainText('no.such.field')
    await dialog('Colouring rules').getByRole('button', { name: 'Remove rule 1' }).click()
    await dialog('Colouring rules').getByRole('button', { name: 'Remove rule 1' }).click()
    await page().keyboard.press('Escape')
    await expect(frameRow(page(), 525)).not.toHaveClass(/tone-own/)
  })

  test('add a column for a field, and sort by it', async () => {
    await run('Choose columns')
    await dialog('Columns of the frame list').getByLabel('Any field that filters know, as a column').fill('tcp.stream')
    await dialog('Columns of the frame list').getByRole('button', { name: 'Add', exact: true }).click()
    await dialog('Columns of the frame list').getByRole('button', { name: 'Done' }).click()
    const heading = grid(page()).getByRole('columnheader', { name: /^tcp\.stream/ })
    await heading.getByRole('button').click()
    await heading.getByRole('button').click()
    await expect(heading).toHaveAttribute('aria-sort', 'descending')
    await expect
      .poll(async () => {
        const streams = (await columnTexts(page(), 'tcp.stream')).map(Number)
        return streams.length > 3 && streams.every((stream, at) => at === 0 || streams[at - 1]! >= stream)
      })
      .toBe(true)
    await page().getByRole('button', { name: 'File order' }).click()
  })

  test('keep the columns as a profile and switch back to it', async () => {
    await run('Profiles')
    await dialog('Profiles').getByLabel('Store the current view as').fill('streams')
    await dialog('Profiles').getByRole('button', { name: 'Keep' }).click()
    await page().keyboard.press('Escape')
    await run('Choose columns')
    await dialog('Columns of the frame list').getByRole('button', { name: 'Reset' }).click()
    await dialog('Columns of the frame list').getByRole('button', { name: 'Done' }).click()
    await expect(grid(page()).getByRole('columnheader', { name: /^tcp\.stream/ })).toBeHidden()
    await run('Profiles')
    await dialog('Profiles').getByRole('button', { name: 'Use profile streams' }).click()
    await expect(grid(page()).getByRole('columnheader', { name: /^tcp\.stream/ })).toBeVisible()
  })
})

/** Enhanced packet blocks of a pcapng: draft-ietf-opsawg-pcapng. */
function packets(file: Buffer): number {
  let count = 0
  for (let at = 0; at + 8 <= file.length; at += Math.max(12, file.readUInt32LE(at + 4)))
    if (file.readUInt32LE(at) === 6) count++
  return count
}
