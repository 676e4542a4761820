// How a file is read: by a thread of its own where the browser lets threads share memory, else by the engine's.
import type { FileFormat } from '../../../asm/layout'
import type { PortProtocol } from '../../capture/port-protocol'
import type { Conversation } from '../../conversation/model'
import { Analysis, type RowAnalysis } from '../read/analysis'
import { BlobSource } from '../read/blob-source'
import { DistantReading } from '../read/thread/distant-reading'
import { type MemorySource, Parser } from '../read/parser'
import type { Source } from '../read/source'
import { module } from './fetched'
import { startReadingWorker } from './start-reading-worker'

/** A smaller file is read before a second thread has begun. */
const LEAST_BYTES = 8 << 20

/** A file on its way to findings. */
export interface Reading {
  /** When it began, by performance.now(). */
  readonly started: number
  readonly analysis: RowAnalysis
  readonly tables: MemorySource
  /** Describes frames. */
  readonly parser: Parser
  readonly format: FileFormat
  /** Reads all of it; `onBytes` receives how much of the file was read. */
  read(onBytes: (bytes: number) => unknown): Promise<void>
  /** The conversation of all that was read. */
  end(): Conversation
  /** Ends a reading that is not wanted; of no consequence once it is over. */
  stop(): void
}

let spare: Worker | undefined

/** Starts the thread for the first file, while the user still looks for it. */
export function prepareReading(): void {
  if (self.crossOriginIsolated) spare ??= startReadingWorker()
}

/** True if another thread may look into this memory. WebKitGTK refuses to post it, isolated or not. */
export function isShareable(memory: WebAssembly.Memory): boolean {
  const { port1 } = new MessageChannel()
  try {
    port1.postMessage(memory)
    return self.crossOriginIsolated
  } catch {
    return false
  } finally {
    port1.close()
  }
}

/**
 * A thread of its own begins to read at once; the engine's own does so with read(). Ports that the user assigned to a protocol
 * are known to the engine's own only, which then reads a file of any size.
 */
export async function startReading(source: Source, decodeAs?: readonly PortProtocol[]): Promise<Reading> {
  return (decodeAs ? undefined : await distantReading(source)) ?? localReading(source, decodeAs)
}

async function localReading(source: Source, decodeAs?: readonly PortProtocol[]): Promise<Reading> {
  const started = performance.now()
  const analysis = await Analysis.start(await module, undefined, decodeAs)
  const { parser } = analysis
  return {
    started,
    analysis,
    tables: parser.source,
    parser,
    get format() {
      return parser.format
    },
    read: (onBytes) => analysis.read(source, onBytes),
    end: () => analysis.end(),
    stop: () => undefined, // it has not begun before read()
  }
}

/** Undefined where no thread can be had, or none is worth it. */
async function distantReading(source: Source): Promise<Reading | undefined> {
  if (!(source instanceof BlobSource) || source.size < LEAST_BYTES) return undefined
  const started = performance.now()
  const parser = await Parser.over(await module)
  if (!isShareable(parser.memory)) return undefined
  let thread: Worker | undefined
  let reading: DistantReading
  try {
    thread = spare ?? startReadingWorker()
    spare = undefined
    if (!thread) return undefined
    reading = await DistantReading.start(thread, await module, source)
  } catch {
    thread?.terminate()
    return undefined
  }
  const { analysis, tables } = reading
  return {
    started,
    analysis,
    tables,
    parser,
    get format() {
      return reading.format
    },
    read: (onBytes) => reading.read(onBytes).finally(() => thread?.terminate()),
    end: () => analysis.conclude(),
    stop: () => thread?.terminate(),
  }
}
