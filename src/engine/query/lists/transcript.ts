// A connection as a transcript: what the two sides said to each other, in order.
import { Analysis, Frame, IpProtocol, Stream } from '../../../../asm/layout'
import type { Capture } from '../../../capture/capture'
import { legible, legibly } from '../../../capture/legible'
import { NONE } from '../../../capture/table'
import { addressText, endpointText, relativeTime } from '../../../capture/text'
import { Call } from '../../../conversation/model'
import { pdusOfFrame } from '../../../describe/pdu/pdu-rows'
import { pduView } from '../../../describe/pdu/pdu-view'
import { streamNumbers } from '../../../capture/stream-number'
import { reassemble } from '../export/reassembling'
import { WindowReader } from '../../read/window-reader'
import type { QueriedCapture } from '../queried-capture'

/** What one side said at once. */
export interface Turn {
  frame: number
  /** The side that began the connection sent it. */
  fromClient: boolean
  /** Seconds from the first frame of the capture. */
  time: number
  /** The line of the frame list; empty for bytes that are no RPC. */
  title: string
  tone: string
  /** What a WMI call asks or says, in a sentence. */
  said?: string
  /** Arguments and results of a call, where they could be read. */
  lines: { label: string; value: string; depth: number }[]
  /** Of an RPC message its stub as far as it lies in the frame; else the bytes sent. */
  bytes: Uint8Array<ArrayBuffer>
}

export interface Transcript {
  /** The display filter that shows the connection. */
  filter: string
  client: string
  server: string
  /** Presentation contexts whose calls it holds. */
  contexts: { id: number; interface: string }[]
  /** The presentation context of the frame that was asked about. */
  context?: number
  turns: Turn[]
  /** Turns of the connection in all, of the context that was asked for. */
  all: number
}

export interface TranscriptPart {
  from: number
  count: number
  /** Only calls of this presentation context. */
  context?: number | undefined
}

const STUB = /^Stub data/
const MOST_LINES = 200
const MOST_TURN_BYTES = 64 << 10

/** The conversation of a frame, from one turn on; undefined where the frame belongs to none. */
export async function transcriptOf(
  open: QueriedCapture,
  frame: number,
  { from, count, context }: TranscriptPart,
): Promise<Transcript | undefined> {
  const { capture } = open
  const stream = capture.frames.get(Frame.Stream, frame)
  if (stream === NONE) return undefined
  const rows = framesOf(capture, stream)
  const withPdus = rows.filter((row) => pdusOfFrame(capture.pdus, row).length > 0)
  const isRpc = withPdus.length > 0
  const of = (row: number) => pdusOfFrame(capture.pdus, row).map((pdu) => pduView(open, pdu))
  const contexts = new Map<number, string>()
  for (const { contextId, interface: uuid } of withPdus.flatMap(of))
    if (contextId !== undefined && uuid !== undefined) contexts.set(contextId, open.names?.interfaceName(uuid) ?? uuid)
  const chosen = isRpc
    ? withPdus.filter((row) => context === undefined || of(row).some(({ contextId }) => contextId === context))
    : turnsOfBytes(capture, rows)
  const said = isRpc ? await saidInFrames(open) : undefined
  const turns: Turn[] = []
  for (const row of chosen.slice(from, from + count)) {
    const sentence = said?.get(row)
    const turn = isRpc ? await rpcTurn(open, stream, row) : await byteTurn(open, stream, row)
    turns.push({ ...turn, ...(sentence !== undefined && { said: sentence }) })
  }
  const asked = of(frame).find(({ contextId }) => contextId !== undefined)?.contextId
  return {
    filter: `${capture.streams.get(Stream.Transport, stream) === IpProtocol.Tcp ? 'tcp' : 'udp'}.stream == ${streamNumbers(capture.streams)[stream]}`,
    client: endOf(capture, stream, Stream.AddressA, Stream.PortA),
    server: endOf(capture, stream, Stream.AddressB, Stream.PortB),
    contexts: [...contexts].map(([id, name]) => ({ id, interface: legible(name) })),
    ...(asked !== undefined && { context: asked }),
    turns: legibly(turns),
    all: chosen.length,
  }
}

/** What WMI calls ask and answer, by the frames of both. */
async function saidInFrames(open: QueriedCapture): Promise<Map<number, string>> {
  const said = new Map<number, string>()
  const { conversation } = open
  if (!conversation) return said
  const add = (frame: number, text: string | undefined) => {
    if (frame === NONE || text === undefined) return
    const before = said.get(frame)
    said.set(frame, before === undefined ? text : `${before}; ${text}`)
  }
  for (const [call, { asked, answered }] of await open.wmiTexts()) {
    add(conversation.calls.get(Call.RequestFrame, call), asked)
    add(conversation.calls.get(Call.ResponseFrame, call), answered)
  }
  return said
}

/** Frames of a stream, in order. */
function framesOf({ frames, streams }: Capture, stream: number): number[] {
  const rows: number[] = []
  const last = streams.get(Stream.LastFrame, stream)
  for (let row = streams.get(Stream.FirstFrame, stream); row <= last; row++)
    if (frames.get(Frame.Stream, row) === stream) rows.push(row)
  return rows
}

/** Frames that carry bytes which were not sent before. */
function turnsOfBytes({ frames }: Capture, rows: number[]): number[] {
  const repeats = Analysis.Retransmission | Analysis.Duplicate | Analysis.KeepAlive
  return rows.filter((row) => {
    const length = frames.get(Frame.PayloadLength, row)
    return length !== NONE && length > 0 && (frames.get(Frame.TcpFlags, row) & repeats) === 0
  })
}

async function rpcTurn(open: QueriedCapture, stream: number, frame: number): Promise<Turn> {
  const [line] = open.frameInfos([frame])
  const { parts } = await open.detail(frame)
  const lines: Turn['lines'] = []
  let bytes: Turn['bytes'] = new Uint8Array(0)
  for (const { fields, bytes: partBytes } of parts)
    for (let at = 0; at < fields.length; at++) {
      const stub = fields[at]!
      if (!STUB.test(stub.label)) continue
      if (bytes.length === 0) bytes = partBytes.slice(stub.at, stub.at + stub.length)
      for (at++; at < fields.length && fields[at]!.depth > stub.depth && lines.length < MOST_LINES; at++) {
        const { label, value, depth } = fields[at]!
        lines.push({ label, value, depth: depth - stub.depth - 1 })
      }
      at--
    }
  return { ...turnOf(open.capture, stream, frame), title: line?.info ?? '', tone: line?.tone ?? '', lines, bytes }
}

async function byteTurn(open: QueriedCapture, stream: number, frame: number): Promise<Turn> {
  const { frames } = open.capture
  const at = frames.get(Frame.PayloadAt, frame)
  const length = Math.min(frames.get(Frame.PayloadLength, frame), frames.get(Frame.Captured, frame) - at)
  const { bytes } = (await open.detail(frame)).parts[0] ?? { bytes: new Uint8Array(0) }
  const sent = bytes.slice(at, at + Math.min(Math.max(0, length), MOST_TURN_BYTES))
  return { ...turnOf(open.capture, stream, frame), title: '', tone: '', lines: [], bytes: sent }
}

function turnOf(capture: Capture, stream: number, frame: number): Pick<Turn, 'frame' | 'fromClient' | 'time'> {
  const { frames, streams } = capture
  const fromClient =
    frames.get(Frame.Source, frame) === streams.get(Stream.AddressA, stream) &&
    frames.get(Frame.SourcePort, frame) === streams.get(Stream.PortA, stream)
  return { frame, fromClient, time: relativeTime(frames, frame) }
}

function endOf({ addresses, streams }: Capture, stream: number, address: Stream, port: Stream): string {
  return endpointText(addressText(addresses, streams.get(address, stream)), streams.get(port, stream))
}

/** The bytes that one side of a frame's TCP connection sent, in order and once each; holes are left out. */
export async function bytesSent(open: QueriedCapture, frame: number, byClient: boolean): Promise<Blob> {
  const stream = open.capture.frames.get(Frame.Stream, frame)
  const reader = new WindowReader(open.capture, open.file)
  const { runs } = await reassemble(open.capture, new Set([stream]), reader)
  return new Blob(runs.filter(({ fromB }) => fromB !== byClient).map(({ bytes }) => new Uint8Array(bytes)))
}
