// The manifest of a `.faultline` file, read member by member: nothing of it is believed unseen, lists and texts are bounded,
// and members that are not listed here are left behind.
import { legible, legibleLines } from '../capture/legible'
import type { Reference, StoredFinding } from '../diagnosis/finding'
import { references } from '../diagnosis/text/references'
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

/** Characters of a name or title, of a paragraph, and of what a user writes. */
const MAX_NAME = 4_000
const MAX_PARAGRAPH = 40_000
const MAX_NOTES = 1_000_000
/** As many as a page can show; the rules find far fewer (diagnose.ts). */
const MAX_FINDINGS = 2_000
const MAX_ITEMS = 200
const MAX_TAGS = 200
const MAX_MARKS = 100_000
const MAX_STREAMS = 1_000_000
const MAX_TABLES = 64
/** Of a mebibyte each. */
const MAX_CHUNKS = 4096

/** What a file holds is not what it should be. */
class Unfit extends Error {}

/** Gives the value as it is believed, or throws Unfit. */
type Read<T> = (value: unknown) => T

function reading<T>(passes: (value: unknown) => boolean): Read<T> {
  return (value) => {
    if (!passes(value)) throw new Unfit()
    return value as T
  }
}

const count = reading<number>((value) => Number.isSafeInteger(value) && (value as number) >= 0)
const time = reading<number>((value) => typeof value === 'number' && Number.isFinite(value))
const oneOf = <T>(...values: T[]): Read<T> => reading((value) => values.includes(value as T))

/** Text of one line; what draws nothing or turns the direction of the text around it becomes visible. */
const line = (most = MAX_NAME): Read<string> => {
  const read = reading<string>((value) => typeof value === 'string' && value.length <= most)
  return (value) => legible(read(value))
}

/** Text of several lines. */
const lines = (most = MAX_PARAGRAPH): Read<string> => {
  const read = reading<string>((value) => typeof value === 'string' && value.length <= most)
  return (value) => legibleLines(read(value))
}

function list<T>(read: Read<T>, most = MAX_ITEMS): Read<T[]> {
  const whole = reading<unknown[]>((value) => Array.isArray(value) && value.length <= most)
  return (value) => whole(value).map(read)
}

function maybe<T>(read: Read<T>): Read<T | undefined> {
  return (value) => (value === undefined ? undefined : read(value))
}

/** An object of these members alone. */
function record<T>(members: { [Name in keyof T]-?: Read<T[Name]> }): Read<T> {
  const isObject = reading<Record<string, unknown>>((value) => typeof value === 'object' && value !== null)
  return (value) => {
    const given = isObject(value)
    const entries = Object.entries<Read<unknown>>(members).map(([name, read]) => [name, read(given[name])] as const)
    return Object.fromEntries(entries.filter(([, member]) => member !== undefined)) as T
  }
}

const readAnalysis = record<Manifest['analysis']>({
  name: line(),
  found: line(),
  notes: lines(MAX_NOTES),
  tags: list(line(), MAX_TAGS),
  marks: list(record<NoteOnFrame>({ frame: count, marked: oneOf(true, false), comment: lines(MAX_NOTES) }), MAX_MARKS),
  accepted: maybe(list(line(MAX_PARAGRAPH))),
  filter: line(),
  view: line(),
  frame: count,
  fileName: line(),
  fileBytes: count,
  identity: record<FileIdentity>({ method: oneOf('sha256', 'samples', 'size'), text: line() }),
  frames: count,
  findings: count,
  tableBytes: count,
  captureBytes: count,
  resultVersion: count,
  toolVersion: line(),
  savedAt: time,
  changedAt: time,
})

const readEvidence = record({ frame: count, note: lines() })

/** Hosts of the documents that findings point to; links to others are not believed. */
const HOSTS = new Set(Object.values<Reference>(references).flatMap(({ url }) => (url ? [new URL(url).hostname] : [])))

/** A link to one of HOSTS; undefined for any other, whatever it is called. */
function link(value: unknown): string | undefined {
  const text = maybe(line())(value)
  if (text === undefined || !URL.canParse(text)) return undefined
  const { protocol, hostname, port, username, password, href } = new URL(text)
  return protocol === 'https:' && HOSTS.has(hostname) && !port && !username && !password ? href : undefined
}

const readFinding = record<StoredFinding>({
  kind: oneOf('finding', 'normal', 'limit'),
  rule: line(),
  severity: oneOf('error', 'warning', 'note'),
  confidence: oneOf('high', 'medium', 'low'),
  title: lines(),
  explanation: lines(),
  advice: list(lines()),
  symptom: maybe(lines()),
  atFault: maybe(
    record({
      party: oneOf('client', 'server', 'network', 'configuration', 'account', 'capture', 'none'),
      text: lines(),
    }),
  ),
  effect: maybe(lines()),
  aftermath: maybe(lines()),
  // Files of the first release have neither of the next two: completeFinding() fills them in.
  fix: maybe(list(record({ text: lines(), copy: maybe(lines()), url: link }))),
  occurrences: maybe(
    list(
      record({
        label: lines(),
        method: maybe(line()),
        evidence: list(readEvidence),
        streams: list(count, MAX_STREAMS),
        identities: maybe(list(record({ role: line(), name: line(), did: maybe(line()) }))),
        first: count,
        last: count,
      }),
    ),
  ),
  layers: list(record({ layer: line(), code: line(), text: lines() })),
  evidence: list(readEvidence),
  references: list(record({ title: line(), url: link })),
  streams: list(count, MAX_STREAMS),
  count: maybe(count),
  executed: maybe(oneOf('yes', 'no', 'unknown')),
  filter: maybe(line()),
  wouldHelp: maybe(lines()),
  identities: maybe(list(record({ role: line(), name: line(), did: maybe(line()) }))),
  mutedBy: maybe(line()),
})

const readWhole = record<Manifest>({
  format: oneOf('faultline-analysis'),
  version: count,
  analysis: readAnalysis,
  findings: list(readFinding, MAX_FINDINGS),
  fileFormat: count,
  tables: record<SnapshotShape>({
    tables: list(record({ rows: count, columns: count }), MAX_TABLES),
    chunks: list(record({ at: count, length: count }), MAX_CHUNKS),
  }),
})

/** The manifest with its known members; undefined where one is missing, of another kind, too long, or about frames that do not exist. */
export function manifestOf(value: unknown): Manifest | undefined {
  try {
    const manifest = readWhole(value)
    return isWithinFrames(manifest) ? manifest : undefined
  } catch (error) {
    if (error instanceof Unfit) return undefined
    throw error
  }
}

/** True if all frames that it names exist, and marks stand in the order of their frames, one a frame. */
function isWithinFrames({ analysis: { frames, frame, marks }, findings }: Manifest): boolean {
  const isFrame = (row: number) => row < frames
  return (
    (frame === 0 || isFrame(frame)) &&
    marks.every(({ frame: row }, at) => isFrame(row) && (at === 0 || marks[at - 1]!.frame < row)) &&
    findings.every(
      ({ evidence, occurrences = [] }) =>
        evidence.every((one) => isFrame(one.frame)) &&
        occurrences.every((one) => one.evidence.every(({ frame: row }) => isFrame(row))),
    )
  )
}
