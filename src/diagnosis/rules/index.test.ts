import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { HAS_TSHARK } from '../../testing/tshark'
import { rules } from '.'

const sources = import.meta.glob<string>(['./*/*.ts', '!./**/*.test.ts', '!./**/index.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
})

describe('the rules', () => {
  test('each is in a file of its own, named after its id, and is listed', () => {
    const files = Object.keys(sources).map((path) => path.slice(path.lastIndexOf('/') + 1))
    expect(files.sort()).toEqual(rules.map(({ id }) => `${id}.ts`).sort())
  })
})

/** The filters as the sources have them, with something in place of what the capture would put there. */
const filters = Object.values(sources).flatMap((source) =>
  [...source.matchAll(/filter: (?:'([^']+)'|`((?:[^`$]|\$\{[^}]*\})+)`)/g)].map(([, plain, template]) =>
    (plain ?? template!)
      .replace(/^\$\{[^}]*\}\.src/, 'ip.src')
      .replace(/ip\.src == \$\{[^}]*\}/, 'ip.src == 10.0.0.1')
      .replace(/\$\{[^}]*\}/g, '1'),
  ),
)

describe.skipIf(!HAS_TSHARK)('in Wireshark', () => {
  test('every display filter compiles', () => {
    expect(filters.length).toBeGreaterThan(30)
    const capture = fileURLToPath(new URL('../../../public/examples/case-study.pcapng', import.meta.url))
    const all = [...new Set(filters)].map((filter) => `(${filter})`).join(' || ')
    expect(() => execFileSync('tshark', ['-r', capture, '-Y', all, '-c', '1'], { stdio: 'pipe' })).not.toThrow()
  }, 60_000)
})
