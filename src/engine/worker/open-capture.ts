// The capture that is open: its tables, what was made of them, and the file to read bytes from again.
import { type FileFormat, Frame } from '../../../asm/layout'
import type { Capture, CaptureSource } from '../../capture/capture'
import type { RecordedField } from '../../capture/field'
import { legibly } from '../../capture/legible'
import { NONE } from '../../capture/table'
import { relativeTime } from '../../capture/text'
import type { Finding } from '../../diagnosis/finding'
import type { PortProtocol } from '../../capture/port-protocol'
import type { Names } from '../../names/names'
import { frameInfo } from '../../describe/frame-info'
import type { Conversation } from '../../conversation/model'
import type {
  CallRow,
  ConnectionRow,
  FrameDetail,
  FrameInfo,
  MethodStatistics,
  NameRow,
  Ladder,
  Timeline,
} from '../api'
import { callRow, connectionRow } from '../query/calls/call-rows'
import type { Filters } from '../query/filtering'
import type { FrameDetails } from '../query/frame-detail'
import type { QueriedCapture } from '../query/queried-capture'
import type { Parser } from '../read/parser'
import { clearPduBytes } from '../query/pdu-bytes'
import type { Source } from '../read/source'
import type { Unsealing } from '../read/unsealing/unsealing'
import type { WmiCalls } from '../../conversation/wmi'
import type { TranscriptLine } from '../../describe/wmi-transcript'
import type { Trace } from '../../etw/events/trace'
import type { EventsOfFrames } from '../../filter/events-of-frames'
import type { Lead } from '../../conversation/origin'

/** The ladder waits for so many WMI calls to be read, not for more. */
const MAX_WMI_CALLS = 5000

/** Answers the page's questions; the code for what is seldom asked first is fetched then. While the file is still being read, `conversation` and `names` are missing. */
export class OpenCapture implements QueriedCapture {
  conversation: Conversation | undefined
  names: Names | undefined
  findings: Finding[] = []
  name = ''
  format: FileFormat = 0
  /** SHA-256 of the file as a saved analysis knows it; empty for others. */
  savedSha256 = ''
  /** What TCP ports carry, as the user said. */
  decodeAs: readonly PortProtocol[] | undefined
  /** What secrets opened; undefined where none was given. */
  unsealing: Unsealing | undefined
  /** The same capture as it was before secrets were given: what is stored and shared is made of it. */
  sealed: OpenCapture | undefined
  #filters: Filters | undefined
  #leads: Lead[] | undefined
  #details: FrameDetails | undefined
  #wmi: Promise<WmiCalls> | undefined
  #trace: Trace | undefined

  constructor(
    readonly capture: Capture,
    readonly source: CaptureSource,
    /** The file; a MissingSource until it is chosen again, where only the result was saved. */
    public file: Source,
    /** A parser to describe frames with; it need not be the one that read them. */
    private readonly parser: Parser,
  ) {}

  frameInfos(rows: ArrayLike<number>): FrameInfo[] {
    const { capture, conversation, names } = this
    return Array.from(rows, (row) => legibly(frameInfo({ capture, conversation, names }, row)))
  }

  /** The next (1) or previous (-1) frame of a frame's conversation; undefined where it is the last, or has none. */
  neighbour(frame: number, step: 1 | -1): number | undefined {
    const { frames } = this.capture
    const stream = frames.get(Frame.Stream, frame)
    if (stream === NONE) return undefined
    for (let row = frame + step; row >= 0 && row < frames.rows; row += step) {
      if (frames.get(Frame.Stream, row) === stream) return row
    }
    return undefined
  }

  /** Answers display filters; made again each time while the capture still grows. Their code is fetched with the first. */
  async filters(): Promise<Filters> {
    const { Filters } = await import('../query/filtering')
    const { capture, conversation, names, findings } = this
    if (!names) return new Filters({ capture, conversation })
    return (this.#filters ??= new Filters(
      { capture, conversation, names, findings },
      {
        wmi: () => this.wmi(),
        events: () => this.eventsOfFrames(),
        file: () => ({ file: this.file, describe: (frame, bytes) => this.recordedFields(frame, bytes) }),
      },
    ))
  }

  /** Rows of the frames captured from one second to another, counted from the first frame. */
  framesBetween(fromSeconds: number, toSeconds: number): Uint32Array {
    const { frames } = this.capture
    const rows: number[] = []
    for (let row = 0; row < frames.rows; row++) {
      const time = relativeTime(frames, row)
      if (time >= fromSeconds && time <= toSeconds) rows.push(row)
    }
    return Uint32Array.from(rows)
  }

  /** The events of a trace, decoded; undefined for another file. Their code is fetched when it is first asked for. */
  async trace(): Promise<Trace | undefined> {
    if (this.capture.events.rows === 0 && this.capture.notes.rows === 0) return undefined
    const { Trace } = await import('../../etw/events/trace')
    return (this.#trace ??= new Trace(this.capture))
  }

  async eventsOfFrames(): Promise<EventsOfFrames | undefined> {
    const trace = await this.trace()
    if (!trace) return undefined
    const { eventsOfFrames } = await import('../query/events')
    return eventsOfFrames(trace)
  }

  /** What WMI calls say; read when it is first asked for. */
  async wmi(): Promise<WmiCalls> {
    const { capture, conversation } = this
    if (!conversation) return { calls: [], classes: new Map(), isWhole: false }
    const { wmiCalls } = await import('../../conversation/wmi')
    return (this.#wmi ??= wmiCalls(capture, conversation, (row) => this.pduBytes(row)))
  }

  callRows(calls: Uint32Array): CallRow[] {
    const { conversation, names } = this
    if (!conversation || !names) return []
    const known = calls.filter((call) => call < conversation.calls.rows)
    return Array.from(known, (call) => legibly(callRow(conversation, names, call)))
  }

  connectionRows(): ConnectionRow[] {
    const { conversation, names } = this
    if (!conversation || !names) return []
    return legibly(conversation.connections.map((connection) => connectionRow(conversation, names, connection)))
  }

  /** What happened on all connections, or on one and those that led to it. */
  async ladder(connection?: number): Promise<Ladder> {
    const { capture, conversation, names } = this
    if (!conversation || !names) return { steps: [], callsLeftOut: 0 }
    const [{ leads, withWhatLed }, { ladderOf }] = await Promise.all([
      import('../../conversation/origin'),
      import('../query/calls/ladder'),
    ])
    this.#leads ??= leads(capture, conversation)
    const connections =
      connection === undefined ? conversation.connections : withWhatLed(conversation, this.#leads, connection)
    const wmi = await this.wmiTexts()
    const { steps, callsLeftOut } = ladderOf({ capture, conversation, names, leads: this.#leads, wmi }, connections)
    return { steps: legibly(steps), callsLeftOut }
  }

  /** What WMI calls say, by call; nothing where reading them would keep the caller waiting. */
  async wmiTexts(): Promise<Map<number, TranscriptLine>> {
    const { conversation, names } = this
    if (!conversation || !names) return new Map()
    const { isWmi } = await import('../../conversation/wmi')
    let count = 0
    for (let call = 0; call < conversation.calls.rows && count <= MAX_WMI_CALLS; call++)
      if (isWmi(conversation, call)) count++
    if (count === 0 || (count > MAX_WMI_CALLS && !this.#wmi)) return new Map()
    const [{ calls }, { wmiTranscript }] = await Promise.all([this.wmi(), import('../../describe/wmi-transcript')])
    return new Map(wmiTranscript(conversation, names, calls).map((line) => [line.call, line]))
  }

  async metNames(shown?: Uint32Array): Promise<NameRow[]> {
    const { capture, conversation, names } = this
    if (!conversation || !names) return []
    const { metNames } = await import('../query/met-names')
    return legibly(metNames({ capture, conversation, names }, shown))
  }

  async timeline(steps: number, shown?: Uint32Array): Promise<Timeline | undefined> {
    const { timelineOf } = await import('../query/timeline')
    return this.conversation && timelineOf(this.capture.frames, this.conversation, steps, shown)
  }

  async methodStatistics(frames?: Uint32Array): Promise<MethodStatistics[]> {
    const { conversation, names } = this
    if (!conversation || !names) return []
    const { methodStatistics } = await import('../query/calls/call-statistics')
    return methodStatistics(conversation, names, frames)
  }

  /** What the parser records of a frame's headers; `bytes` are the frame's. */
  recordedFields(frame: number, bytes: Uint8Array): RecordedField[] {
    return this.parser.describeFrameOf(this.capture, frame, bytes)
  }

  /** The frame and every PDU that it completes, field by field. The code for it is fetched with the first. */
  async detail(frame: number): Promise<FrameDetail> {
    const { FrameDetails } = await import('../query/frame-detail')
    this.#details ??= new FrameDetails(this, this.parser)
    return this.#details.of(frame)
  }

  /** The bytes of a PDU, its stub in the clear where a secret opened it; undefined when nothing of it can be placed. */
  pduBytes(pdu: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return clearPduBytes(this.capture, this.file, (row) => this.unsealing?.pduBytes(row), pdu)
  }
}
