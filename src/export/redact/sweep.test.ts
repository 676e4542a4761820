import { expect, test } from 'vitest'
import { AddressBook } from './addresses'
import { NameBook } from './names'
import { Sweep } from './sweep'

const ascii = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))
const utf16 = (text: string) => new Uint8Array(Uint16Array.from(text, (letter) => letter.charCodeAt(0)).buffer)
const textOf = (bytes: Uint8Array) => String.fromCharCode(...bytes)

/** A sweep for names that were met elsewhere. */
function sweepFor(...labels: string[]): Sweep {
  const names = new NameBook(new AddressBook())
  for (const label of labels) names.label(label)
  names.addresses.ipv4(Uint8Array.of(10, 1, 2, 3))
  return new Sweep(names)
}

test('names and addresses are found as ASCII and as UTF-16, whatever their case', () => {
  const sweep = sweepFor('fileserver')
  for (const encoded of [ascii, utf16])
    for (const name of ['fileserver', 'FILESERVER', 'FileServer', '10.1.2.3']) {
      const bytes = Uint8Array.from([...encoded('xx'), ...encoded(name), ...encoded('!')])
      const made = sweep.over(bytes)
      expect(made).toHaveLength(bytes.length)
      expect(textOf(made).replaceAll('\0', '').toLowerCase()).not.toContain(name.toLowerCase())
      expect([...made.slice(-1 * encoded('!').length)]).toEqual([...encoded('!')])
    }
})

test('letters that take two bytes are found as UTF-16', () => {
  const bytes = utf16('сервер')
  expect(sweepFor('сервер').over(bytes)).not.toEqual(bytes)
})

test('the longer of two names is replaced as one', () => {
  const made = textOf(sweepFor('host', 'hostmaster').over(ascii('hostmaster')))
  expect(made).not.toContain('master')
})

test('of ten thousand names each one is found', () => {
  const labels = Array.from({ length: 10_000 }, (_, i) => `machine-${i}-x`)
  const sweep = sweepFor(...labels)
  for (const label of [labels[0]!, labels[5000]!, labels.at(-1)!]) {
    expect(textOf(sweep.over(ascii(`<${label}>`)))).not.toContain(label)
  }
})

test('bytes without a name are given back as they are', () => {
  const bytes = ascii('nothing here')
  expect(sweepFor('fileserver').over(bytes)).toBe(bytes)
})
