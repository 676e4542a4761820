// Saved analyses as the page asks for them: what is open goes in, what was saved becomes what is open.
import { Tables } from '../../../asm/layout'
import { Capture } from '../../capture/capture'
import { SnapshotSource, sourceBytes, takeSnapshot } from '../../capture/snapshot'
import type { Unpacked } from '../../storage/faultline-file'
import type { FileIdentity, SavedAnalysis, StoredResult } from '../../storage/database'
import type { Change } from '../../storage/merge'
import type { Refused } from '../../storage/storage-error'
import { RESULT_VERSION, cachedBytes } from '../../storage/results'
import * as cases from '../../storage/saved'
import { fitsLayout } from '../../storage/snapshot-bytes'
import { conversationOf } from '../read/analysis'
import type { Opened, OpenedSaved, Progress, Failure, SaveRequest, SavingSizes, TableHandle } from '../api'
import { foundText } from '../../describe/finding-text'
import { identityOf } from '../read/fingerprint'
import type { OpenCapture } from './open-capture'
import { TOOL_VERSION } from '../version'
import { MissingSource, type Source, sourceOf } from '../read/source'

/** What the worker lends: the capture that is open, and its two ways of opening one. */
export interface Door {
  current(): OpenCapture | undefined
  showStored(
    name: string,
    stored: StoredResult,
    source: Source,
    onProgress: (progress: Progress) => void,
    onTables: (handle: TableHandle) => Promise<void> | void,
  ): Promise<Opened>
  read(
    file: Blob,
    name: string,
    onProgress: (progress: Progress) => void,
    onTables: (handle: TableHandle) => Promise<void> | void,
  ): Promise<Opened | Failure>
}

export type Keeping = ReturnType<typeof keepingBehind>

const NOT_OPEN: Refused = { refused: 'No capture is open.' }
const LIST_ADVICE = 'The start page lists what this browser has stored.'

/** The functions; the page reaches them by Comlink. */
export function keepingBehind(door: Door) {
  /** The file's identity costs reading it: made once for each open capture. */
  const identities = new WeakMap<OpenCapture, Promise<FileIdentity>>()

  function identityOfOpen(open: OpenCapture, blob: Blob): Promise<FileIdentity> {
    const known = identities.get(open) ?? identityOf(blob)
    identities.set(open, known)
    return known
  }

  function resultOf(open: OpenCapture): StoredResult {
    return { snapshot: takeSnapshot(open.source), findings: open.findings, format: open.format }
  }

  return {
    /** Saves what is open under a name. */
    async save(request: SaveRequest): Promise<{ saved: SavedAnalysis } | Refused> {
      const open = door.current()
      if (!open?.conversation) return NOT_OPEN
      const { withCapture, ...asked } = request
      const { blob } = open.file
      if (!blob) return { refused: 'The capture’s file is not available: choose it again, then save.' }
      try {
        const draft = {
          ...asked,
          ...aboutOf(open),
          fileName: open.name,
          fileBytes: blob.size,
          identity: await identityOfOpen(open, blob),
        }
        return await cases.save(draft, resultOf(open), withCapture ? blob : undefined)
      } catch (error) {
        return { refused: `Nothing was saved: ${error instanceof Error ? error.message : String(error)}.` }
      }
    },

    /** What saving the open capture would take, and what cached results could make room for. */
    async sizes(): Promise<SavingSizes> {
      const open = door.current()
      return {
        tables: open ? sourceBytes(open.source) : 0,
        capture: open?.file.blob?.size ?? 0,
        cached: await cachedBytes(),
      }
    },

    /** Opens a saved analysis; tables of another version are made again from the capture, where that was kept. */
    async open(
      id: string,
      onProgress: (progress: Progress) => void,
      onTables: (handle: TableHandle) => Promise<void> | void,
    ): Promise<OpenedSaved | Failure> {
      const loaded = await cases.load(id)
      if ('refused' in loaded) return { ...loaded, advice: LIST_ADVICE }
      const { saved, result, capture } = loaded
      const name = saved.fileName
      const current = saved.resultVersion === RESULT_VERSION
      if (current || !capture) {
        if (!fitsLayout(result.snapshot))
          return {
            refused: `${saved.name} was saved by Faultline ${saved.toolVersion}, whose tables this version cannot read.`,
            advice: `Open ${name} itself to analyse it again.`,
          }
        const source = capture ? await sourceOf(capture) : new MissingSource(saved.fileBytes)
        const opened = await door.showStored(name, result, source, onProgress, onTables)
        const open = door.current()
        if (open && saved.identity.method === 'sha256') open.savedSha256 = saved.identity.text
        const aged = `Faultline ${saved.toolVersion} made this analysis: open ${name} itself to analyse it again.`
        return { saved, opened: current ? opened : { ...opened, notices: [aged, ...opened.notices] } }
      }
      const opened = await door.read(capture, name, onProgress, onTables)
      const open = door.current()
      if ('refused' in opened || !open) return 'refused' in opened ? opened : { ...NOT_OPEN, advice: '' }
      await cases.renew(id, resultOf(open), aboutOf(open))
      return { saved, opened }
    },

    /** Takes a file for the open analysis, whose bytes were not saved, if it is the same one. */
    async provide(file: Blob, saved: SavedAnalysis): Promise<{ provided: true } | Refused> {
      const open = door.current()
      if (!open) return NOT_OPEN
      const { method, text } = saved.identity
      if (file.size !== saved.fileBytes)
        return {
          refused: `This is another file: it has ${file.size.toLocaleString('en')} bytes, ${saved.fileName} had ${saved.fileBytes.toLocaleString('en')}.`,
        }
      const identity = await identityOf(file)
      if (method !== 'size' && identity.method === method && identity.text !== text)
        return { refused: `This is another file: it is as long as ${saved.fileName} was, but its contents differ.` }
      open.file = await sourceOf(file)
      return { provided: true }
    },

    /** Keeps the open capture's bytes with its saved analysis, or no more. */
    async keepCapture(id: string, keep: boolean): Promise<{ saved: SavedAnalysis } | Refused> {
      const blob = door.current()?.file.blob
      if (keep && !blob) return NOT_OPEN
      return cases.keepCapture(id, keep ? blob : undefined)
    },

    /** One saved analysis as a file. */
    async exportFile(id: string): Promise<{ file: Blob } | Refused> {
      const loaded = await cases.load(id)
      if ('refused' in loaded) return loaded
      const { packedAnalysis } = await import('../../storage/faultline-file')
      return packedAnalysis(loaded.saved, loaded.result, loaded.capture)
    },

    /** Keeps what such a file holds, as an analysis of its own. */
    async importFile(file: Blob): Promise<{ saved: SavedAnalysis } | Refused> {
      const { unpackedAnalysis } = await import('../../storage/faultline-file')
      const unpacked = await unpackedAnalysis(file)
      if ('refused' in unpacked) return unpacked
      const { draft, result, capture } = unpacked
      const damaged = await damageOf(unpacked)
      return damaged ? { refused: damaged } : cases.save(draft, result, capture)
    },

    /** What is open as such a file, but without the capture's bytes and without keeping anything. */
    async packResult(request: Omit<SaveRequest, 'withCapture'>): Promise<{ file: Blob } | Refused> {
      const open = door.current()
      if (!open?.conversation) return NOT_OPEN
      const { packedAnalysis } = await import('../../storage/faultline-file')
      const { blob, size } = open.file
      const identity: FileIdentity = blob ? await identityOfOpen(open, blob) : { method: 'size', text: String(size) }
      const now = Date.now()
      const draft = { ...request, ...aboutOf(open), fileName: open.name, fileBytes: size, identity }
      return packedAnalysis(
        { ...draft, ...unkept(), savedAt: now, changedAt: now, openedAt: now },
        resultOf(open),
        undefined,
      )
    },

    /** Opens what such a file holds without keeping it. */
    async openFile(
      file: Blob,
      onProgress: (progress: Progress) => void,
      onTables: (handle: TableHandle) => Promise<void> | void,
    ): Promise<OpenedSaved | Failure> {
      const { unpackedAnalysis } = await import('../../storage/faultline-file')
      const unpacked = await unpackedAnalysis(file)
      const damaged = 'refused' in unpacked ? unpacked.refused : await damageOf(unpacked)
      if ('refused' in unpacked || damaged) return { refused: damaged ?? '', advice: 'Open the capture itself.' }
      const { draft, result, capture } = unpacked
      const saved = { ...draft, ...unkept(), captureBytes: capture?.size ?? 0, savedAt: 0, changedAt: 0, openedAt: 0 }
      if (capture) {
        const opened = await door.read(capture, draft.fileName, onProgress, onTables)
        return 'refused' in opened ? opened : { saved, opened }
      }
      const source = new MissingSource(draft.fileBytes)
      return { saved, opened: await door.showStored(draft.fileName, result, source, onProgress, onTables) }
    },

    list: () => cases.savedList(),
    one: (id: string) => cases.savedOne(id),
    change: (id: string, change: Change) => cases.change(id, change),
    remove: (id: string) => cases.remove(id),
    restore: (id: string) => cases.restore(id),
    purge: (id: string) => cases.purge(id),
  }
}

/** What a saved analysis has that is not stored here. */
function unkept() {
  return { id: '', revision: 0, tableBytes: 0, captureBytes: 0 }
}

/** Why what a file holds cannot be shown: its tables contradict themselves, or the capture is not the one that it names. */
async function damageOf({ draft, result, capture }: Unpacked): Promise<string | undefined> {
  const { method, text } = draft.identity
  if (capture && method === 'sha256') {
    const identity = await identityOf(capture)
    if (identity.method === method && identity.text !== text)
      return 'This file is damaged: the capture in it is not the one that was saved.'
  }
  const rows = result.snapshot.tables[Tables.Frame]?.rows ?? 0
  if (rows !== draft.frames || result.findings.some(({ evidence }) => evidence.some(({ frame }) => frame >= rows)))
    return 'This file is damaged: its frames and findings do not belong together.'
  try {
    conversationOf(new Capture(new SnapshotSource(result.snapshot)))
  } catch {
    return 'This file is damaged: its tables contradict themselves.'
  }
  return undefined
}

/** What the result says of itself; `found` is the first finding's sentence. */
function aboutOf({ capture, findings }: OpenCapture): cases.About {
  const wrong = findings.filter(({ kind, mutedBy }) => kind === 'finding' && !mutedBy)
  return {
    found: foundText(findings, { frames: capture.frames.rows, pdus: capture.pdus.rows }),
    frames: capture.frames.rows,
    findings: wrong.length,
    resultVersion: RESULT_VERSION,
    toolVersion: TOOL_VERSION,
  }
}
