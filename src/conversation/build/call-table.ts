// The call table while it is being filled: requests, answers and cancels of one connection find their call here.
import {
  NCA_INVALID_CONTEXT_ID,
  NCA_PROTOCOL_ERROR,
  NCA_UNKNOWN_INTERFACE,
  NCA_UNKNOWN_OPERATION,
  RPC_S_SEC_PKG_ERROR,
} from '../../names/statuses'
import { Frame, IpProtocol, Pdu, PduFlag, Stream } from '../../../asm/layout'
import type { Capture } from '../../capture/capture'
import { GrowingTable, NONE } from '../../capture/table'
import { Call, type Connection, Executed, Outcome } from '../model'
import { isFirst, isLast, pduFlags, pduPfc, Pfc } from '../../capture/pdu'
import { microsecondsBetween, secondsBetween } from '../time'
import { CallsById } from './calls-by-id'

/** Calls of one connection that wait for something. */
export interface OpenCalls {
  connection: Connection
  /** Requests without their answer. */
  waiting: CallsById
  /** Answers whose request has not been met: it comes late where the sniffer mixed the order up. */
  early: CallsById
  /** The row of a cancel whose request has not been met, for the same reason. */
  earlyCancel: number
}

export function openCalls(connection: Connection): OpenCalls {
  return { connection, waiting: new CallsById(), early: new CallsById(), earlyCancel: NONE }
}

/** What the connection knows of a request: indices as the call table's columns want them. */
export interface RequestFacts {
  interface: number
  security: number
  level: number
  object: number
}

/** Appends calls and completes them. A PDU costs a few column writes and one map look-up. */
export class CallTable {
  readonly table = new GrowingTable(Call.COLUMNS)

  constructor(private readonly capture: Capture) {}

  /** A request fragment of a call that is under way, or a datagram sent again; gives the call's row, NONE where it begins one. */
  goOn(open: OpenCalls, pdu: number, head: number): number {
    const waiting = open.waiting.get(this.capture.pdus.get(Pdu.CallId, pdu))
    if (waiting === NONE || !this.#continues(waiting, head)) return NONE
    this.#extendRequest(waiting, pdu, head)
    return waiting
  }

  /** A request fragment that begins a call here, be it that its first one is missing; gives the call's row. */
  request(open: OpenCalls, pdu: number, head: number, facts: RequestFacts): number {
    const { pdus } = this.capture
    const callId = pdus.get(Pdu.CallId, pdu)
    const early = open.early.get(callId)
    const late = early !== NONE && this.#precedes(pdu, early)
    const call = late ? early : this.#add(open.connection, callId)
    if (late) open.early.delete(callId)
    else open.waiting.set(callId, call)
    this.#openRequest(call, pdu, head, facts)
    if (open.earlyCancel !== NONE && this.#overtook(open.earlyCancel, pdu)) {
      this.table.set(Call.CancelPdu, call, open.earlyCancel)
      open.earlyCancel = NONE
    }
    return call
  }

  /** A response, fault or reject fragment; gives its call's row, a new one where the request is unknown. */
  answer(open: OpenCalls, pdu: number, head: number, fault: boolean): number {
    const { pdus } = this.capture
    const callId = pdus.get(Pdu.CallId, pdu)
    let known = open.waiting.get(callId)
    if (known === NONE && !isFirst(head)) known = open.early.get(callId)
    const call = known === NONE ? this.#add(open.connection, callId) : known
    const { table } = this
    if (table.get(Call.ResponsePdu, call) === NONE) {
      table.set(Call.ResponsePdu, call, pdu)
      const frame = pdus.get(Pdu.FirstFrame, pdu)
      const request = table.get(Call.RequestFrame, call)
      if (request !== NONE) table.set(Call.Microseconds, call, microsecondsBetween(this.capture.frames, request, frame))
    }
    table.set(Call.ResponseEndPdu, call, pdu)
    table.set(Call.ResponseFrame, call, pdus.get(Pdu.Frame, pdu))
    table.set(Call.ResponseBytes, call, table.get(Call.ResponseBytes, call) + pdus.get(Pdu.StubLength, pdu))
    if (known === NONE) {
      table.set(Call.ContextId, call, pdus.get(Pdu.Context, pdu) & 0xffff)
      open.early.set(callId, call)
    }
    if (fault) this.#fail(call, pdu, head)
    else if (isLast(head)) this.#respond(call, pdu)
    if (fault || isLast(head)) open.waiting.delete(callId)
    return call
  }

  /** A co_cancel or orphaned for a call; NONE when no such call waits. */
  cancel(open: OpenCalls, pdu: number): number {
    const call = open.waiting.get(this.capture.pdus.get(Pdu.CallId, pdu))
    if (call === NONE) open.earlyCancel = pdu
    else this.table.set(Call.CancelPdu, call, pdu)
    return call
  }

  /** True if a cancel is of a request that follows it in the file but came before it in the TCP stream. */
  #overtook(cancel: number, request: number): boolean {
    const { pdus, frames } = this.capture
    if (pdus.get(Pdu.CallId, cancel) !== pdus.get(Pdu.CallId, request)) return false
    const [earlier, later] = [pdus.get(Pdu.Frame, request), pdus.get(Pdu.Frame, cancel)]
    if (frames.get(Frame.SourcePort, earlier) !== frames.get(Frame.SourcePort, later)) return false
    return ((frames.get(Frame.Seq, later) - frames.get(Frame.Seq, earlier)) | 0) > 0
  }

  #add({ index, calls }: Connection, callId: number): number {
    NEW_CALL[Call.Connection] = index
    NEW_CALL[Call.CallId] = callId
    const call = this.table.addRow(NEW_CALL)
    calls.push(call)
    return call
  }

  /** A fragment that is not the first, or a datagram sent again, belongs to the request that is under way. */
  #continues(call: number, head: number): boolean {
    if (this.table.get(Call.RequestPdu, call) === NONE) return false
    return !isFirst(head) || (pduFlags(head) & PduFlag.Connectionless) !== 0
  }

  #openRequest(call: number, pdu: number, head: number, facts: RequestFacts): void {
    const { table } = this
    const { pdus } = this.capture
    const context = pdus.get(Pdu.Context, pdu)
    table.set(Call.RequestPdu, call, pdu)
    table.set(Call.ContextId, call, context & 0xffff)
    table.set(Call.Opnum, call, context >>> 16)
    table.set(Call.Interface, call, facts.interface)
    table.set(Call.Security, call, facts.security)
    table.set(Call.Object, call, facts.object)
    table.set(Call.Level, call, facts.level)
    this.#extendRequest(call, pdu, head)
  }

  #extendRequest(call: number, pdu: number, head: number): void {
    const { table } = this
    const { pdus } = this.capture
    if (isLast(head)) {
      table.set(Call.RequestEndPdu, call, pdu)
      table.set(Call.RequestFrame, call, pdus.get(Pdu.Frame, pdu))
    }
    table.set(Call.RequestBytes, call, table.get(Call.RequestBytes, call) + pdus.get(Pdu.StubLength, pdu))
  }

  #respond(call: number, pdu: number): void {
    this.table.set(Call.Outcome, call, Outcome.Response)
    this.table.set(Call.Status, call, this.capture.pdus.get(Pdu.StubTail, pdu))
    this.table.set(Call.Executed, call, Executed.Yes)
  }

  #fail(call: number, pdu: number, head: number): void {
    const status = this.capture.pdus.get(Pdu.Status, pdu)
    this.table.set(Call.Outcome, call, Outcome.Fault)
    this.table.set(Call.Status, call, status)
    this.table.set(Call.Executed, call, executedDespiteFault(status, head))
  }

  /** True if a request was sent before the answer that was met first. */
  #precedes(requestPdu: number, call: number): boolean {
    const { table } = this
    const { frames, pdus, streams } = this.capture
    if (table.get(Call.RequestPdu, call) !== NONE) return false
    const request = pdus.get(Pdu.Frame, requestPdu)
    const response = table.get(Call.ResponseFrame, call)
    const stream = frames.get(Frame.Stream, request)
    const isTcp = stream !== NONE && streams.get(Stream.Transport, stream) === IpProtocol.Tcp
    if (!isTcp || stream !== frames.get(Frame.Stream, response))
      return secondsBetween(frames, request, response) > -CLOCK_TOLERANCE_SECONDS
    // Sequence numbers show the order on the wire: the answer acknowledges the request, which does not acknowledge the answer.
    const begins = pdus.get(Pdu.FirstFrame, table.get(Call.ResponsePdu, call))
    const asks = (frames.get(Frame.Ack, request) - frames.get(Frame.Seq, begins)) | 0
    const answers = (frames.get(Frame.Ack, response) - frames.get(Frame.Seq, request)) | 0
    return asks <= 0 && answers > 0
  }
}

/** Sniffers that mix up two directions also stamp them within so much. */
const CLOCK_TOLERANCE_SECONDS = 0.001

const MISSING = [
  Call.RequestPdu,
  Call.RequestEndPdu,
  Call.ResponsePdu,
  Call.ResponseEndPdu,
  Call.RequestFrame,
  Call.ResponseFrame,
  Call.Interface,
  Call.Opnum,
  Call.Security,
  Call.Status,
  Call.Microseconds,
  Call.Object,
  Call.CancelPdu,
]

/** A call of which nothing is known yet; its connection and id are set for each. */
const NEW_CALL = Uint32Array.from({ length: Call.COLUMNS }, (_, column) => (MISSING.includes(column) ? NONE : 0))

/** Statuses that a server's runtime gives before any method runs: C706 appendix E, MS-RPCE 3.3.3.4.3. */
const BEFORE_DISPATCH = new Set([
  NCA_UNKNOWN_OPERATION,
  NCA_UNKNOWN_INTERFACE,
  NCA_PROTOCOL_ERROR,
  NCA_INVALID_CONTEXT_ID,
  RPC_S_SEC_PKG_ERROR,
])

function executedDespiteFault(status: number, head: number): Executed {
  const connectionless = (pduFlags(head) & PduFlag.Connectionless) !== 0
  if (!connectionless && (pduPfc(head) & Pfc.DidNotExecute) !== 0) return Executed.No
  return BEFORE_DISPATCH.has(status) ? Executed.No : Executed.Unknown
}
