import fc from 'fast-check'
import { unzipSync, zipSync } from 'fflate'
import { expect, test } from 'vitest'
import { Event, Frame, Note, Tables } from '../../asm/layout'
import { COLUMNS, type Snapshot } from '../capture/snapshot'
import { NONE } from '../capture/table'
import { packedAnalysis, unpackedAnalysis } from './faultline-file'
import type { SavedAnalysis, StoredResult } from './database'
import { RESULT_VERSION } from './results'

/** Two frames of no stream, and nothing in the other tables; three bytes kept. */
const snapshot: Snapshot = {
  tables: Array.from({ length: Tables.Field }, (_, which) => {
    if (which === (Tables.Chunk as number)) return { rows: 1, pages: [Uint32Array.of(8, 3)] }
    const rows = which === (Tables.Frame as number) ? 2 : 0
    const page = new Uint32Array(rows * COLUMNS[which as Tables.Frame]).fill(NONE)
    page.set(rows > 0 ? [10, 11] : [])
    return { rows, pages: rows > 0 ? [page] : [] }
  }),
  chunks: [{ at: 8, bytes: Uint8Array.of(1, 2, 3) }],
}
const result: StoredResult = {
  snapshot,
  findings: [
    {
      kind: 'finding',
      rule: 'identity-switch',
      severity: 'error',
      confidence: 'high',
      title: 'One',
      explanation: '',
      advice: [],
      fix: [],
      occurrences: [],
      layers: [],
      evidence: [{ frame: 1, note: 'here' }],
      references: [{ title: 'C706' }],
      streams: [0],
    },
  ],
  format: 4,
}
const capture = new Blob([new Uint8Array(100_000).fill(7)])
const saved: SavedAnalysis = {
  id: '00ff',
  revision: 3,
  name: 'Füllung 1',
  found: 'One',
  notes: 'n',
  tags: ['a'],
  marks: [{ frame: 1, marked: true, comment: 'c' }],
  filter: 'tcp',
  view: 'calls',
  frame: 1,
  fileName: 'dir/a.pcap',
  fileBytes: capture.size,
  identity: { method: 'sha256', text: '00' },
  frames: 2,
  findings: 1,
  tableBytes: 2 * Frame.COLUMNS * 4 + 3,
  captureBytes: capture.size,
  resultVersion: RESULT_VERSION,
  toolVersion: '0.1.0',
  savedAt: 1,
  changedAt: 2,
  openedAt: 3,
}

async function packed(kept: Blob | 'without' = capture): Promise<Blob> {
  const answer = await packedAnalysis(saved, result, kept === 'without' ? undefined : kept)
  if ('refused' in answer) throw new Error(answer.refused)
  return answer.file
}

async function bytesOf(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await file.arrayBuffer())
}

/** The file with its manifest changed. */
async function changed(change: (manifest: Record<string, Record<string, unknown>>) => void): Promise<Blob> {
  const entries = unzipSync(await bytesOf(await packed()))
  const manifest = JSON.parse(new TextDecoder().decode(entries['faultline.json'])) as Parameters<typeof change>[0]
  change(manifest)
  entries['faultline.json'] = new TextEncoder().encode(JSON.stringify(manifest))
  const stored = Object.fromEntries(
    Object.entries(entries).map(([name, bytes]) => [name, [bytes, { level: 0 }] as const]),
  )
  return new Blob([zipSync(stored as never)])
}

test('what is packed comes out the same, with the capture and without', async () => {
  const { id: _, revision: __, openedAt: ___, tableBytes: ____, captureBytes: _____, ...rest } = saved
  const { savedAt: ______, changedAt: _______, ...draft } = rest
  const whole = await unpackedAnalysis(await packed())
  if ('refused' in whole) throw new Error(whole.refused)
  expect(whole.draft).toEqual(draft)
  expect(whole.result).toEqual(result)
  expect(await bytesOf(whole.capture!)).toEqual(await bytesOf(capture))
  const without = await unpackedAnalysis(await packed('without'))
  expect(without).toMatchObject({ draft, result })
  expect(without).toHaveProperty('capture', undefined)
})

test('any ZIP program takes the capture out, under its own name', async () => {
  const entries = unzipSync(await bytesOf(await packed()))
  expect(Object.keys(entries)).toEqual(['faultline.json', 'tables.bin', 'capture/dir_a.pcap'])
  expect(entries['capture/dir_a.pcap']).toEqual(await bytesOf(capture))
})

const lies: [string, Parameters<typeof changed>[0], RegExp][] = [
  ['a later version', (manifest) => Object.assign(manifest, { version: 2 }), /newer version/],
  [
    'tables of another version',
    ({ analysis, tables }) => {
      Object.assign(analysis!, { resultVersion: 99 })
      Object.assign((tables!.tables as object[])[0]!, { columns: 1 })
    },
    /cannot read/,
  ],
  ['another kind of file', (manifest) => Object.assign(manifest, { format: 'x' }), /damaged/],
  ['a name that is none', ({ analysis }) => Object.assign(analysis!, { name: 5 }), /damaged/],
  ['marks that are none', ({ analysis }) => Object.assign(analysis!, { marks: [null] }), /damaged/],
  ['findings that are none', (manifest) => Object.assign(manifest, { findings: [{}] }), /damaged/],
  [
    'another size of the capture',
    ({ analysis }) => Object.assign(analysis!, { fileBytes: 5 }),
    /capture in it is not whole/,
  ],
  ['tables of other sizes', ({ tables }) => Object.assign(tables!, { chunks: [] }), /tables are not whole/],
  [
    'tables of 4 billion rows',
    ({ tables }) => Object.assign((tables!.tables as object[])[0]!, { rows: 2 ** 32 }),
    /not whole/,
  ],
]
lies.push(
  [
    'millions of tags',
    ({ analysis }) => Object.assign(analysis!, { tags: Array.from({ length: 2_000_000 }, () => '') }),
    /damaged/,
  ],
  ['a name of a megabyte', ({ analysis }) => Object.assign(analysis!, { name: 'x'.repeat(1 << 20) }), /damaged/],
  [
    'a mark on a frame that is not there',
    ({ analysis }) => Object.assign(analysis!, { marks: [{ frame: 2, marked: true, comment: '' }] }),
    /damaged/,
  ],
  [
    'two marks on one frame',
    ({ analysis }) => Object.assign(analysis!, { marks: Array(2).fill({ frame: 1, marked: true, comment: '' }) }),
    /damaged/,
  ],
  ['a selected frame that is not there', ({ analysis }) => Object.assign(analysis!, { frame: 7 }), /damaged/],
  [
    'ten thousand findings',
    (manifest) =>
      Object.assign(manifest, { findings: Array(10_000).fill((manifest.findings as unknown as object[])[0]) }),
    /damaged/,
  ],
  [
    'a finding with a million frames',
    ({ findings }) =>
      Object.assign((findings as unknown as object[])[0]!, { evidence: Array(1_000_000).fill({ frame: 0, note: '' }) }),
    /damaged/,
  ],
)
for (const [what, lie, says] of lies) {
  test(`a file that claims ${what} is refused in a sentence`, async () => {
    expect(await unpackedAnalysis(await changed(lie))).toEqual({ refused: expect.stringMatching(says) })
  })
}

test('members that no version writes are left behind, and text that hides or turns others is made visible', async () => {
  const file = await changed(({ analysis, findings }) => {
    Object.assign(analysis!, { deletedAt: 1, id: 'x', name: 'a\u202egnp.exe', notes: 'one\ntwo\u2066' })
    Object.assign((findings as unknown as object[])[0]!, { html: '<b>', title: 'On\u200be' })
  })
  const unpacked = await unpackedAnalysis(file)
  if ('refused' in unpacked) throw new Error(unpacked.refused)
  expect(unpacked.draft).not.toHaveProperty('deletedAt')
  expect(unpacked.draft).not.toHaveProperty('id')
  expect(unpacked.draft).toMatchObject({ name: 'a‹U+202E›gnp.exe', notes: 'one\ntwo‹U+2066›' })
  expect(unpacked.result.findings[0]).not.toHaveProperty('html')
  expect(unpacked.result.findings[0]!.title).toBe('On‹U+200B›e')
})

test('links lead to the sites that findings point to, and nowhere else', async () => {
  const urls = [
    'https://learn.microsoft.com/windows/',
    'https://learn.microsoft.com.evil.example/',
    'https://learn.microsoft.com@evil.example/',
    'http://learn.microsoft.com/',
    'javascript:alert(1)',
  ]
  const file = await changed(({ findings }) => {
    const references = urls.map((url) => ({ title: 'https://learn.microsoft.com/', url }))
    Object.assign((findings as unknown as object[])[0]!, { references, fix: [{ text: 'Do it', url: urls[1] }] })
  })
  const unpacked = await unpackedAnalysis(file)
  if ('refused' in unpacked) throw new Error(unpacked.refused)
  const [finding] = unpacked.result.findings
  expect(finding!.references.map(({ url }) => url)).toEqual([urls[0], undefined, undefined, undefined, undefined])
  expect(finding!.fix).toEqual([{ text: 'Do it' }])
})

test.each([
  ['an event names a frame', Tables.Event, Event.Frame],
  ['an event has a length', Tables.Event, Event.Length],
  ['a note has a length', Tables.Note, Note.KeptLength],
] as const)('tables in which %s that cannot be are refused', async (_, which, column) => {
  const tables = structuredClone(snapshot.tables)
  const page = new Uint32Array(COLUMNS[which]).fill(NONE)
  page[column] = 0x7fffffff
  tables[which] = { rows: 1, pages: [page] }
  const answer = await packedAnalysis(saved, { ...result, snapshot: { ...snapshot, tables } }, undefined)
  if ('refused' in answer) throw new Error(answer.refused)
  expect(await unpackedAnalysis(answer.file)).toEqual({ refused: expect.stringMatching(/contradict/) })
})

test.each([
  ['an interface', Frame.Interface],
  ['an address', Frame.Source],
  ['a stream', Frame.Stream],
  ['a protocol', Frame.Protocol],
  ['a length', Frame.Captured],
])('tables in which a frame names %s that cannot be are refused', async (_, column) => {
  const tables = structuredClone(snapshot.tables)
  tables[Tables.Frame]!.pages[0]![column * 2] = 0x7fffffff
  const answer = await packedAnalysis(saved, { ...result, snapshot: { ...snapshot, tables } }, undefined)
  if ('refused' in answer) throw new Error(answer.refused)
  expect(await unpackedAnalysis(answer.file)).toEqual({ refused: expect.stringMatching(/contradict/) })
})

test('a file cut at any length is refused, never thrown over', async () => {
  const bytes = await bytesOf(await packed(new Blob([new Uint8Array(saved.fileBytes)])))
  for (let length = 0; length < bytes.length; length += length < 3000 ? 37 : 5003)
    expect(await unpackedAnalysis(new Blob([bytes.subarray(0, length)]))).toHaveProperty('refused')
})

test('bytes changed anywhere give an answer', async () => {
  const bytes = await bytesOf(await packed('without'))
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 8 }), async (changes) => {
      const other = bytes.slice()
      for (const [at, value] of changes) other[at] = value
      expect(await unpackedAnalysis(new Blob([other]))).toBeDefined()
    }),
    { numRuns: 100 },
  )
})

test('an entry that claims to unpack to more than it can is not unpacked', async () => {
  const bytes = await bytesOf(await packed('without'))
  // Uncompressed size of the first entry in the central directory, APPNOTE 4.3.12.
  const directory = bytes.findIndex((_, at) => bytes[at] === 0x50 && bytes[at + 1] === 0x4b && bytes[at + 2] === 1)
  new DataView(bytes.buffer).setUint32(directory + 24, 60 << 20, true)
  expect(await unpackedAnalysis(new Blob([bytes]))).toHaveProperty('refused')
})
