import { dirname, join } from 'node:path/posix'
import { expect, test } from 'vitest'

/** What each folder may import besides itself and packages. This table is the architecture. */
const capture = ['asm/layout']
const dissect = [...capture, 'src/capture', 'src/wmio']
const conversation = [...dissect, 'src/dissect', 'src/names']
const findings = [...conversation, 'src/conversation', 'src/etw/machine-model']
const report = [...findings, 'src/diagnosis', 'src/compare']
const may: Record<string, string[]> = {
  'asm/testing': ['asm', 'src/capture', 'src/engine'],
  asm: [],
  'src/capture': capture,
  'src/dissect': dissect,
  'src/wmio': [],
  'src/unseal': dissect,
  'src/names': [...dissect, 'src/dissect/enums'],
  'src/conversation': conversation,
  'src/diagnosis': findings,
  'src/compare': [...findings, 'src/diagnosis'],
  'src/filter': [...findings, 'src/diagnosis/rule'],
  'src/report': report,
  'src/cases': report,
  'src/etw': [...capture, 'src/capture'],
  'src/engine': [...report, 'src/etw', 'src/filter', 'src/report', 'src/cases', 'src/unseal', 'asm/build'],
  'src/ui': [
    'src/engine/client',
    'src/engine/api',
    'src/capture',
    'src/diagnosis/rule',
    'src/report/finding-markdown',
    'src/report/finding-wording',
    'src/report/lanes',
    'asm/layout',
  ],
  'src/embed': ['src/ui'],
  'src/page': ['src/ui', 'src/engine/api'],
  'src/main.ts': ['src/ui'],
}

const sources = import.meta.glob<string>(['/{asm,src}/**/*.{ts,svelte}', '!/**/*.test.ts', '!/asm/build/**'], {
  query: '?raw',
  import: 'default',
  eager: true,
})
const within = (path: string, folder: string) =>
  path === folder || path.startsWith(`${folder}/`) || path === `${folder}.ts`

test('there are sources to look at', () => expect(Object.keys(sources).length).toBeGreaterThan(10))

for (const [from, text] of Object.entries(sources)) {
  const file = from.slice(1)
  const folder = Object.keys(may).find((name) => within(file, name))

  test(file, () => {
    expect(folder, 'belongs to no folder in the table').toBeDefined()
    for (const [, path] of text.matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]*)['"]/g)) {
      const target = join(dirname(file), path!.replace(/\?.*$/, ''))
      expect(
        [folder!, ...may[folder!]!].some((open) => within(target, open)),
        `imports ${target}`,
      ).toBe(true)
    }
  })
}
