// Cabinets (.cab) as netsh trace writes them with report=yes: MS-CAB, its files stored or packed with MSZIP, which is
// deflate in blocks that each go on with the 32 KiB before.
import { inflateSync } from 'fflate'
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
/** A trace in a cabinet is at most so large when unpacked. */
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

  /** The bytes of a file in pieces; fewer than it has where the cabinet is broken or packed in another way. */
  async *read(file: CabinetFile): AsyncIterable<Uint8Array<ArrayBuffer>> {
    const folder = this.folders[file.folder]
    if (!folder || (folder.packing !== STORED && folder.packing !== MSZIP)) return
    let at = folder.at
    let place = 0
    let window: Uint8Array = new Uint8Array(0)
    const end = Math.min(file.at + file.bytes, MAX_UNPACKED_BYTES)
    for (let block = 0; block < folder.blocks && place < end; block++) {
      const header = await this.input.read(at, DATA_BYTES)
      if (header.length < DATA_BYTES) return
      const view = new DataView(header.buffer, header.byteOffset, header.byteLength)
      const [packed, unpacked] = [view.getUint16(4, true), view.getUint16(6, true)]
      const data = await this.input.read(at + DATA_BYTES + this.dataReserve, packed)
      at += DATA_BYTES + this.dataReserve + packed
      const bytes = folder.packing === STORED ? data : inflateBlock(data, window, unpacked)
      if (!bytes || bytes.length === 0) return
      const from = Math.max(file.at - place, 0)
      const to = Math.min(bytes.length, end - place)
      if (from < to) yield bytes.slice(from, to)
      place += bytes.length
      window = bytes.length >= WINDOW_BYTES ? bytes.subarray(-WINDOW_BYTES) : joined(window, bytes)
    }
  }
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

/** The trace in a cabinet, and a sentence on what was read of it; the trace is undefined where there is none. */
export async function traceInCabinet(
  input: RandomAccess,
): Promise<{ pieces: AsyncIterable<Uint8Array<ArrayBuffer>> | undefined; note: string }> {
  const cabinet = await Cabinet.open(input)
  if (!cabinet) return { pieces: undefined, note: 'The cabinet (.cab) is broken: its directory cannot be read.' }
  const file = cabinet.files.find(({ name }) => /\.etl$/i.test(name))
  const names = cabinet.files.map(({ name }) => name)
  if (!file)
    return {
      pieces: undefined,
      note: `The cabinet (.cab) holds no event trace (.etl), but ${names.slice(0, 5).join(', ') || 'no file at all'}.`,
    }
  return {
    pieces: cabinet.read(file),
    note: `Of ${names.length} files in the cabinet (.cab), ${file.name} was read.`,
  }
}
