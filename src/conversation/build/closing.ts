// How connections ended, what became of calls that were still open then, and whether the server ran them.
// "Executed" follows MS-RPCE 3.3.2.7.1: a call is in progress from its first PDU sent to its last answer PDU received.
import { STATUS_CANCELLED, STATUS_PIPE_EMPTY } from '../../names/statuses'
import { Frame, Message, Pdu, Pipe, Stream, StreamFlag, TcpFlag } from '../../../asm/layout'
import { messageBytes } from '../../capture/messages'
import type { Capture } from '../../capture/capture'
import { NONE } from '../../capture/table'
import { Call, type Close, type Connection, type Conversation, Executed, Outcome, type TransferError } from '../model'
import { fragmentLength } from '../../capture/pdu'
import { smbHeader } from '../../dissect/smb'

/** Fills in closes, then outcome and executed of every call that has no answer. */
export function close(capture: Capture, conversation: Conversation): void {
  const errors = transferErrors(capture)
  for (const connection of conversation.connections) {
    closeConnection(capture, connection)
    const own = connection.pipe === undefined ? undefined : errors.get(connection.pipe)
    if (own) connection.transferErrors = own
  }
  const lost = loseCalls(capture, conversation)
  judgeLost(capture, conversation, lost)
}

function closeConnection(capture: Capture, connection: Connection): void {
  const { streams, pipes } = capture
  const { stream, pipe } = connection
  const clientIsA =
    streams.get(Stream.AddressA, stream) === connection.client.address &&
    streams.get(Stream.PortA, stream) === connection.client.port
  const a: Close['by'] = clientIsA ? 'client' : 'server'
  const b: Close['by'] = clientIsA ? 'server' : 'client'
  const closes: Close[] = []
  const note = (how: Close['how'], by: Close['by'], frame: number) => {
    if (frame !== NONE) closes.push({ how, by, frame })
  }
  note('fin', a, streams.get(Stream.FinFrameA, stream))
  note('fin', b, streams.get(Stream.FinFrameB, stream))
  const rstByA = (streams.get(Stream.Flags, stream) & StreamFlag.RstByA) !== 0
  note('rst', rstByA ? a : b, streams.get(Stream.RstFrame, stream))
  closes.sort((one, other) => one.frame! - other.frame!)
  connection.closes = closes
  connection.close = closes[0] ?? { how: 'open' }
  connection.gaps += streams.get(Stream.Gaps, stream)
  // Both may show after the stream's first PDU, and what is known then depends on how much of the file was read.
  connection.sawStart = streams.get(Stream.SynFrame, stream) !== NONE
  if (connection.transport === 'tcp' && (streams.get(Stream.Flags, stream) & StreamFlag.Http) !== 0)
    connection.transport = 'http'
  if (pipe === undefined) return
  const closed = pipes.get(Pipe.CloseFrame, pipe)
  if (closed !== NONE && (closes[0] === undefined || closed < closes[0].frame!))
    connection.close = { how: 'smb-close', by: 'client', frame: closed }
}

/** Errors of reads, writes and transactions by row of Pipe. */
function transferErrors(capture: Capture): Map<number, TransferError[]> {
  const { messages } = capture
  const errors = new Map<number, TransferError[]>()
  for (let row = 0; row < messages.rows; row++) {
    const pipe = messages.get(Message.Pipe, row)
    if (pipe === NONE) continue
    const status = smbHeader(messageBytes(capture, row))?.status
    if (status === undefined || status === STATUS_PIPE_EMPTY) continue
    const error = { frame: messages.get(Message.Frame, row), status }
    const known = errors.get(pipe)
    if (known) known.push(error)
    else errors.set(pipe, [error])
  }
  return errors
}

/** The first error of SMB after the request of a call, whose answer never came. */
function errorAfter({ calls }: Conversation, capture: Capture, connection: Connection, call: number) {
  const pdu = calls.get(Call.RequestPdu, call)
  if (connection.transferErrors === undefined || pdu === NONE) return undefined
  const complete = calls.get(Call.RequestFrame, call)
  const sent = complete === NONE ? capture.pdus.get(Pdu.Frame, pdu) : complete
  return connection.transferErrors.find(({ frame }) => frame > sent)
}

/** Settles calls without an answer; gives those whose connection ended before it. */
function loseCalls(capture: Capture, conversation: Conversation): number[] {
  const { calls, connections } = conversation
  const lost: number[] = []
  for (let call = 0; call < calls.rows; call++) {
    if (calls.get(Call.Outcome, call) !== Outcome.Open) continue
    const connection = connections[calls.get(Call.Connection, call)]!
    const error = errorAfter(conversation, capture, connection, call)
    if (error !== undefined) calls.set(Call.Status, call, error.status)
    if (calls.get(Call.CancelPdu, call) !== NONE || error?.status === STATUS_CANCELLED)
      calls.set(Call.Outcome, call, Outcome.Cancelled)
    else if (error !== undefined) calls.set(Call.Outcome, call, Outcome.Lost)
    else if (connection.close.how !== 'open') {
      calls.set(Call.Outcome, call, Outcome.Lost)
      lost.push(call)
    }
    if (calls.get(Call.ResponsePdu, call) !== NONE) calls.set(Call.Executed, call, Executed.Yes)
  }
  return lost
}

/** A lost request whose last byte the server never acknowledged did not run; of the others it is not known. */
function judgeLost(capture: Capture, conversation: Conversation, lost: readonly number[]): void {
  const { calls, connections } = conversation
  const doubtful = lost.filter((call) => calls.get(Call.Executed, call) === Executed.Unknown)
  const streams = new Map<number, number>()
  let from = NONE
  for (const call of doubtful) {
    const connection = connections[calls.get(Call.Connection, call)]!
    if (connection.transport !== 'tcp') continue
    const request = calls.get(Call.RequestPdu, call)
    if (request === NONE) continue
    streams.set(connection.stream, connection.server.port)
    from = Math.min(from, capture.pdus.get(Pdu.FirstFrame, request))
  }
  if (streams.size === 0) return
  const acknowledged = highestAcks(capture, streams, from)
  for (const call of doubtful) {
    const connection = connections[calls.get(Call.Connection, call)]!
    const end = requestEnd(capture, calls.get(Call.RequestEndPdu, call))
    if (end === undefined && calls.get(Call.RequestPdu, call) !== NONE) calls.set(Call.Executed, call, Executed.No)
    const ack = acknowledged.get(connection.stream)
    if (end === undefined || ack === undefined || connection.transport !== 'tcp') continue
    if (((ack - end) | 0) < 0) calls.set(Call.Executed, call, Executed.No)
  }
}

/** The highest acknowledgement number that the server sent on each stream, in one walk over the frames. */
function highestAcks(capture: Capture, servers: ReadonlyMap<number, number>, from: number): Map<number, number> {
  const { frames } = capture
  const highest = new Map<number, number>()
  for (let frame = from; frame < frames.rows; frame++) {
    const stream = frames.get(Frame.Stream, frame)
    const port = servers.get(stream)
    if (port === undefined || frames.get(Frame.SourcePort, frame) !== port) continue
    if ((frames.get(Frame.TcpFlags, frame) & TcpFlag.Ack) === 0) continue
    const ack = frames.get(Frame.Ack, frame)
    const known = highest.get(stream)
    if (known === undefined || ((ack - known) | 0) > 0) highest.set(stream, ack)
  }
  return highest
}

/** Sequence number one past a request's last byte; undefined when its end was never sent. */
function requestEnd(capture: Capture, pdu: number): number | undefined {
  if (pdu === NONE) return undefined
  const { pdus, frames } = capture
  const first = pdus.get(Pdu.FirstFrame, pdu)
  const offset = pdus.get(Pdu.At, pdu) - frames.get(Frame.PayloadAt, first)
  return (frames.get(Frame.Seq, first) + offset + fragmentLength(pdus.get(Pdu.Lengths, pdu))) >>> 0
}
