// A file that the reading thread reads (reading-thread.ts), as the engine's thread sees it: rows appear in shared memory, and
// the conversation takes those that are whole.
import { FileFormat } from '../../../../asm/layout'
import { Capture } from '../../../capture/capture'
import { RowAnalysis, type Rows } from '../analysis'
import type { BlobSource } from '../blob-source'
import { MemorySource } from '../parser'
import type { ReadOrder, ReadReport, ReadStep } from './reading-thread'

/** The part of a Worker that is needed: a MessagePort has it as well. */
export interface Thread {
  postMessage(order: ReadOrder): void
  addEventListener(type: 'message', listener: (event: MessageEvent<ReadReport>) => void): void
  addEventListener(type: 'error', listener: (event: Event) => void): void
}

class DistantRows implements Rows {
  readonly capture: Capture
  format: FileFormat = FileFormat.Unknown

  constructor(readonly tables: MemorySource) {
    this.capture = new Capture(tables)
  }
}

/** One reading. Rows can be read from `analysis.capture` at any time. */
export class DistantReading {
  readonly analysis: RowAnalysis
  #onBytes: ((bytes: number) => unknown) | undefined

  private constructor(
    private readonly source: BlobSource,
    private readonly rows: DistantRows,
    private readonly over: Promise<void>,
  ) {
    this.analysis = new RowAnalysis(rows)
  }

  /** Has a thread read a source. Rejects where the thread cannot be started, or fails before there are tables. */
  static start(thread: Thread, module: WebAssembly.Module, source: BlobSource): Promise<DistantReading> {
    return new Promise((resolve, reject) => {
      let reading: DistantReading | undefined
      let failed = reject
      let finished: () => void
      const over = new Promise<void>((resolveOver, rejectOver) => {
        finished = resolveOver
        failed = (failure) => {
          reject(failure as Error) // of no consequence once there are tables
          rejectOver(failure as Error)
        }
      })
      over.catch(() => undefined) // who waits for tables, or reads, has it
      thread.addEventListener('error', () => failed(new Error('the reading thread failed')))
      thread.addEventListener('message', ({ data }) => {
        if ('failure' in data) failed(data.failure)
        else if ('memory' in data) {
          reading = new DistantReading(source, new DistantRows(new MemorySource(data.memory, data.headers)), over)
          resolve(reading)
        } else
          try {
            reading?.take(data)
            if (data.isOver) finished()
          } catch (error) {
            failed(error)
          }
      })
      thread.postMessage({ module, file: source.blob })
    })
  }

  get tables(): MemorySource {
    return this.rows.tables
  }

  get format(): FileFormat {
    return this.rows.format
  }

  /** Resolves when the whole file was read and its rows were taken; rejects as the reading itself does. */
  read(onBytes?: (bytes: number) => unknown): Promise<void> {
    this.#onBytes = onBytes
    return this.over
  }

  private take({ pduRows, format, consumed, note }: ReadStep): void {
    this.rows.format = format
    this.source.consumed = consumed
    this.source.note = note
    this.analysis.take(pduRows)
    this.#onBytes?.(consumed)
  }
}
