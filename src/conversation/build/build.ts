// From PDU rows to connections, contexts and calls, a window's rows at a time while the next bytes are read.
// A PDU costs some column reads and one map look-up; bytes are looked at only where contexts are negotiated.
import { IpProtocol, Pdu, PduFlag, PduType, Pipe, Stream } from '../../../asm/layout'
import type { Capture } from '../../capture/capture'
import { NONE, GrowingTable } from '../../capture/table'
import { addressText } from '../../capture/text'
import { CallTable, openCalls, type OpenCalls, type RequestFacts } from './call-table'
import { close } from './closing'
import { infer } from './inferring'
import { Interner } from './interner'
import {
  Call,
  type Connection,
  type Conversation,
  type Endpoint,
  Outcome,
  type PresentationContext,
  type SmbLogon,
} from '../model'
import { Negotiations } from './negotiations'
import { answer, offer } from '../negotiation'
import {
  fragmentLength,
  isFromClient,
  pduBytes,
  pduFlags,
  pduPfc,
  pduType,
  Pfc,
  verifierLength,
} from '../../capture/pdu'
import { pipeName } from '../../capture/pipes'
import { SecurityContexts } from './security'
import { smbLogons } from './smb-logons'
import { nameTicketHolders } from './ticket-holders'

/** Offsets in a connectionless header: object, interface and activity UUIDs. C706 12.5.2. */
enum Datagram {
  Object = 8,
  Interface = 24,
  Activity = 40,
}

/** Offset of a request's object UUID, where the flag says that there is one. C706 12.6.4.9. */
const REQUEST_OBJECT = 24
const UUID_BYTES = 16
/** frag_length has 16 bits. C706 12.6.3.1. */
const MOST_PDU_BYTES = 0x10000

/** A connection while PDUs still arrive. */
interface Building {
  connection: Connection
  /** Accepted, or not answered yet, by context id: interface index. */
  interfaces: Map<number, number>
  security: SecurityContexts
  open: OpenCalls
  /** Items offered and not answered, by call id. */
  offered: Map<number, PresentationContext[]>
}

/** Builds a Conversation from a capture that is still being read. */
export class ConversationBuilder {
  readonly #interfaces = new Interner()
  readonly #objects = new Interner()
  readonly #activities = new Interner()
  readonly #negotiations = new Negotiations()
  readonly #calls: CallTable
  readonly #callOfPdu = new GrowingTable(1)
  readonly #connections: Connection[] = []
  readonly #byStream: (Building | undefined)[] = []
  readonly #byPipe: (Building | undefined)[] = []
  readonly #byActivity = new Map<number, Building>()
  /** Number of the two hosts of a stream, by its row: a server may answer datagrams from a port of its own choice. */
  readonly #hostsOfStream: number[] = []
  readonly #hosts = new Map<number, number>()
  readonly #addresses = new Map<number, string>()
  readonly #facts: RequestFacts = { interface: NONE, security: NONE, level: 0, object: NONE }
  /** Bytes of the PDU that is looked at. */
  readonly #room = new Uint8Array(MOST_PDU_BYTES)
  #next = 0

  constructor(private readonly capture: Capture) {
    this.#calls = new CallTable(capture)
  }

  /** Takes PDU rows up to, not including, `toPduRow`. */
  feed(toPduRow: number): void {
    const to = Math.min(toPduRow, this.capture.pdus.rows)
    for (; this.#next < to; this.#next++) {
      const call = this.#take(this.#next)
      this.#callOfPdu.set(0, this.#callOfPdu.add(), call)
    }
  }

  /** Takes what is left and says how connections and calls ended. */
  end(): Conversation {
    this.feed(this.capture.pdus.rows)
    const conversation: Conversation = {
      connections: this.#connections,
      smbLogons: this.#smbLogons(),
      calls: this.#calls.table,
      interfaces: this.#interfaces.texts,
      objects: this.#objects.texts,
      callOfPdu: (pdu) => this.#callOfPdu.get(0, pdu),
      connectionOfPdu: (pdu) => this.#find(pdu)?.connection,
    }
    close(this.capture, conversation)
    infer(conversation, this.#interfaces)
    nameTicketHolders(this.capture, conversation)
    return conversation
  }

  /** Logons to SMB; a pipe gets the last one of its session that had succeeded before its first PDU. */
  #smbLogons(): SmbLogon[] {
    const logons = smbLogons(this.capture)
    const good = new Map<string, SmbLogon[]>()
    for (const logon of logons) {
      if (logon.status !== 0) continue
      const key = `${logon.stream} ${logon.session}`
      const known = good.get(key)
      if (known) known.push(logon)
      else good.set(key, [logon])
    }
    for (const connection of this.#connections) {
      const { pipe, stream, firstFrame } = connection
      if (pipe === undefined) continue
      const own = good.get(`${stream} ${this.capture.pipes.get(Pipe.Session, pipe)}`)
      const logon = own?.findLast(({ lastFrame }) => lastFrame <= firstFrame)
      if (logon) connection.smbLogon = logon
    }
    return logons
  }

  /** One PDU; gives the row of its call, or NONE. */
  #take(pdu: number): number {
    const { pdus } = this.capture
    const head = pdus.get(Pdu.Head, pdu)
    const building = this.#find(pdu) ?? this.#open(pdu, head)
    const { connection } = building
    connection.lastFrame = pdus.get(Pdu.Frame, pdu)
    if ((pduFlags(head) & PduFlag.Connectionless) !== 0) {
      const stream = pdus.get(Pdu.Stream, pdu)
      if (stream !== connection.stream) connection.answerStream ??= stream
    }
    if ((pduFlags(head) & (PduFlag.Resynchronised | PduFlag.Cut)) !== 0) connection.gaps++
    switch (pduType(head)) {
      case PduType.Request:
        return this.#request(building, pdu, head)
      case PduType.Response:
        return this.#answer(building, pdu, head, false)
      case PduType.Fault:
      case PduType.Reject:
        return this.#answer(building, pdu, head, true)
      case PduType.Bind:
      case PduType.AlterContext:
        this.#offer(building, pdu, head)
        return NONE
      case PduType.BindAck:
      case PduType.AlterContextResponse:
        this.#negotiated(building, pdu, head)
        return NONE
      case PduType.BindNak:
        connection.nak ??= { reason: pdus.get(Pdu.Status, pdu), frame: pdus.get(Pdu.Frame, pdu), pdu }
        building.offered.delete(pdus.get(Pdu.CallId, pdu))
        return NONE
      case PduType.Auth3:
        this.#token(building, pdu, head)
        return NONE
      case PduType.Cancel:
      case PduType.Orphaned:
      case PduType.DatagramCancel:
        return this.#calls.cancel(building.open, pdu)
      default:
        return NONE
    }
  }

  #request(building: Building, pdu: number, head: number): number {
    const underWay = this.#calls.goOn(building.open, pdu, head)
    if (underWay !== NONE) return underWay
    const facts = this.#facts
    this.#learn(building, pdu, head, facts)
    const call = this.#calls.request(building.open, pdu, head, facts)
    // The answer was written to the file before its request.
    if (this.#calls.table.get(Call.Outcome, call) === Outcome.Response)
      building.security.proven(facts.security, this.#calls.table.get(Call.ResponseFrame, call))
    return call
  }

  #learn(building: Building, pdu: number, head: number, facts: RequestFacts): void {
    const { pdus } = this.capture
    const flags = pduFlags(head)
    facts.object = NONE
    const auth = pdus.get(Pdu.Auth, pdu)
    facts.security = building.security.ofRequest(auth, pdus.get(Pdu.AuthContextId, pdu))
    facts.level = auth === 0 ? (building.connection.security[facts.security]?.level ?? 0) : (auth >>> 8) & 0xff
    if ((flags & PduFlag.Connectionless) !== 0) {
      const bytes = this.#bytes(pdu)
      facts.interface = this.#interfaces.ofBytes(bytes, Datagram.Interface, (flags & PduFlag.BigEndian) !== 0) >>> 0
      facts.object = this.#objects.ofBytes(bytes, Datagram.Object, (flags & PduFlag.BigEndian) !== 0) >>> 0
      return
    }
    facts.interface = building.interfaces.get(pdus.get(Pdu.Context, pdu) & 0xffff) ?? NONE
    if ((flags & PduFlag.Object) === 0) return
    if (pdus.get(Pdu.KeptLength, pdu) < REQUEST_OBJECT + UUID_BYTES) return
    const at = pdus.get(Pdu.Kept, pdu) + REQUEST_OBJECT
    facts.object = this.#objects.ofKept(this.capture, at, (flags & PduFlag.BigEndian) !== 0) >>> 0
  }

  #answer(building: Building, pdu: number, head: number, fault: boolean): number {
    const { pdus } = this.capture
    const frame = pdus.get(Pdu.Frame, pdu)
    const callId = pdus.get(Pdu.CallId, pdu)
    if (fault && !building.open.waiting.has(callId)) building.security.refused(callId, frame, pdus.get(Pdu.Status, pdu))
    const call = this.#calls.answer(building.open, pdu, head, fault)
    const { table } = this.#calls
    const outcome = table.get(Call.Outcome, call)
    if (outcome === Outcome.Response) building.security.proven(table.get(Call.Security, call), frame)
    else if (outcome === Outcome.Fault) {
      const signed = verifierLength(pdus.get(Pdu.Lengths, pdu)) > 0
      building.security.faulted(table.get(Call.Security, call), frame, pdus.get(Pdu.Status, pdu), signed)
    }
    return call
  }

  #offer(building: Building, pdu: number, head: number): void {
    const { pdus } = this.capture
    const { connection } = building
    const bytes = this.#bytes(pdu)
    const frame = pdus.get(Pdu.Frame, pdu)
    if (pduType(head) === PduType.Bind) connection.sawBind = true
    const body = this.#negotiations.offer(bytes)
    if (body) {
      const items = offer(connection, body, frame)
      building.offered.set(pdus.get(Pdu.CallId, pdu), items)
      connection.associationGroup ??= body.associationGroup || undefined
      connection.requestedGroup ??= body.associationGroup || undefined
      for (const { id, interface: uuid } of items) {
        const index = this.#interfaces.ofText(uuid)
        if (!building.interfaces.has(id)) building.interfaces.set(id, index)
      }
    }
    this.#token(building, pdu, head)
  }

  #negotiated(building: Building, pdu: number, head: number): void {
    const { pdus } = this.capture
    const { connection, offered } = building
    const callId = pdus.get(Pdu.CallId, pdu)
    const body = this.#negotiations.answer(this.#bytes(pdu))
    if (body) {
      const items = offered.get(callId) ?? []
      offered.delete(callId)
      answer(connection, items, body, pdus.get(Pdu.Frame, pdu))
      for (const { id, interface: uuid, state } of items)
        if (state === 'accepted') building.interfaces.set(id, this.#interfaces.ofText(uuid))
      connection.maxTransmit ??= body.maxTransmit
      connection.maxReceive ??= body.maxReceive
      if (body.associationGroup) connection.associationGroup = body.associationGroup
    }
    this.#token(building, pdu, head)
  }

  #token(building: Building, pdu: number, head: number): void {
    const { pdus } = this.capture
    const lengths = pdus.get(Pdu.Lengths, pdu)
    const length = verifierLength(lengths)
    const auth = pdus.get(Pdu.Auth, pdu)
    if (length === 0 || auth === 0) return
    const bytes = this.#bytes(pdu)
    const from = fragmentLength(lengths) - length
    building.security.token({
      id: pdus.get(Pdu.AuthContextId, pdu),
      type: auth & 0xff,
      level: (auth >>> 8) & 0xff,
      frame: pdus.get(Pdu.Frame, pdu),
      callId: pdus.get(Pdu.CallId, pdu),
      pduType: pduType(head),
      headerSign: (pduPfc(head) & Pfc.SupportHeaderSign) !== 0,
      token: bytes.subarray(Math.min(from, bytes.length), Math.min(from + length, bytes.length)),
    })
  }

  /** The bytes kept of a PDU, until those of another are asked for: what is read from them is text and numbers. */
  #bytes(pdu: number): Uint8Array<ArrayBuffer> {
    return pduBytes(this.capture, pdu, this.#room)
  }

  #find(pdu: number): Building | undefined {
    const { pdus } = this.capture
    const pipe = pdus.get(Pdu.Pipe, pdu)
    if (pipe !== NONE) return this.#byPipe[pipe]
    const stream = pdus.get(Pdu.Stream, pdu)
    if ((pduFlags(pdus.get(Pdu.Head, pdu)) & PduFlag.Connectionless) === 0) return this.#byStream[stream]
    return this.#byActivity.get(this.#activity(pdu))
  }

  /** A number for the activity between two hosts. C706 9.5.3: answers carry it, whatever port they come from. */
  #activity(pdu: number): number {
    const { pdus } = this.capture
    const big = (pduFlags(pdus.get(Pdu.Head, pdu)) & PduFlag.BigEndian) !== 0
    const activity = this.#activities.ofBytes(this.#bytes(pdu), Datagram.Activity, big) + 1
    return this.#hostsOf(pdus.get(Pdu.Stream, pdu)) * 2 ** 26 + (activity & 0x3ffffff)
  }

  #hostsOf(stream: number): number {
    const known = this.#hostsOfStream[stream]
    if (known !== undefined) return known
    const { streams } = this.capture
    const [a, b] = [streams.get(Stream.AddressA, stream), streams.get(Stream.AddressB, stream)]
    const key = Math.min(a, b) * 2 ** 26 + Math.max(a, b)
    const hosts = this.#hosts.get(key) ?? this.#hosts.size
    this.#hosts.set(key, hosts)
    return (this.#hostsOfStream[stream] = hosts)
  }

  #open(pdu: number, head: number): Building {
    const { pdus, streams } = this.capture
    const stream = pdus.get(Pdu.Stream, pdu)
    const pipe = pdus.get(Pdu.Pipe, pdu)
    const fromB = (pduFlags(head) & PduFlag.FromB) !== 0
    const clientIsB = isFromClient(pduType(head)) === fromB
    const endpoint = (address: Stream, port: Stream): Endpoint => ({
      address: streams.get(address, stream),
      text: this.#addressText(streams.get(address, stream)),
      port: streams.get(port, stream),
    })
    const a = endpoint(Stream.AddressA, Stream.PortA)
    const b = endpoint(Stream.AddressB, Stream.PortB)
    const firstFrame = pdus.get(Pdu.FirstFrame, pdu)
    const connection: Connection = {
      index: this.#connections.length,
      stream,
      transport: this.#transport(stream, pipe),
      client: clientIsB ? b : a,
      server: clientIsB ? a : b,
      firstFrame,
      lastFrame: firstFrame,
      sawStart: false,
      sawBind: false,
      close: { how: 'open' },
      closes: [],
      contexts: [],
      transfers: new Map(),
      security: [],
      calls: [],
      gaps: 0,
    }
    if (pipe !== NONE) {
      connection.pipe = pipe
      connection.pipeName = pipeName(this.capture, pipe)
    }
    const building: Building = {
      connection,
      interfaces: new Map(),
      security: new SecurityContexts(connection.security),
      open: openCalls(connection),
      offered: new Map(),
    }
    this.#connections.push(connection)
    if (pipe !== NONE) this.#byPipe[pipe] = building
    else if ((pduFlags(head) & PduFlag.Connectionless) === 0) this.#byStream[stream] = building
    else this.#byActivity.set(this.#activity(pdu), building)
    return building
  }

  #addressText(row: number): string {
    const known = this.#addresses.get(row)
    if (known !== undefined) return known
    const text = addressText(this.capture.addresses, row)
    this.#addresses.set(row, text)
    return text
  }

  #transport(stream: number, pipe: number): Connection['transport'] {
    if (pipe !== NONE) return this.capture.pipes.get(Pipe.Version, pipe) === 1 ? 'smb' : 'smb2'
    return this.capture.streams.get(Stream.Transport, stream) === Number(IpProtocol.Udp) ? 'udp' : 'tcp'
  }
}
