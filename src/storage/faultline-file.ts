// A saved analysis as one file, `.faultline`: a ZIP archive of
//   faultline.json   the manifest below: what was saved, the findings, the shape of the tables
//   tables.bin       the tables and kept bytes (snapshot-bytes.ts)
//   capture/<name>   the capture's bytes, stored as they are; absent where they were not kept
// A reader refuses a later VERSION. Additions that an older reader may ignore do not raise it.
import type { SavedAnalysis, StoredResult } from './database'
import { archiveOf, listArchive, storedEntry, unpackedEntry } from './archive'
import { type Manifest, manifestOf } from './manifest'
import type { Refused } from './storage-error'
import { RESULT_VERSION } from './results'
import type { Draft } from './saved'
import { contradictsItself } from './snapshot-check'
import { snapshotOf, snapshotPieces, snapshotShape } from './snapshot-bytes'

const VERSION = 1
const MANIFEST = 'faultline.json'
const TABLES = 'tables.bin'
const CAPTURE = 'capture/'
/** The plain ZIP format ends at 4 GiB; headers and tables need some of that. */
const MOST_CAPTURE_BYTES = 3.5 * 2 ** 30
const MOST_MANIFEST_BYTES = 16 << 20
const MOST_TABLE_BYTES = 1 << 30

/** What a file held: what save() takes. */
export interface Unpacked {
  draft: Draft
  result: StoredResult
  capture: Blob | undefined
}

/** Writes the file. */
export async function packedAnalysis(
  saved: SavedAnalysis,
  { snapshot, findings, format }: StoredResult,
  capture: Blob | undefined,
): Promise<{ file: Blob } | Refused> {
  if (capture && capture.size > MOST_CAPTURE_BYTES)
    return { refused: 'A file for export cannot hold a capture of more than 3.5 GiB.' }
  const { id: _, revision: __, openedAt: ___, ...analysis } = saved
  const manifest: Manifest = {
    format: 'faultline-analysis',
    version: VERSION,
    analysis,
    findings,
    fileFormat: format,
    tables: snapshotShape(snapshot),
  }
  const json = new TextEncoder().encode(JSON.stringify(manifest))
  const entries = [
    { name: MANIFEST, packed: true, pieces: [json] },
    { name: TABLES, packed: true, pieces: snapshotPieces(snapshot) },
  ]
  const name = CAPTURE + saved.fileName.replace(/[\\/\0]/g, '_')
  const file = await archiveOf(capture ? [...entries, { name, packed: false, pieces: pieces(capture) }] : entries)
  return { file }
}

/** Reads a file that packedAnalysis() wrote, or says why it cannot be one. */
export async function unpackedAnalysis(file: Blob): Promise<Unpacked | Refused> {
  const entries = await listArchive(file)
  const listed = entries?.find(({ name }) => name === MANIFEST)
  if (!entries || !listed) return { refused: 'This file holds no saved analysis.' }
  const json = parsed(await unpackedEntry(file, listed, MOST_MANIFEST_BYTES))
  if (later(json))
    return { refused: 'This file was written by a newer version of Faultline: open it there, or reload this page.' }
  const manifest = manifestOf(json)
  if (!manifest) return { refused: 'This file is damaged: what it says of the analysis cannot be read.' }
  const { analysis, findings, fileFormat, tables } = manifest
  const capture = entries.find(({ name }) => name.startsWith(CAPTURE))
  const bytes = capture && (await storedEntry(file, capture))
  if (capture && bytes?.size !== analysis.fileBytes)
    return { refused: 'This file is damaged: the capture in it is not whole.' }
  const tableEntry = entries.find(({ name }) => name === TABLES)
  const tableBytes = tableEntry && (await unpackedEntry(file, tableEntry, MOST_TABLE_BYTES))
  const snapshot = tableBytes && snapshotOf(tables, tableBytes)
  if (!snapshot)
    return {
      refused:
        analysis.resultVersion === RESULT_VERSION
          ? 'This file is damaged: its tables are not whole.'
          : `This file was written by Faultline ${analysis.toolVersion}, whose tables this version cannot read. ${capture ? 'Unpack it as a ZIP archive and open the capture inside.' : 'Open the capture itself.'}`,
    }
  if (contradictsItself(snapshot)) return { refused: 'This file is damaged: its tables contradict themselves.' }
  const { tableBytes: _, captureBytes: __, savedAt: ___, changedAt: ____, ...draft } = analysis
  return { draft, result: { snapshot, findings, format: fileFormat }, capture: bytes }
}

function parsed(bytes: Uint8Array | undefined): unknown {
  try {
    return bytes && JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}

function later(manifest: unknown): boolean {
  const { format, version } = (manifest ?? {}) as Partial<Manifest>
  return format === 'faultline-analysis' && typeof version === 'number' && version > VERSION
}

async function* pieces(blob: Blob): AsyncIterable<Uint8Array> {
  const step = 4 << 20
  for (let at = 0; at < blob.size; at += step) yield new Uint8Array(await blob.slice(at, at + step).arrayBuffer())
}
