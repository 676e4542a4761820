// The reading thread's work: it streams a file and parses it into memory that the engine's thread sees too, which makes the
// conversation of the rows meanwhile (distant-reading.ts). One thread reads one file:
//
//   engine  -> reader   ReadOrder
//   reader  -> engine   ReadTables     before the first byte
//                       ReadStep ...   after each piece: so many PDU rows are whole, with all that they refer to
//                       ReadStep       isOver: the file was read and its streams are closed
//                       ReadFailure    instead, at any time
import type { FileFormat } from '../../../../asm/layout'
import { BlobSource } from '../blob-source'
import { Parser } from '../parser'
import { readAll } from '../read-all'

export interface ReadOrder {
  module: WebAssembly.Module
  file: Blob
}

interface ReadTables {
  memory: WebAssembly.Memory
  /** Address of the headers of all tables. */
  headers: number
}

export interface ReadStep {
  pduRows: number
  format: FileFormat
  /** Bytes of the file that were read, and what is wrong with it: see Source. */
  consumed: number
  note: string | undefined
  isOver: boolean
}

interface ReadFailure {
  failure: unknown
}

export type ReadReport = ReadTables | ReadStep | ReadFailure

/** Reads the file of an order; reports go to `post`. Never rejects. */
export async function readInThread({ module, file }: ReadOrder, post: (report: ReadReport) => void): Promise<void> {
  try {
    const parser = await Parser.over(module)
    post({ memory: parser.memory, headers: parser.tables })
    const source = new BlobSource(file)
    const step = (isOver: boolean) => {
      const { consumed, note } = source
      post({ pduRows: parser.capture.pdus.rows, format: parser.format, consumed, note, isOver })
    }
    await readAll(source, { feed: (bytes) => parser.feed(bytes), format: () => parser.format }, () => step(false))
    parser.end()
    step(true)
  } catch (failure) {
    post({ failure })
  }
}
