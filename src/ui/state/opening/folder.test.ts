import { expect, test } from 'vitest'
import { filesOf } from './folder'

/** A folder as a browser gives it: so many entries at a time. */
function folder(name: string, entries: FileSystemEntry[]): FileSystemDirectoryEntry {
  const createReader = () => {
    let at = 0
    return {
      readEntries: (take: (entries: FileSystemEntry[]) => void) => {
        take(entries.slice(at, at + 2))
        at += 2
      },
    }
  }
  return { name, isFile: false, isDirectory: true, createReader } as unknown as FileSystemDirectoryEntry
}

function file(name: string): FileSystemEntry {
  const entry = {
    name,
    isFile: true,
    isDirectory: false,
    file: (take: (file: File) => void) => take(new File([], name)),
  }
  return entry as unknown as FileSystemEntry
}

test('files of a folder and of the folders in it, however many at a time', async () => {
  const inner = folder('inner', [file('d.etl')])
  const found = await filesOf(folder('captures', [file('a.pcapng'), inner, file('b.pcap'), file('c.txt')]))
  expect(found.map(({ name }) => name)).toEqual(['a.pcapng', 'd.etl', 'b.pcap', 'c.txt'])
})

test('depth and number are bounded', async () => {
  let deep = folder('deep', [file('bottom')])
  for (let level = 0; level < 20; level++) deep = folder(`level ${level}`, [deep])
  expect(await filesOf(deep)).toEqual([])
  const wide = folder(
    'wide',
    Array.from({ length: 3000 }, (_, index) => file(`${index}`)),
  )
  expect((await filesOf(wide)).length).toBe(500)
})

test('a folder that cannot be read is an error', async () => {
  const broken = {
    createReader: () => ({ readEntries: (_: unknown, fail: (error: Error) => void) => fail(new Error('denied')) }),
  } as unknown as FileSystemDirectoryEntry
  await expect(filesOf(broken)).rejects.toThrow('denied')
})
