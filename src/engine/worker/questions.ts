// The page's questions about what is open. Each is a line here and a function of `query/`, whose code is fetched when first asked.
import { transfer } from 'comlink'
import { Paging, type Tables } from '../../../asm/layout'
import { forgetResults } from '../../storage/results'
import type {
  AboutCapture,
  AboutTrace,
  CallOrder,
  CallRow,
  ConnectionRow,
  ErrorHelp,
  ErrorMeaning,
  EventRow,
  ExportedFrames,
  FilterCompletion,
  FilteredRows,
  FilterMistake,
  FrameChoice,
  FrameDetail,
  FrameInfo,
  FrameTime,
  MethodStatistics,
  NameRow,
  NoteOnFrame,
  Opened,
  PageCopy,
  RedactedFrames,
  ReferredFrames,
  ReportTexts,
  Ladder,
  Timeline,
  WiresharkArchive,
  WiresharkChoice,
} from '../api'
import type { Names } from '../../names/names'
import { frameTime } from '../query/rows'
import { loadNames, module } from './fetched'
import type { OpenCapture } from './open-capture'
import { opened } from './opened'

/** The questions; `current` returns what is open at the time of each. */
export function questionsAbout(current: () => OpenCapture | undefined) {
  const openCapture = () => required(current())
  /** Counts filters begun and stopped. */
  let filterings = 0

  /** The open capture without what secrets opened: what leaves the page is made of it. */
  function asSent(): OpenCapture {
    const open = openCapture()
    return open.sealed ?? open
  }

  return {
    /** A copy of one page of a table, for a page that cannot share memory. */
    page(table: Tables, index: number): PageCopy {
      const source = current()?.source.table(table)
      const rows = Math.max(0, Math.min((source?.rows() ?? 0) - (index << Paging.ROW_BITS), Paging.ROWS))
      const words = source && rows > 0 ? source.page(index).slice() : new Uint32Array(0)
      return transfer({ rows, words }, [words.buffer])
    },

    frameInfos(rows: ArrayLike<number>): FrameInfo[] {
      return current()?.frameInfos(rows) ?? []
    },

    frameTimes(rows: Uint32Array): FrameTime[] {
      const { frames } = openCapture().capture
      return Array.from(rows, (row) => frameTime(frames, row))
    },

    /** A field as a column: what it is in a line, and its texts for these frames; undefined where there is no such field. */
    async fieldColumn(name: string, rows: ArrayLike<number>): Promise<{ help: string; texts: string[] } | undefined> {
      return (await current()?.filters())?.column(name, rows)
    },

    /** What a field is in a line; undefined where filters know no such field. */
    async fieldHelp(name: string): Promise<string | undefined> {
      return (await current()?.filters())?.help(name)
    },

    /** Frames that a filter holds for. A filter that reads the file again reports how far it is; the next one cancels it. */
    async filter(
      text: string,
      referred: ReferredFrames,
      onProgress: (frames: number, of: number) => void,
    ): Promise<FilteredRows | FilterMistake> {
      const mine = ++filterings
      const filters = await current()?.filters()
      const result = (await filters?.rows(text, referred, { onProgress, isCancelled: () => mine !== filterings })) ?? {
        rows: new Uint32Array(0),
      }
      return 'rows' in result ? transfer(result, [result.rows.buffer]) : result
    },

    /** Stops a filter that reads the file. */
    cancelFilter(): void {
      filterings++
    },

    async completions(text: string, cursor: number): Promise<FilterCompletion[]> {
      const filters = await current()?.filters()
      // A user who types a filter will soon wait for one. While the capture grows it would be made for nothing.
      if (current()?.names) void filters?.prepare(text)
      return filters?.completions(text, cursor) ?? []
    },

    neighbour(frame: number, step: 1 | -1): number | undefined {
      return current()?.neighbour(frame, step)
    },

    framesBetween(fromSeconds: number, toSeconds: number): Uint32Array {
      return current()?.framesBetween(fromSeconds, toSeconds) ?? new Uint32Array(0)
    },

    callRows(calls: Uint32Array): CallRow[] {
      return current()?.callRows(calls) ?? []
    },

    /** Calls in an order, the least first, equal ones as they were made; where frames are given, those with one of them. */
    async callsBy(order: CallOrder | undefined, frames: Uint32Array | undefined): Promise<Uint32Array> {
      const { callsBy, callsWithin } = await import('../query/calls/call-order')
      const { conversation, names } = current() ?? {}
      const calls =
        conversation && names
          ? callsWithin(frames, callsBy(order, conversation, names), conversation)
          : new Uint32Array(0)
      return transfer(calls, [calls.buffer])
    },

    /** What the file says about itself, and how many of its frames are cut. */
    async about(): Promise<{ about: AboutCapture; cutFrames: number; trace?: AboutTrace }> {
      const { aboutCapture, cutFrames } = await import('../query/about')
      const { capture } = openCapture()
      const trace = await openCapture().trace()
      const { aboutTrace } = trace ? await import('../query/events') : {}
      return {
        about: aboutCapture(capture),
        cutFrames: cutFrames(capture),
        ...(trace && aboutTrace && { trace: aboutTrace(trace) }),
      }
    },

    /** Rows of the events of a trace whose texts contain the words; of all but those that only carry a frame where there are none. */
    async eventsWith(words: string): Promise<Uint32Array> {
      const trace = await current()?.trace()
      if (!trace) return new Uint32Array(0)
      const { eventsWith } = await import('../query/events')
      const rows = eventsWith(trace, words)
      return transfer(rows, [rows.buffer])
    },

    async eventRows(rows: Uint32Array): Promise<EventRow[]> {
      const open = current()
      const trace = await open?.trace()
      if (!open || !trace) return []
      const { eventRows } = await import('../query/events')
      return eventRows(trace, open.file, rows)
    },

    /** SHA-256 of the file; `onBytes` receives how many bytes have been hashed. */
    async sha256(onBytes: (bytes: number) => void): Promise<string> {
      const { fileSha256 } = await import('../query/about')
      return fileSha256(openCapture(), onBytes)
    },

    connectionRows(): ConnectionRow[] {
      return current()?.connectionRows() ?? []
    },

    async ladder(connection?: number): Promise<Ladder> {
      return current()?.ladder(connection) ?? { steps: [], callsLeftOut: 0 }
    },

    async metNames(shown?: Uint32Array): Promise<NameRow[]> {
      return current()?.metNames(shown) ?? []
    },

    async timeline(steps: number, shown?: Uint32Array): Promise<Timeline | undefined> {
      return current()?.timeline(steps, shown)
    },

    async methodStatistics(frames?: Uint32Array): Promise<MethodStatistics[]> {
      return current()?.methodStatistics(frames) ?? []
    },

    async detail(frame: number): Promise<FrameDetail> {
      return openCapture().detail(frame)
    },

    /**
     * A report of the open capture in every form; of its redacted copy where that is given. What secrets opened is in it only
     * `withClearText`, and never in a redacted one.
     */
    async report(
      shown: Opened,
      notes: NoteOnFrame[],
      redacted?: RedactedFrames,
      withClearText = false,
    ): Promise<ReportTexts> {
      const [{ exportReport }, { openWhole }] = await Promise.all([
        import('../query/export/exporting'),
        import('./open-whole'),
      ])
      const reread = async (file: Blob, names: Names) => openWhole(await module, file, names, open.decodeAs)
      const open = openCapture()
      const { sealed } = open
      if (!sealed || (withClearText && !redacted)) return exportReport(reread, open, shown, notes, redacted)
      return exportReport(reread, sealed, opened(sealed, performance.now()), notes, redacted)
    },

    /** Chosen frames of the open capture without what gives hosts and people away. */
    async exportRedacted(choice: FrameChoice, notes: NoteOnFrame[]): Promise<RedactedFrames> {
      const { exportRedacted } = await import('../query/export/exporting')
      return exportRedacted(asSent(), choice, notes)
    },

    /** Chosen frames of the open capture, which is called `name`, as a pcapng. */
    async exportFrames(name: string, choice: FrameChoice, notes: NoteOnFrame[]): Promise<ExportedFrames> {
      const { exportFrames } = await import('../query/export/exporting')
      return exportFrames(asSent(), name, choice, notes)
    },

    /** What secrets opened in the open capture, as one archive for Wireshark; without a file where there is nothing to write. */
    async exportForWireshark(choice: WiresharkChoice): Promise<WiresharkArchive> {
      const { wiresharkArchive } = await import('./wireshark-archive')
      return wiresharkArchive(openCapture(), choice)
    },

    forgetResults(): Promise<boolean> {
      return forgetResults()
    },

    async errorHelp(text: string): Promise<ErrorHelp> {
      const [names, query] = await Promise.all([loadNames(), import('../query/error-help')])
      return query.errorHelp(text, names.meanings(text.replace(/^\s*event(?: ?id)?:?\s*/i, '')))
    },

    async meanings(text: string): Promise<ErrorMeaning[]> {
      return (await loadNames()).meanings(text)
    },
  }
}

/** The open capture. Throws where none is open. */
export function required(open: OpenCapture | undefined): OpenCapture {
  if (!open) throw new Error('no capture is open')
  return open
}
