// The files of a netsh report beside its trace: which are read, in which encoding, and what they say together.
import { firewallOf } from './firewall'
import type { MachineReport } from './model'
import { adaptersIn, connectionsIn, processesIn } from './tables'

/** A file is read up to so many bytes, and no more than these of all. */
const MAX_XML_BYTES = 48 << 20
const MAX_TEXT_BYTES = 8 << 20
const MAX_ALL_BYTES = 96 << 20
const MAX_FILES = 64
/** Facts of one kind in all files. */
const MAX_FACTS = 50_000
const LISTS = ['drops', 'filters', 'processes', 'connections', 'adapters'] as const
const FIREWALL = /(?:netevents|wfpstate|wfpfilters|wfpdiag)[^\\/]*\.xml$/i
const TABLES = /\.txt$/i

/** How many bytes of a file are of use; 0 for one that is not read. */
function usefulBytes(name: string): number {
  return FIREWALL.test(name) ? MAX_XML_BYTES : TABLES.test(name) ? MAX_TEXT_BYTES : 0
}

/** Collects the files of a report as their pieces come. */
export class ReportReader {
  readonly #files = new Map<string, { pieces: Uint8Array[]; bytes: number }>()
  #bytes = 0

  /** True for a file whose pieces add() takes. */
  wants(name: string): boolean {
    return usefulBytes(name) > 0 && (this.#files.has(name) || this.#files.size < MAX_FILES)
  }

  /** Takes a piece of a file; what is beyond its bounds is left out. The piece must not change afterwards. */
  add(name: string, piece: Uint8Array): void {
    const file = this.#files.get(name) ?? { pieces: [], bytes: 0 }
    this.#files.set(name, file)
    const bytes = Math.min(piece.length, usefulBytes(name) - file.bytes, MAX_ALL_BYTES - this.#bytes)
    if (bytes <= 0) return
    file.pieces.push(piece.subarray(0, bytes))
    file.bytes += bytes
    this.#bytes += bytes
  }

  /** What the files say; undefined where none says anything. */
  report(): MachineReport | undefined {
    const report: MachineReport = { files: [], drops: [], filters: [], processes: [], connections: [], adapters: [] }
    for (const [name, { pieces, bytes }] of this.#files) {
      const text = textOf(joined(pieces, bytes))
      pieces.length = 0
      const found: Partial<MachineReport> = FIREWALL.test(name)
        ? firewallOf(text)
        : { processes: processesIn(text), connections: connectionsIn(text), adapters: adaptersIn(text) }
      if (LISTS.some((key) => (found[key]?.length ?? 0) > 0)) report.files.push(name)
      for (const key of LISTS)
        report[key].push(...((found[key] ?? []).slice(0, MAX_FACTS - report[key].length) as never[]))
    }
    return report.files.length > 0 ? report : undefined
  }
}

function joined(pieces: readonly Uint8Array[], bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

/** UTF-16 or UTF-8 by its mark or its look, else the code page of western Windows: numbers and names of files are the same in all. */
function textOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes.length > 1 && bytes[1] === 0))
    return new TextDecoder('utf-16le').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}
