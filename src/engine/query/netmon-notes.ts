// What a Network Monitor file says of a frame beside its bytes. Its tables lie behind the frames, so they are read when a
// frame is first looked at, from the file itself.
import {
  NETMON_HEADER,
  type NetmonComment,
  netmonComments,
  netmonProcesses,
  type NetmonProcess,
  netmonTables,
} from '../../dissect/network/netmon'
import type { Source } from '../read/source'

const MINOR_VERSION_AT = 4
/** The first version, 2.2, whose frames name a process; behind each are its media type and then that. */
const NAMES_PROCESSES = 2
const PROCESS_BEHIND_FRAME = 2
const RECORD_HEADER = 16
/** Tables longer than this are read in part: icons make them long, hostile headers longer. */
const MOST_BYTES = 4 << 20

/** The tables of one file, read once. */
export class NetmonNotes {
  #tables: Promise<{ processes: NetmonProcess[]; comments: Map<number, NetmonComment[]>; named: boolean }> | undefined

  constructor(private readonly file: Source) {}

  /** Sentences about the frame whose `captured` bytes begin at `at`. */
  async of(at: number, captured: number): Promise<string[]> {
    const { processes, comments, named } = await (this.#tables ??= this.#read())
    const behind = named ? await this.file.read(at + captured + PROCESS_BEHIND_FRAME, 4) : new Uint8Array(0)
    const index = behind.length === 4 ? new DataView(behind.buffer).getUint32(0, true) : -1
    const process = processes[index]
    const said = comments.get(at - RECORD_HEADER) ?? []
    return [
      ...(process ? [`Process: ${process.path} (process id ${process.id})`] : []),
      ...said.map(({ title, description }) => [title, description].filter((text) => text !== '').join(': ')),
    ]
  }

  async #read() {
    const header = await this.file.read(0, NETMON_HEADER)
    const tables = netmonTables(header) ?? { commentsAt: 0, commentsLength: 0, processesAt: 0, processes: 0 }
    const { commentsAt, commentsLength, processesAt, processes } = tables
    const table = processesAt > 0 && processes > 0 ? await this.file.read(processesAt, MOST_BYTES) : new Uint8Array(0)
    const block =
      commentsAt > 0 ? await this.file.read(commentsAt, Math.min(commentsLength, MOST_BYTES)) : new Uint8Array(0)
    const comments = new Map<number, NetmonComment[]>()
    for (const comment of netmonComments(block))
      comments.set(comment.recordAt, [...(comments.get(comment.recordAt) ?? []), comment])
    const named = (header[MINOR_VERSION_AT] ?? 0) >= NAMES_PROCESSES
    return { processes: netmonProcesses(table, processes), comments, named }
  }
}
