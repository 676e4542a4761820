// What every dissector's test needs: bytes written by hand, and the proof that bad bytes do no harm.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FieldLine } from '../capture/field'
import { Reader } from './reader'

/** Bytes of hexadecimal digits; blanks and `//` comments between them are ignored. */
export function bytesOf(hexadecimal: string): Uint8Array {
  const digits = hexadecimal.replace(/\/\/.*$/gm, '').replace(/\s/g, '')
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16))
}

/** UTF-16LE of a text in hexadecimal. */
export function utf16Of(text: string): string {
  return [...text].map((letter) => littleOf(letter.charCodeAt(0), 2)).join('')
}

/** A number of `length` bytes, little-endian, in hexadecimal. */
export function littleOf(value: number, length: number): string {
  return Array.from({ length }, (_, i) => (Math.floor(value / 256 ** i) & 255).toString(16).padStart(2, '0')).join('')
}

/** A DER element: its tag, its contents' length (up to 65,535) and its contents, in hexadecimal. */
export function derOf(tag: string, ...contents: string[]): string {
  const inner = contents.join('').replace(/\s/g, '')
  const length = inner.length / 2
  const digits = length.toString(16).padStart(length < 256 ? 2 : 4, '0')
  return tag + (length < 128 ? '' : length < 256 ? '81' : '82') + digits + inner
}

/** Text as ASCII in hexadecimal. */
export function asciiOf(text: string): string {
  return [...text].map((letter) => littleOf(letter.charCodeAt(0), 1)).join('')
}

/** The field tree as `label: value` lines, indented by depth. */
export function treeOf(dissect: (from: Reader) => unknown, bytes: Uint8Array): string[] {
  return linesOf(dissect, bytes).map(
    ({ label, value, depth }) => '  '.repeat(depth) + (value ? `${label}: ${value}` : label),
  )
}

function linesOf(dissect: (from: Reader) => unknown, bytes: Uint8Array): FieldLine[] {
  const lines: FieldLine[] = []
  dissect(new Reader(bytes, lines))
  return lines
}

/**
 * Tests that a dissector survives samples cut at every length, with bytes changed, and any bytes at all; that it then
 * reads the same whether it records or not; and that no line of its tree lies outside the bytes.
 */
export function survives(dissect: (from: Reader) => unknown, ...samples: Uint8Array[]): void {
  const check = (bytes: Uint8Array) => {
    const lines: FieldLine[] = []
    expect(dissect(new Reader(bytes, lines))).toEqual(dissect(new Reader(bytes)))
    const outside = lines.filter(({ at, length }) => at < 0 || length < 0 || at + length > bytes.length)
    expect(outside).toEqual([])
  }

  test('cut at every length', () => {
    for (const sample of samples)
      for (let length = 0; length <= sample.length; length++) check(sample.subarray(0, length))
  })
  test('any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), check))
  })
  test('samples with bytes changed', () => {
    const change = fc.record({ sample: fc.nat(), at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) })
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const changed = Uint8Array.from(samples[changes[0]!.sample % samples.length]!)
        for (const { at, byte } of changes) changed[at % changed.length] = byte
        check(changed)
      }),
      { numRuns: 300 },
    )
  })
}
