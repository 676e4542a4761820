import { expect, test } from 'vitest'
import { sourceOf } from './source'

/** A file that says that it has more bytes than its stream gives. */
function shortened(bytes: Uint8Array<ArrayBuffer>, size: number): Blob {
  const blob = new Blob([bytes])
  return Object.defineProperty(blob, 'size', { value: size })
}

async function drained(blob: Blob) {
  const source = await sourceOf(blob)
  for await (const piece of source.stream()) expect(piece.length).toBeGreaterThan(0)
  return source
}

test('a file that became shorter while it was read is reported as such', async () => {
  const source = await drained(shortened(new Uint8Array(1000).fill(1), 1500))
  expect(source.note).toBe('The file became shorter while it was read: 1,000 of 1,500 bytes were left.')
})

test('a whole file has no note', async () => {
  expect((await drained(new Blob([new Uint8Array(1000).fill(1)]))).note).toBeUndefined()
})
