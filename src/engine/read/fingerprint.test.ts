import { createHash } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { identityOf } from './fingerprint'

test('a file is known by its SHA-256, as other programs print it', async () => {
  const text = createHash('sha256').update('abc').digest('hex')
  expect(await identityOf(new Blob(['abc']))).toEqual({ method: 'sha256', text })
})

test('a large file is known by its size and samples, wherever it lies', async () => {
  const part = new Uint8Array(1 << 20)
  const large = (last: number) => new Blob([...Array<Uint8Array<ArrayBuffer>>(256).fill(part), Uint8Array.of(last)])
  const identity = await identityOf(large(1))
  expect(identity.method).toBe('samples')
  expect(await identityOf(large(1))).toEqual(identity)
  expect((await identityOf(large(2))).text).not.toBe(identity.text)
})

test('where nothing can be hashed the size is all that is known', async () => {
  vi.stubGlobal('crypto', {})
  expect(await identityOf(new Blob(['abc']))).toEqual({ method: 'size', text: '3' })
  vi.unstubAllGlobals()
})
