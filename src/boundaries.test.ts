// The architecture, held exactly: which room may import which, that no permission is unused, and that no file imports
// itself by a detour. A room is a folder with what lies below it, unless that has a line of its own.
import { dirname, join } from 'node:path/posix'
import { describe, expect, test } from 'vitest'

/** What the code of each room imports besides itself and packages. */
const MAY: Record<string, string[]> = {
  asm: ['asm/format', 'asm/frame', 'asm/memory', 'asm/stream', 'asm/wire'],
  'asm/memory': ['asm'],
  'asm/frame': ['asm', 'asm/format', 'asm/memory', 'asm/wire'],
  'asm/format': ['asm', 'asm/frame', 'asm/memory', 'asm/wire'],
  'asm/stream': ['asm', 'asm/memory', 'asm/wire'],
  'asm/wire': ['asm', 'asm/frame', 'asm/memory', 'asm/stream'],
  'asm/testing': ['asm', 'src/capture', 'src/engine/read', 'src/names'],
  'src/capture': ['asm'],
  'src/names': ['asm'],
  'src/wmio': [],
  'src/dissect': ['asm', 'src/capture', 'src/names', 'src/wmio'],
  'src/unseal': ['asm', 'src/capture', 'src/dissect', 'src/names'],
  'src/conversation': ['asm', 'src/capture', 'src/dissect', 'src/names', 'src/wmio'],
  'src/diagnosis': [
    'asm',
    'src/capture',
    'src/conversation',
    'src/diagnosis/rules',
    'src/diagnosis/signs',
    'src/diagnosis/text',
    'src/etw',
    'src/names',
  ],
  'src/diagnosis/signs': [
    'asm',
    'src/capture',
    'src/conversation',
    'src/diagnosis',
    'src/diagnosis/text',
    'src/dissect',
    'src/etw',
    'src/names',
  ],
  'src/diagnosis/text': ['asm', 'src/capture', 'src/conversation', 'src/diagnosis', 'src/names'],
  'src/diagnosis/rules': [
    'asm',
    'src/capture',
    'src/conversation',
    'src/diagnosis',
    'src/diagnosis/signs',
    'src/diagnosis/text',
    'src/dissect',
    'src/etw',
    'src/names',
  ],
  'src/compare': ['src/capture', 'src/conversation', 'src/diagnosis', 'src/diagnosis/signs', 'src/diagnosis/text'],
  'src/filter': ['asm', 'src/capture', 'src/conversation', 'src/diagnosis', 'src/dissect', 'src/names', 'src/unseal'],
  'src/describe': ['asm', 'src/capture', 'src/conversation', 'src/diagnosis', 'src/dissect', 'src/names', 'src/wmio'],
  'src/report': ['asm', 'src/capture', 'src/describe', 'src/diagnosis'],
  'src/export': ['asm', 'src/capture', 'src/dissect', 'src/names'],
  'src/storage': ['asm', 'src/capture', 'src/diagnosis', 'src/diagnosis/text'],
  'src/engine': ['asm', 'src/capture', 'src/describe', 'src/diagnosis', 'src/names', 'src/storage'],
  'src/engine/read': [
    'asm',
    'src/capture',
    'src/conversation',
    'src/diagnosis',
    'src/diagnosis/rules',
    'src/engine',
    'src/etw',
    'src/export',
    'src/names',
    'src/storage',
    'src/unseal',
  ],
  'src/engine/query': [
    'asm',
    'src/capture',
    'src/compare',
    'src/conversation',
    'src/describe',
    'src/diagnosis',
    'src/diagnosis/rules',
    'src/diagnosis/signs',
    'src/diagnosis/text',
    'src/dissect',
    'src/engine',
    'src/engine/read',
    'src/etw',
    'src/export',
    'src/filter',
    'src/names',
    'src/report',
    'src/unseal',
  ],
  'src/engine/worker': [
    'asm',
    'src/capture',
    'src/conversation',
    'src/describe',
    'src/diagnosis',
    'src/engine',
    'src/engine/query',
    'src/engine/read',
    'src/etw',
    'src/filter',
    'src/names',
    'src/storage',
    'src/unseal',
  ],
  'src/engine/page': ['asm', 'src/capture', 'src/engine', 'src/engine/query', 'src/engine/read', 'src/engine/worker'],
  'src/engine/cli': [
    'asm',
    'src/capture',
    'src/compare',
    'src/conversation',
    'src/describe',
    'src/engine/query',
    'src/engine/read',
    'src/engine/worker',
    'src/etw',
    'src/names',
    'src/unseal',
    'src/wmio',
  ],
  'src/ui': ['src/capture', 'src/describe', 'src/diagnosis', 'src/engine', 'src/engine/page', 'src/report'],
  'src/embed': ['src/ui'],
  'src/saved-page': ['src/engine', 'src/ui'],
  'src/main.ts': ['src/trusted-types.ts', 'src/ui'],
  'src/embed.ts': ['src/embed', 'src/trusted-types.ts', 'src/ui'],
  'src/build': [],
  'src/testing': [
    'asm',
    'src/capture',
    'src/diagnosis',
    'src/diagnosis/rules',
    'src/engine',
    'src/engine/query',
    'src/engine/read',
    'src/engine/worker',
    'src/etw',
    'src/export',
    'src/filter',
    'src/names',
  ],
  e2e: [],
  'e2e/bench': [
    'asm',
    'e2e',
    'src/capture',
    'src/diagnosis',
    'src/diagnosis/rules',
    'src/engine/query',
    'src/engine/read',
    'src/engine/worker',
    'src/export',
    'src/filter',
    'src/names',
    'src/testing',
    'src/unseal',
  ],
  'vite.config.ts': ['package.json', 'src/build'],
  'src/etw': ['asm', 'src/capture', 'src/names'],
  'src/trusted-types.ts': [],
  'src/rooms.test.ts': [],
}

/** What the tests of a room import besides what its code does. */
const TESTS_MAY: Record<string, string[]> = {
  'asm/memory': ['asm/testing', 'src/capture', 'src/engine/read'],
  'asm/format': ['asm/testing', 'src/engine/read', 'src/testing'],
  'asm/stream': ['asm/testing', 'src/capture', 'src/engine/read'],
  'asm/wire': ['asm/testing', 'src/capture', 'src/engine/read'],
  'src/wmio': ['src/dissect', 'src/testing'],
  'src/dissect': ['src/testing'],
  'src/conversation': ['src/describe', 'src/engine/query', 'src/testing'],
  'src/diagnosis': ['src/testing'],
  'src/diagnosis/signs': ['src/engine/read', 'src/testing'],
  'src/diagnosis/rules': ['src/testing'],
  'src/compare': ['src/testing'],
  'src/filter': ['src/engine/read', 'src/testing'],
  'src/describe': ['src/testing'],
  'src/engine/read': ['src/engine/cli', 'src/engine/query', 'src/testing'],
  'src/engine/query': ['src/engine/worker', 'src/testing'],
  'src/engine/worker': ['src/testing'],
  'src/testing': ['src/wmio'],
  e2e: ['src/testing'],
  'src/etw': ['src/engine/read', 'src/testing'],
}

/** Files whose code runs in the page: they may name what the worker's code is, and load it in a worker, but not run it. */
const PAGE = ['src/ui', 'src/embed', 'src/embed.ts', 'src/main.ts', 'src/saved-page', 'src/engine/page']
/** Where the worker's code begins. */
const WORKER = ['src/engine/worker', 'src/diagnosis/rules', 'src/conversation/build/build.ts']

const sources = import.meta.glob<string>(
  ['/{asm,src,e2e}/**/*.{ts,svelte}', '/vite.config.ts', '!/asm/build/**', '!/**/*.d.ts'],
  { query: '?raw', import: 'default', eager: true },
)
const isTest = (file: string) => /\.(test|spec)\.ts$/.test(file)
const isWithin = (file: string, room: string) => file === room || file.startsWith(`${room}/`)
const rooms = Object.keys(MAY).sort((a, b) => b.length - a.length)
const roomOf = (file: string) => rooms.find((room) => isWithin(file, room)) ?? file

interface Import {
  from: string
  to: string
  /** `import type`: nothing of it runs. */
  isType: boolean
  /** `import()`, or a file asked for by its URL. */
  isLater: boolean
}

const EXTENSIONS = ['', '.ts', '.svelte', '.svelte.ts', '/index.ts']
const files = new Set(Object.keys(sources).map((path) => path.slice(1)))
const imports: Import[] = Object.entries(sources).flatMap(([path, text]) => {
  const from = path.slice(1)
  const found = text.matchAll(/(?:(import|export)(\s+type)?\s[^'"]*?from\s*|(import)\s*\(?\s*)['"](\.[^'"]*)['"]/g)
  return [...found].map(([all, , type, bare, target]): Import => {
    const bareTarget = join(dirname(from), target!.replace(/\?.*$/, ''))
    const to = EXTENSIONS.map((extension) => bareTarget + extension).find((file) => files.has(file)) ?? bareTarget
    const isLater = (bare !== undefined && all.includes('(')) || target!.includes('?')
    return { from, to, isType: type !== undefined, isLater }
  })
})

test('there are sources to look at', () => expect(imports.length).toBeGreaterThan(1000))

describe.each(Object.keys(MAY))('%s', (room) => {
  const outward = imports.filter(({ from, to }) => roomOf(from) === room && roomOf(to) !== room)
  const code = outward.filter(({ from }) => !isTest(from))
  const tests = outward.filter(({ from }) => isTest(from))
  const allowed = MAY[room]!
  const allowedInTests = TESTS_MAY[room] ?? []

  test('imports what it may', () => {
    const forbidden = code.filter(({ to }) => !allowed.includes(roomOf(to)))
    expect(forbidden.map(({ from, to }) => `${from} -> ${to}`)).toEqual([])
  })

  test('uses every permission', () => {
    const unused = allowed.filter((other) => !code.some(({ to }) => roomOf(to) === other))
    expect(unused).toEqual([])
  })

  test('its tests import what they may, and use every permission', () => {
    const open = [...allowed, ...allowedInTests, ...(room.startsWith('src/') ? ['asm', 'src/capture'] : [])]
    const further = [...open, ...allowed.flatMap((other) => MAY[other] ?? [])]
    const forbidden = tests.filter(({ to }) => !further.includes(roomOf(to)))
    expect(forbidden.map(({ from, to }) => `${from} -> ${to}`)).toEqual([])
    expect(allowedInTests.filter((other) => !tests.some(({ to }) => roomOf(to) === other))).toEqual([])
  })
})

test('no file imports itself by a detour, not even for a type', () => {
  const next = new Map<string, string[]>()
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to])
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (file: string, way: string[]): void => {
    const at = way.indexOf(file)
    if (at >= 0) circles.push([...way.slice(at), file].join(' -> '))
    if (at >= 0 || done.has(file)) return
    for (const other of next.get(file) ?? []) visit(other, [...way, file])
    done.add(file)
  }
  for (const file of next.keys()) visit(file, [])
  expect(circles).toEqual([])
})

test('code of the page does not run code of the worker', () => {
  const reached = new Map<string, string>()
  const visit = (file: string, way: string): void => {
    if (reached.has(file)) return
    reached.set(file, way)
    for (const { from, to, isType, isLater } of imports)
      if (from === file && !isType && !isLater) visit(to, `${way} -> ${to}`)
  }
  for (const file of files) if (!isTest(file) && PAGE.some((room) => isWithin(file, room))) visit(file, file)
  const crossed = [...reached].filter(([file]) => WORKER.some((room) => isWithin(file, room)))
  expect(crossed.map(([, way]) => way)).toEqual([])
})
