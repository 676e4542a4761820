// Cabinets (.cab) as netsh trace writes them with report=yes: MS-CAB, its files stored or packed with MSZIP, which is
// deflate in blocks that each go on with the 32 KiB before.
import { inflateSync } from 'fflate'
import type { MachineReport } from '../report/model'
import { ReportReader } from '../report/report-reader'
import type { RandomAccess } from './file-bytes'
import { isCabinetHead } from './recognise'

const HEADER_BYTES = 36
const FOLDER_BYTES = 8
const FILE_BYTES = 16
const DATA_BYTES = 8
const HAS_PREVIOUS = 1
const HAS_NEXT = 2
const HAS_RESERVE = 4
const STORED = 0
const MSZIP = 1
const WINDOW_BYTES = 0x8000
const MAX_FILES = 4096
const MAX_NAME = 512
const MAX_DIRECTORY_BYTES = 4 << 20
/** A folder of a cabinet is read up to so many unpacked bytes. */
const MAX_UNPACKED_BYTES = 2 ** 31

interface CabinetFile {
  name: string
  bytes: number
  /** Place among the unpacked bytes of its folder. */
  at: number
  folder: number
}

interface Folder {
  at: number
  blocks: number
  packing: number
}

interface CabinetPiece {
  name: string
  bytes: Uint8Array<ArrayBuffer>
}

/** The files of one cabinet. */
class Cabinet {
  private constructor(
    private readonly input: RandomAccess,
    readonly files: CabinetFile[],
    private readonly folders: Folder[],
    /** Bytes that each block of data has besides its header. */
    private readonly dataReserve: number,
  ) {}

  /** Reads the directory; undefined where it is broken. */
  static async open(input: RandomAccess): Promise<Cabinet | undefined> {
    const head = await input.read(0, Math.min(input.size, MAX_DIRECTORY_BYTES))
    if (head.length < HEADER_BYTES || !isCabinetHead(head)) return undefined
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
    const filesAt = view.getUint32(16, true)
    const flags = view.getUint16(30, true)
    let at = HEADER_BYTES
    let [folderReserve, dataReserve] = [0, 0]
    if (flags & HAS_RESERVE && head.length >= at + 4) {
      folderReserve = head[at + 2]!
      dataReserve = head[at + 3]!
      at += 4 + view.getUint16(at, true)
    }
    const texts = 2 * ((flags & HAS_PREVIOUS ? 1 : 0) + (flags & HAS_NEXT ? 1 : 0))
    for (let text = 0; text < texts; text++) at = textAt(head, at).next
    const folders: Folder[] = []
    for (let folder = 0; folder < view.getUint16(26, true) && at + FOLDER_BYTES <= head.length; folder++) {
      folders.push({
        at: view.getUint32(at, true),
        blocks: view.getUint16(at + 4, true),
        packing: view.getUint16(at + 6, true) & 15,
      })
      at += FOLDER_BYTES + folderReserve
    }
    const files: CabinetFile[] = []
    at = filesAt
    for (let file = 0; file < Math.min(view.getUint16(28, true), MAX_FILES) && at + FILE_BYTES <= head.length; file++) {
      const { text, next } = textAt(head, at + FILE_BYTES)
      files.push({
        name: text,
        bytes: view.getUint32(at, true),
        at: view.getUint32(at + 4, true),
        folder: view.getUint16(at + 8, true),
      })
      at = next
    }
    return new Cabinet(input, files, folders, dataReserve)
  }

  /** The bytes of files in pieces, in their order; fewer than they have where the cabinet is broken or packed in another way. */
  async *read(wanted: readonly CabinetFile[]): AsyncIterable<CabinetPiece> {
    for (const [index, folder] of this.folders.entries()) {
      const files = apart(wanted.filter((file) => file.folder === index))
      if (files.length > 0) yield* this.#readFolder(folder, files)
    }
  }

  /** `files` lie one behind the other. */
  async *#readFolder(folder: Folder, files: readonly CabinetFile[]): AsyncIterable<CabinetPiece> {
    if (folder.packing !== STORED && folder.packing !== MSZIP) return
    let at = folder.at
    let place = 0
    let next = 0
    let window: Uint8Array = new Uint8Array(0)
    for (let block = 0; block < folder.blocks && next < files.length && place < MAX_UNPACKED_BYTES; block++) {
      const header = await this.input.read(at, DATA_BYTES)
      if (header.length < DATA_BYTES) return
      const view = new DataView(header.buffer, header.byteOffset, header.byteLength)
      const [packed, unpacked] = [view.getUint16(4, true), view.getUint16(6, true)]
      const data = await this.input.read(at + DATA_BYTES + this.dataReserve, packed)
      at += DATA_BYTES + this.dataReserve + packed
      const bytes = folder.packing === STORED ? data : inflateBlock(data, window, unpacked)
      if (!bytes || bytes.length === 0) return
      while (next < files.length) {
        const file = files[next]!
        const from = Math.max(file.at - place, 0)
        const to = Math.min(bytes.length, file.at + file.bytes - place)
        if (from < to) yield { name: file.name, bytes: bytes.slice(from, to) }
        if (file.at + file.bytes > place + bytes.length) break
        next++
      }
      place += bytes.length
      window = bytes.length >= WINDOW_BYTES ? bytes.subarray(-WINDOW_BYTES) : joined(window, bytes)
    }
  }
}

/** Files in the order of their places, without those that lie within one before. */
function apart(files: readonly CabinetFile[]): CabinetFile[] {
  const found: CabinetFile[] = []
  for (const file of [...files].sort((a, b) => a.at - b.at)) {
    const last = found.at(-1)
    if (!last || file.at >= last.at + last.bytes) found.push(file)
  }
  return found
}

/** One block: "CK", then deflate that may refer to the window. Undefined for a broken one. */
function inflateBlock(data: Uint8Array, window: Uint8Array, unpacked: number): Uint8Array | undefined {
  if (data[0] !== 0x43 || data[1] !== 0x4b || unpacked > WINDOW_BYTES) return undefined
  try {
    return inflateSync(data.subarray(2), { dictionary: window, out: new Uint8Array(unpacked) })
  } catch {
    return undefined
  }
}

function joined(window: Uint8Array, bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(window.length + bytes.length)
  whole.set(window)
  whole.set(bytes, window.length)
  return whole.subarray(-WINDOW_BYTES)
}

function textAt(bytes: Uint8Array, at: number): { text: string; next: number } {
  let text = ''
  for (; at < bytes.length && bytes[at] !== 0 && text.length < MAX_NAME; at++) text += String.fromCharCode(bytes[at]!)
  return { text, next: at + 1 }
}

/** What a cabinet holds besides the bytes of its trace. */
export interface CabinetContents {
  report: MachineReport | undefined
  /** False where the cabinet holds no trace, or is broken. */
  hasTrace: boolean
  /** A sentence on what was read. */
  note: string
}

/** Reads a cabinet once: pieces of its trace go to `take`, the files of its report are read. */
export async function readCabinet(
  input: RandomAccess,
  take: (piece: Uint8Array<ArrayBuffer>) => void,
): Promise<CabinetContents> {
  const cabinet = await Cabinet.open(input)
  const nothing = { report: undefined, hasTrace: false }
  if (!cabinet) return { ...nothing, note: 'The cabinet (.cab) is broken: its directory cannot be read.' }
  const names = cabinet.files.map(({ name }) => name)
  const trace = traceOf(cabinet.files)
  if (!trace)
    return {
      ...nothing,
      note: `The cabinet (.cab) holds no event trace (.etl), but ${names.slice(0, 5).join(', ') || 'no file at all'}.`,
    }
  const reader = new ReportReader()
  const wanted = cabinet.files.filter((file) => file === trace || reader.wants(file.name))
  for await (const { name, bytes } of cabinet.read(wanted)) {
    if (name === trace.name) take(bytes)
    else reader.add(name, bytes)
  }
  const report = reader.report()
  const read = [trace.name, ...(report?.files ?? [])]
  return {
    report,
    hasTrace: true,
    note: `Of ${names.length} files in the cabinet (.cab), ${listed(read)} ${read.length === 1 ? 'was' : 'were'} read.`,
  }
}

/** netsh calls its trace report.etl; there may be others beside it. */
function traceOf(files: readonly CabinetFile[]): CabinetFile | undefined {
  const traces = files.filter(({ name }) => /\.etl$/i.test(name))
  return traces.find(({ name }) => /(?:^|[\\/])report\.etl$/i.test(name)) ?? traces.sort((a, b) => b.bytes - a.bytes)[0]
}

function listed(names: readonly string[]): string {
  return names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`
}
