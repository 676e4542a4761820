// What a user of Wireshark does: finding and sorting. Each test is one task.
import { expect, test } from '@playwright/test'
import { columnTexts, expectFrame, goToFrame, grid, sharedPage } from '../pages/analysis'

const isRising = (numbers: number[]) =>
  numbers.length > 3 && numbers.every((number, at) => at === 0 || numbers[at - 1]! <= number)

test.describe('find', () => {
  const page = sharedPage()
  const bar = () => page().getByRole('search', { name: 'Find', exact: true })

  async function find(text: string, { where = 'Frame list', kind = 'Text', matchesCase = false } = {}) {
    await page().keyboard.press('Control+f')
    await bar().getByRole('combobox', { name: 'Find in' }).selectOption(where)
    await bar().getByRole('combobox', { name: 'Kind of search' }).selectOption(kind)
    const check = bar().getByRole('checkbox', { name: 'Match case' })
    if (await check.isEnabled()) await check.setChecked(matchesCase)
    await bar().getByRole('textbox', { name: 'Find' }).fill(text)
    await page().keyboard.press('Enter')
  }

  test('find the first frame whose line holds a word', async () => {
    await grid(page()).focus()
    await page().keyboard.press('Home')
    await find('nca_s_fault_sec_pkg')
    await expect(bar().getByRole('status')).toHaveText('1 of 2 frames')
    await expectFrame(page(), 525)
  })

  test('go to the next match and back to the previous one', async () => {
    await page().keyboard.press('F3')
    await expect(bar().getByRole('status')).toHaveText('2 of 2 frames')
    await page().keyboard.press('Shift+F3')
    await expectFrame(page(), 525)
    await bar().getByRole('button', { name: 'Previous' }).click()
    await expect(bar().getByRole('status')).toHaveText('2 of 2 frames')
  })

  test('find a field by what the tree says, and see it selected', async () => {
    await goToFrame(page(), 1)
    await find('Causality id: 8994cb14', { where: 'Fields' })
    await expectFrame(page(), 523)
    await expect(page().getByRole('treeitem', { selected: true })).toContainText('Causality id: 8994cb14')
  })

  test('find bytes by their hexadecimal digits, and see the field that holds them', async () => {
    await goToFrame(page(), 500)
    await find('21 07 00 00', { where: 'Bytes', kind: 'Hex bytes' })
    await expectFrame(page(), 525)
    await expect(page().getByRole('treeitem', { selected: true })).toContainText('0x00000721')
  })

  test('find a text that Windows wrote in UTF-16', async () => {
    await goToFrame(page(), 1)
    await find('jiangyue', { where: 'Bytes' })
    await expect(bar().getByRole('status')).toHaveText(/^\d+ of \d+ frames?$/)
    await expect(bar().getByRole('status')).not.toHaveText(/^0/)
  })

  test('find with a regular expression', async () => {
    await goToFrame(page(), 1)
    await find('Fault: .*access_denied', { kind: 'Regular expression' })
    await expectFrame(page(), 527)
  })

  test('find with the case as written', async () => {
    await find('FAULT: CALL', { matchesCase: true })
    await expect(bar().getByRole('status')).toHaveText('No match')
  })

  test('read what is wrong with a regular expression or with hexadecimal digits', async () => {
    await find('(', { kind: 'Regular expression' })
    await expect(bar().getByRole('status')).toContainText('not a regular expression')
    await find('05 0', { kind: 'Hex bytes' })
    await expect(bar().getByRole('status')).toContainText('whole bytes')
  })

  test('show only the frames that were found, and all again', async () => {
    await find('RemQueryInterface')
    await expect(bar().getByRole('status')).toHaveText(/^\d+ of \d+ frames$/)
    const [, count] = /of (\d+)/.exec(await bar().getByRole('status').innerText())!
    await bar().getByRole('button', { name: 'Show only these' }).click()
    await expect(page().getByRole('contentinfo')).toContainText(`${count} of 845 frames shown`)
    await page().getByRole('button', { name: 'Show all frames' }).click()
  })

  test('find words that are typed where filters are', async () => {
    const box = page().getByRole('combobox', { name: 'Filter' })
    await box.fill('nca_s_fault_sec pkg')
    await box.press('Enter')
    await page().getByRole('button', { name: 'Find these words in the frames instead' }).click()
    await expect(bar().getByRole('textbox', { name: 'Find' })).toHaveValue('nca_s_fault_sec pkg')
    await expect(bar().getByRole('status')).toHaveText('No match')
    await box.fill('')
    await box.press('Enter')
  })

  test('find words that are typed into the palette', async () => {
    await goToFrame(page(), 1)
    await page().keyboard.press('Control+k')
    await page().getByRole('dialog').getByRole('combobox').fill('sec_pkg_error')
    await page().getByRole('option', { name: 'Find in the frames: “sec_pkg_error”' }).click()
    await expect(bar().getByRole('status')).toHaveText(/^\d of 2 frames$/)
    await expectFrame(page(), 525)
  })

  test('close the search and go on in the list', async () => {
    await page().keyboard.press('Control+f')
    await page().keyboard.press('Escape')
    await expect(bar()).toBeHidden()
    await expect(grid(page())).toBeFocused()
  })
})

test.describe('sort', () => {
  const page = sharedPage()
  const heading = (title: string) => grid(page()).getByRole('columnheader', { name: new RegExp(`^${title}`) })
  const sortBy = (title: string) => heading(title).getByRole('button').click()

  test('sort by length, the shortest first, then the longest', async () => {
    await sortBy('Length')
    await expect(heading('Length')).toHaveAttribute('aria-sort', 'ascending')
    await expect.poll(async () => isRising((await columnTexts(page(), 'Length')).map(Number))).toBe(true)
    await sortBy('Length')
    await expect(heading('Length')).toHaveAttribute('aria-sort', 'descending')
    await expect
      .poll(async () => isRising((await columnTexts(page(), 'Length')).map((text) => -Number(text))))
      .toBe(true)
  })

  test('go back to the order of the file', async () => {
    await sortBy('Length')
    await expect(heading('Length')).not.toHaveAttribute('aria-sort', /./)
    await expect.poll(async () => isRising((await columnTexts(page(), 'No.')).map(Number))).toBe(true)
  })

  test('sort by address, by number and not by text', async () => {
    await sortBy('Source')
    await expect
      .poll(async () => {
        const texts = (await columnTexts(page(), 'Source')).filter((text) => /^\d+(\.\d+){3}$/.test(text))
        const numbers = texts.map((text) => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0))
        return numbers.every((number, at) => at === 0 || numbers[at - 1]! <= number)
      })
      .toBe(true)
  })

  test('sort by protocol with the keyboard', async () => {
    await heading('Protocol').getByRole('button').focus()
    await page().keyboard.press('Enter')
    await expect(heading('Protocol')).toHaveAttribute('aria-sort', 'ascending')
    await expect
      .poll(async () => {
        const protocols = await columnTexts(page(), 'Protocol')
        return protocols.length > 3 && protocols.every((name, at) => at === 0 || protocols[at - 1]! <= name)
      })
      .toBe(true)
  })

  test('sort by Info', async () => {
    await sortBy('Info')
    await sortBy('Info')
    await expect(heading('Info')).toHaveAttribute('aria-sort', 'descending')
    const { compare } = new Intl.Collator('en', { numeric: true })
    await expect
      .poll(async () => {
        const texts = await columnTexts(page(), 'Info')
        return texts[0] !== '…' && texts.every((text, at) => at === 0 || compare(texts[at - 1]!, text) >= 0)
      })
      .toBe(true)
  })

  test('keep the order while a filter narrows the list', async () => {
    await page().getByRole('combobox', { name: 'Filter' }).fill('dcerpc.pkt_type == 3')
    await page().keyboard.press('Enter')
    await expect(page().getByRole('contentinfo')).toContainText(/^\d+ of 845 frames shown/)
    await page().getByRole('button', { name: 'File order' }).click()
    await sortBy('No.')
    await sortBy('No.')
    await expect
      .poll(async () => {
        const numbers = (await columnTexts(page(), 'No.', 3)).map(Number)
        return numbers[0]! > numbers[1]! && numbers[1]! > numbers[2]!
      })
      .toBe(true)
    await page().getByRole('button', { name: 'Show all frames' }).click()
  })

  test('walk a sorted list by the arrow keys', async () => {
    await page().getByRole('button', { name: 'File order' }).click()
    await sortBy('No.')
    await sortBy('No.')
    await grid(page()).focus()
    await expect(heading('No.')).toHaveAttribute('aria-sort', 'descending')
    await page().waitForFunction(() => document.body.textContent?.includes('845 frames sorted.'))
    await page().keyboard.press('Home')
    await expectFrame(page(), 845)
    await page().keyboard.press('ArrowDown')
    await expectFrame(page(), 844)
  })
})
