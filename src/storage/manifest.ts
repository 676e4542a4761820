// The manifest of a `.faultline` file, and whether what a file holds is one: nothing of it is believed unseen.
import type { StoredFinding } from '../diagnosis/finding'
import type { FileIdentity, NoteOnFrame, SavedAnalysis } from './database'
import type { SnapshotShape } from './snapshot-bytes'

export interface Manifest {
  format: 'faultline-analysis'
  version: number
  analysis: Omit<SavedAnalysis, 'id' | 'revision' | 'openedAt' | 'deletedAt'>
  findings: StoredFinding[]
  /** A FileFormat. */
  fileFormat: number
  tables: SnapshotShape
}

type Test = (value: unknown) => boolean

const isText: Test = (value) => typeof value === 'string'
const isCount: Test = (value) => Number.isSafeInteger(value) && (value as number) >= 0
const isTime: Test = (value) => typeof value === 'number' && Number.isFinite(value)
const listOf =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every(test)
const oneOf =
  (...values: unknown[]): Test =>
  (value) =>
    values.includes(value)
const maybe =
  (test: Test): Test =>
  (value) =>
    value === undefined || test(value)
/** An object whose members pass; others may be there too. */
const record =
  <T>(members: Record<keyof T & string, Test>): Test =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries<Test>(members).every(([name, test]) => test((value as Record<string, unknown>)[name]))

const isAnalysis = record<Manifest['analysis']>({
  name: isText,
  found: isText,
  notes: isText,
  tags: listOf(isText),
  marks: listOf(record<NoteOnFrame>({ frame: isCount, marked: oneOf(true, false), comment: isText })),
  filter: isText,
  view: isText,
  frame: isCount,
  fileName: isText,
  fileBytes: isCount,
  identity: record<FileIdentity>({ method: oneOf('sha256', 'samples', 'size'), text: isText }),
  frames: isCount,
  findings: isCount,
  tableBytes: isCount,
  captureBytes: isCount,
  resultVersion: isCount,
  toolVersion: isText,
  savedAt: isTime,
  changedAt: isTime,
})

const isEvidence = record({ frame: isCount, note: isText })

const isFinding = record<StoredFinding>({
  kind: oneOf('finding', 'normal', 'limit'),
  rule: isText,
  severity: oneOf('error', 'warning', 'note'),
  confidence: oneOf('high', 'medium', 'low'),
  title: isText,
  explanation: isText,
  advice: listOf(isText),
  symptom: maybe(isText),
  atFault: maybe(record({ party: isText, text: isText })),
  effect: maybe(isText),
  // Files of the first release have neither of the next two: completeFinding() fills them in.
  fix: maybe(listOf(record({ text: isText, copy: maybe(isText), url: maybe(isText) }))),
  occurrences: maybe(
    listOf(
      record({
        label: isText,
        method: maybe(isText),
        evidence: listOf(isEvidence),
        streams: listOf(isCount),
        first: isCount,
        last: isCount,
      }),
    ),
  ),
  layers: listOf(record({ layer: isText, code: isText, text: isText })),
  evidence: listOf(isEvidence),
  references: listOf(record({ title: isText, url: maybe(isText) })),
  streams: listOf(isCount),
  count: maybe(isCount),
  executed: maybe(oneOf('yes', 'no', 'unknown')),
  filter: maybe(isText),
  wouldHelp: maybe(isText),
  identities: maybe(listOf(record({ role: isText, name: isText }))),
  mutedBy: maybe(isText),
})

const isWhole = record<Manifest>({
  format: oneOf('faultline-analysis'),
  version: isCount,
  analysis: isAnalysis,
  findings: listOf(isFinding),
  fileFormat: isCount,
  tables: record<SnapshotShape>({
    tables: listOf(record({ rows: isCount, columns: isCount })),
    chunks: listOf(record({ at: isCount, length: isCount })),
  }),
})

export function isManifest(value: unknown): value is Manifest {
  return isWhole(value)
}
