// A PDU row as everyone who describes it needs it: columns unpacked, kept bytes, connection, call and names available.
import { NULL_UUID } from '../../names/well-known'
import { Pdu, PduFlag, PduType } from '../../../asm/layout'
import type { Capture } from '../../capture/capture'
import {
  fragmentLength,
  isSealed,
  pduBytes,
  pduFlags,
  pduPfc,
  pduType,
  stubAt,
  verifierLength,
} from '../../capture/pdu'
import { pipeName } from '../../capture/pipes'
import { NONE } from '../../capture/table'
import { uuidText } from '../../capture/text'
import { encodesNdr64 } from '../../conversation/learnt-endpoints'
import { Call, type Connection, type Conversation } from '../../conversation/model'
import type { Names } from '../../names/names'

/** What describing needs; conversation and names are missing while the file is still being read. */
export interface Context {
  capture: Capture
  conversation?: Conversation | undefined
  names?: Names | undefined
}

const OBJECT_AT = 24
const CL_OBJECT_AT = 8
const CL_INTERFACE_AT = 24
const CL_HEADER_BYTES = 80

/** One row of Pdu, unpacked. Absent values are undefined. */
export interface PduView {
  row: number
  frame: number
  firstFrame: number
  stream: number
  type: PduType
  pfc: number
  flags: number
  little: boolean
  connectionless: boolean
  fragmentLength: number
  authLength: number
  callId: number
  contextId?: number
  opnum?: number
  object?: string
  auth?: { type: number; level: number; padLength: number; contextId: number }
  /** Fault status or reject reason. */
  status?: number
  sealed: boolean
  /** The presentation context's encoding is NDR64. */
  wide: boolean
  /** Where the stub of a request, response or fault begins in the PDU. */
  stubAt: number
  stubLength: number
  stubTail?: number
  connection?: Connection
  interface?: string
  pipeName?: string
}

/** Unpacks a row of Pdu; `row` must be below pdus.rows. */
export function pduView({ capture, conversation }: Context, row: number): PduView {
  const { pdus } = capture
  const get = (column: Pdu) => pdus.get(column, row)
  const head = get(Pdu.Head)
  const flags = pduFlags(head)
  const type = pduType(head)
  const auth = get(Pdu.Auth)
  const connectionless = (flags & PduFlag.Connectionless) !== 0
  const call = conversation?.callOfPdu(row) ?? NONE
  const connection = conversation?.connectionOfPdu(row)
  const view: PduView = {
    row,
    frame: get(Pdu.Frame),
    firstFrame: get(Pdu.FirstFrame),
    stream: get(Pdu.Stream),
    type,
    pfc: pduPfc(head),
    flags,
    little: (flags & PduFlag.BigEndian) === 0,
    connectionless,
    fragmentLength: fragmentLength(get(Pdu.Lengths)),
    authLength: verifierLength(get(Pdu.Lengths)),
    callId: get(Pdu.CallId),
    sealed: isSealed(head),
    wide: false,
    stubAt: stubAt(head) ?? 0,
    stubLength: get(Pdu.StubLength),
  }
  if (auth !== 0)
    view.auth = {
      type: auth & 0xff,
      level: (auth >>> 8) & 0xff,
      padLength: (auth >>> 16) & 0xff,
      contextId: get(Pdu.AuthContextId),
    }
  if (type === PduType.Request || type === PduType.Response || type === PduType.Fault) {
    if (!connectionless) view.contextId = get(Pdu.Context) & 0xffff
    if (type === PduType.Request || connectionless) view.opnum = get(Pdu.Context) >>> 16
    if (get(Pdu.StubTail) !== NONE) view.stubTail = get(Pdu.StubTail)
  }
  if (type === PduType.Fault || type === PduType.BindNak || type === PduType.Reject) view.status = get(Pdu.Status)
  if (connection) {
    view.connection = connection
    view.wide = view.contextId !== undefined && encodesNdr64(connection, view.contextId)
  }
  const pipe = get(Pdu.Pipe)
  if (pipe !== NONE) view.pipeName = pipeName(capture, pipe)
  if (call !== NONE && conversation) {
    const uuid = interfaceOfCall(conversation, row)
    const opnum = conversation.calls.get(Call.Opnum, call)
    if (uuid) view.interface = uuid
    if (view.opnum === undefined && opnum !== NONE) view.opnum = opnum
  }
  readIdentifiers(view, capture)
  return view
}

/** The interface of a PDU, as pduView() gives it, for walks over many PDUs. */
export function pduInterface({ capture, conversation }: Context, row: number): string | undefined {
  const head = capture.pdus.get(Pdu.Head, row)
  if ((pduFlags(head) & PduFlag.Connectionless) !== 0) {
    const own = connectionlessInterface(pduBytes(capture, row), (pduFlags(head) & PduFlag.BigEndian) === 0)
    if (own !== undefined) return own
  }
  return interfaceOfCall(conversation, row)
}

function interfaceOfCall(conversation: Conversation | undefined, row: number): string | undefined {
  const call = conversation?.callOfPdu(row) ?? NONE
  return call === NONE ? undefined : conversation!.interfaces[conversation!.calls.get(Call.Interface, call)]
}

/** The header of a connectionless PDU says its interface itself. C706 12.5.1. */
function connectionlessInterface(kept: Uint8Array, little: boolean): string | undefined {
  return kept.length < CL_HEADER_BYTES ? undefined : uuidText(kept, CL_INTERFACE_AT, !little)
}

/** Object UUID, and what connectionless headers say themselves. C706 12.6.4.9, 12.5.1. */
function readIdentifiers(view: PduView, capture: Capture): void {
  const hasObject = (view.flags & PduFlag.Object) !== 0
  if (!hasObject && !view.connectionless) return
  const kept = pduBytes(capture, view.row)
  if (view.connectionless) {
    const own = connectionlessInterface(kept, view.little)
    if (own === undefined) return
    const object = uuidText(kept, CL_OBJECT_AT, !view.little)
    if (object !== NULL_UUID) view.object = object
    view.interface = own
  } else if (view.type === PduType.Request && kept.length >= OBJECT_AT + 16)
    view.object = uuidText(kept, OBJECT_AT, !view.little)
}

/** The readable stub of a request, response or fault as far as it was kept; undefined when it is sealed. */
export function keptStub(view: PduView, capture: Capture): Uint8Array<ArrayBuffer> | undefined {
  if (view.sealed) return undefined
  return pduBytes(capture, view.row).slice(view.stubAt, view.stubAt + view.stubLength)
}

/** Interface and method of a PDU as text, by name where there is one. */
export function operationNames(view: PduView, names: Names | undefined): { interface?: string; method?: string } {
  const { interface: uuid, opnum } = view
  if (!uuid) return opnum === undefined ? {} : { method: `opnum ${opnum}` }
  const method = opnum === undefined ? undefined : (names?.method(uuid, opnum) ?? `opnum ${opnum}`)
  return { interface: names?.interfaceName(uuid) ?? uuid, ...(method ? { method } : {}) }
}
