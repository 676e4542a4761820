// What keeps rooms readable: few files in one folder, a README in each, and names that say what is inside.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { basename, dirname } from 'node:path/posix'
import { expect, test } from 'vitest'

const MAX_FILES = 25

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'asm', 'src', 'e2e'], { encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && existsSync(file))

const filesByFolder = new Map<string, string[]>()
for (const file of files) filesByFolder.set(dirname(file), [...(filesByFolder.get(dirname(file)) ?? []), file])

/** A stage's rules stand side by side, each with its test, and so do the pictures of one test. */
const mayBeLarge = (folder: string): boolean => /^src\/diagnosis\/rules\/\w+$|-snapshots$/.test(folder)

test('no folder has more files than a list shows at once', () => {
  const large = [...filesByFolder].filter(([folder, inside]) => inside.length > MAX_FILES && !mayBeLarge(folder))
  expect(large.map(([folder, inside]) => `${folder}: ${inside.length}`)).toEqual([])
})

test('each folder of src and asm has a README', () => {
  const rooms = [...filesByFolder.keys()].filter((folder) => /^(src|asm)\b/.test(folder) && folder !== 'src')
  expect(rooms.length).toBeGreaterThan(50)
  expect(rooms.filter((folder) => !existsSync(`${folder}/README.md`))).toEqual([])
})

test('no file is named for what it is not', () => {
  const vague = files.filter((file) => /^(utils?|helpers?|common|misc)\b/.test(basename(file)))
  expect(vague).toEqual([])
})
