// Questions that the page passes to the worker as they are; what opens and ends is the client's.
import { type Remote, proxy } from 'comlink'
import type {
  AboutCapture,
  AboutTrace,
  CallOrder,
  CallRow,
  Compared,
  ConnectionRow,
  EventRow,
  ExportedFrames,
  FilterCompletion,
  FilteredRows,
  FilterMistake,
  FrameChoice,
  FrameDetail,
  FrameTime,
  MethodStatistics,
  NameRow,
  NoteOnFrame,
  Opened,
  Progress,
  RedactedFrames,
  ReferredFrames,
  Failure,
  ReportTexts,
  Ladder,
  Timeline,
  WiresharkArchive,
  WiresharkChoice,
} from '../api'
import type { Engine } from '../worker/engine'

export abstract class Questions {
  protected abstract readonly engine: Remote<Engine>

  /** What a field is in a line; undefined where filters know no such field. */
  fieldHelp(name: string): Promise<string | undefined> {
    return this.engine.fieldHelp(name)
  }

  /** Stops a filter that reads the file. */
  cancelFilter(): void {
    void this.engine.cancelFilter()
  }

  /** How a filter that is being typed may go on. */
  completions(text: string, cursor: number): Promise<FilterCompletion[]> {
    return this.engine.completions(text, cursor)
  }

  /** The next (1) or previous (-1) frame of a frame's conversation, where there is one. */
  neighbour(frame: number, step: 1 | -1): Promise<number | undefined> {
    return this.engine.neighbour(frame, step)
  }

  /** Rows of the frames captured from one second to another, counted from the first frame. */
  framesBetween(fromSeconds: number, toSeconds: number): Promise<Uint32Array> {
    return this.engine.framesBetween(fromSeconds, toSeconds)
  }

  detail(frame: number): Promise<FrameDetail> {
    return this.engine.detail(frame)
  }

  callRows(calls: Uint32Array): Promise<CallRow[]> {
    return this.engine.callRows(calls)
  }

  /** Calls in an order, the least first, or as they were made; where frames are given, those with one of them. */
  callsBy(order: CallOrder | undefined, frames?: Uint32Array): Promise<Uint32Array> {
    return this.engine.callsBy(order, frames)
  }

  /** What the open file says about itself, and how many of its frames are cut. */
  about(): Promise<{ about: AboutCapture; cutFrames: number; trace?: AboutTrace }> {
    return this.engine.about()
  }

  /** Rows of the events of a trace whose texts contain the words. */
  eventsWith(words: string): Promise<Uint32Array> {
    return this.engine.eventsWith(words)
  }

  eventRows(rows: Uint32Array): Promise<EventRow[]> {
    return this.engine.eventRows(rows)
  }

  /** SHA-256 of the open file; empty where it is not available. `onBytes` receives how many bytes have been hashed. */
  sha256(onBytes: (bytes: number) => void): Promise<string> {
    return this.engine.sha256(proxy(onBytes))
  }

  connectionRows(): Promise<ConnectionRow[]> {
    return this.engine.connectionRows()
  }

  /** What happened step by step on one connection, or on all of them. */
  ladder(connection?: number): Promise<Ladder> {
    return this.engine.ladder(connection)
  }

  /** When frames were captured. */
  frameTimes(rows: Uint32Array): Promise<FrameTime[]> {
    return this.engine.frameTimes(rows)
  }

  /** Hosts, users, interfaces, objects and pipes met; where frames are given, in those. */
  metNames(shown?: Uint32Array): Promise<NameRow[]> {
    return this.engine.metNames(shown)
  }

  /** What happened over time, in so many steps, of the frames shown; undefined while nothing is open. */
  timeline(steps: number, shown?: Uint32Array): Promise<Timeline | undefined> {
    return this.engine.timeline(steps, shown)
  }

  /** Response times by method, of the calls that have one of the frames. */
  methodStatistics(frames?: Uint32Array): Promise<MethodStatistics[]> {
    return this.engine.methodStatistics(frames)
  }

  /** Reads another file and says how it differs from the open one; undefined when it was stopped. */
  compareWith(
    file: Blob,
    name: string,
    onProgress: (progress: Progress) => void,
  ): Promise<Compared | Failure | undefined> {
    return this.engine.compareWith(file, name, proxy(onProgress))
  }

  stopComparing(): void {
    void this.engine.stopComparing()
  }

  /** A report of the open capture in every form, of its redacted copy where that is given; `notes` are the user's. */
  report(opened: Opened, notes: NoteOnFrame[], redacted?: RedactedFrames, withClearText = false): Promise<ReportTexts> {
    return this.engine.report(opened, notes, redacted, withClearText)
  }

  stopUnsealing(): void {
    void this.engine.stopUnsealing()
  }

  /** Chosen frames of the open capture without what gives hosts and people away. */
  exportRedacted(choice: FrameChoice, notes: NoteOnFrame[]): Promise<RedactedFrames> {
    return this.engine.exportRedacted(choice, notes)
  }

  /** What secrets opened in the open capture, as one archive for Wireshark. */
  exportForWireshark(choice: WiresharkChoice): Promise<WiresharkArchive> {
    return this.engine.exportForWireshark(choice)
  }

  /** Chosen frames of the open capture, which is called `name`, as a pcapng. */
  exportFrames(name: string, choice: FrameChoice, notes: NoteOnFrame[]): Promise<ExportedFrames> {
    return this.engine.exportFrames(name, choice, notes)
  }

  /** Drops every result kept of captures opened before. */
  forgetResults(): Promise<boolean> {
    return this.engine.forgetResults()
  }

  /**
   * Rows of the frames that a display filter holds for, which may refer to frames that the user marked and selected, or what
   * is wrong with the filter. `onProgress` is called while the file is read again; another filter cancels it.
   */
  filter(
    text: string,
    referred: ReferredFrames,
    onProgress: (frames: number, of: number) => void,
  ): Promise<FilteredRows | FilterMistake> {
    return this.engine.filter(text, referred, proxy(onProgress))
  }
}
