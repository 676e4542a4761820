// What all rules look at: the case, sorted once, and a note of what earlier rules have explained already.
import { EPM, IACTIVATION, IOBJECT_EXPORTER, ISYSTEM_ACTIVATOR, NETLOGON } from '../names/well-known'
import { Frame, Pdu, Stream, StreamFlag } from '../../asm/layout'
import type { Capture } from '../capture/capture'
import { NONE } from '../capture/table'
import { addressTexts } from '../capture/text'
import { isNdr64 } from '../conversation/learnt-endpoints'
import { callerOf } from '../conversation/identity-name'
import { Call, Outcome, type Connection, type Conversation, type SecurityContext } from '../conversation/model'
import { verifierLength } from '../capture/pdu'
import type { Machine } from '../etw/events/machine-model'
import type { Names, ReturnKind } from '../names/names'
import { innerStatus, methodWithInnerStatus } from './signs/call/inner-status'
import { isFailure, returnsStatus } from './signs/call/return-value'
import { trafficOf } from './signs/network/traffic'
import type { Confidence } from './finding'
import type { CaseFile } from './case-file'
import { AnsweredCalls } from './answered-calls'
import { Claims, type ClaimsView } from './claims'
import { firstOfEachKind, grouped } from './look-up'
import { HIDDEN, who } from './text/identities'

/** Interfaces whose every call some rule wants to see: they lead from one connection to the next. */
const WATCHED = [EPM, ISYSTEM_ACTIVATOR, IACTIVATION, IOBJECT_EXPORTER]

/** The caller through a pipe whose SMB logon is not in the capture. */
const UNSEEN_SMB_USER = 'the user of the SMB session'

const NONE_UNDER: readonly number[] = []
/** A call that took longer is worth a look. */
const SLOW_MICROSECONDS = 1_000_000

/** A case with its calls sorted by what became of them. One walk over the calls, however many rules there are. */
export class Examination implements CaseFile {
  readonly capture: Capture
  readonly conversation: Conversation
  readonly names: Names
  readonly machine: Machine | undefined
  /** Rows of calls: answered by a fault, lost with their connection, given up, without any answer. */
  readonly faults: number[] = []
  readonly lost: number[] = []
  readonly cancelled: number[] = []
  readonly open: number[] = []
  /** Answered, and the return value says that it failed. */
  readonly errorReturns: number[] = []
  readonly slow: number[] = []
  /** Answers whose request is not in the capture, requests of no known interface. */
  readonly unrequested: number[] = []
  readonly unnamed: number[] = []
  readonly answered: AnsweredCalls
  #users?: Map<string, SecurityContext>
  #failed?: Set<number>
  #unrequestedFaults?: Map<number, number>
  #servers?: Map<string, Set<number>>
  /** `client server`, one string for each pair. */
  readonly #pairs = new Map<string, Map<string, string>>()
  /** RPC connections on a stream (row of Stream). */
  readonly #byStream = new Map<number, Connection[]>()
  /** Calls of watched interfaces, by UUID. */
  readonly #watched = new Map<string, number[]>(WATCHED.map((uuid) => [uuid, []]))
  /** Calls by index of their connections and of their security contexts. */
  readonly #faultsByContext: (number[] | undefined)[][] = []
  #firstCalls?: Map<number, number>
  #byHosts?: Map<number, Connection[]>
  /** By index of an interface: the opnum of its method with a status inside the answer, if there is one. */
  readonly #withInner: readonly (number | undefined)[]
  readonly #addressText: (row: number) => string
  readonly #claims: ClaimsView

  /** `claims` is what rules have explained so far; diagnose() records it while they run. */
  constructor({ capture, conversation, names, machine }: CaseFile, claims: ClaimsView = new Claims()) {
    this.#claims = claims
    this.machine = machine
    this.capture = capture
    this.conversation = conversation
    this.names = names
    this.answered = new AnsweredCalls(conversation)
    this.#addressText = addressTexts(capture)
    this.#withInner = conversation.interfaces.map(methodWithInnerStatus)
    for (const connection of conversation.connections) {
      const known = this.#byStream.get(connection.stream)
      if (known) known.push(connection)
      else this.#byStream.set(connection.stream, [connection])
    }
    this.#sort()
  }

  #sort(): void {
    const { calls, interfaces } = this.conversation
    const kinds: ReturnKind[] = interfaces.map((uuid) => this.names.returnKind(uuid))
    const watched = interfaces.map((uuid) => this.#watched.get(uuid))
    const known = interfaces.map((uuid) => this.names.interfaceName(uuid) !== undefined)
    const { rows } = calls
    for (let call = 0; call < rows; call++) {
      const index = calls.get(Call.Interface, call)
      if (calls.get(Call.RequestPdu, call) === NONE) this.unrequested.push(call)
      else if (index === NONE) this.unnamed.push(call)
      if (index !== NONE) watched[index]?.push(call)
      const micros = calls.get(Call.Microseconds, call)
      if (micros !== NONE && micros > SLOW_MICROSECONDS) this.slow.push(call)
      switch (calls.get(Call.Outcome, call)) {
        case Outcome.Response: {
          const status = this.statusOf(call)
          if (status === 0 || status === NONE || index === NONE || !known[index]) break
          const opnum = calls.get(Call.Opnum, call)
          const kind = interfaces[index] === NETLOGON ? this.names.returnKind(NETLOGON, opnum) : kinds[index]!
          if (isFailure(status, kind) && returnsStatus(interfaces[index]!, opnum)) this.errorReturns.push(call)
          break
        }
        case Outcome.Fault:
          this.#fault(call)
          break
        case Outcome.Lost:
          this.lost.push(call)
          break
        case Outcome.Cancelled:
          this.cancelled.push(call)
          break
        default:
          this.open.push(call)
      }
    }
  }

  /** A fault's status, or what the method returned: that inside its answer, where its last word is not what counts. */
  statusOf(call: number): number {
    const { calls, interfaces } = this.conversation
    const status = calls.get(Call.Status, call)
    if (status !== 0 || calls.get(Call.Outcome, call) !== Outcome.Response) return status
    const index = calls.get(Call.Interface, call)
    if (index === NONE || this.#withInner[index] !== calls.get(Call.Opnum, call)) return status
    const pdus = { request: calls.get(Call.RequestPdu, call), answer: calls.get(Call.ResponsePdu, call) }
    return innerStatus(this.capture, interfaces[index]!, pdus, this.isNdr64(call)) ?? status
  }

  #fault(call: number): void {
    this.faults.push(call)
    const security = this.conversation.calls.get(Call.Security, call)
    if (security === NONE) return
    const connection = this.conversation.calls.get(Call.Connection, call)
    const known = (this.#faultsByContext[connection] ??= [])
    const under = known[security]
    if (under) under.push(call)
    else known[security] = [call]
  }

  /** Faults of calls under one security context of a connection, in order. */
  faultsUnder(connection: Connection, security: number): readonly number[] {
    return this.#faultsByContext[connection.index]?.[security] ?? NONE_UNDER
  }

  /** The first call under one security context of a connection; undefined where there is none. */
  firstCallUnder(connection: Connection, security: number): number | undefined {
    this.#firstCalls ??= this.#firstCallOfEach()
    return this.#firstCalls.get(contextKey(connection, security))
  }

  #firstCallOfEach(): Map<number, number> {
    const { calls, connections } = this.conversation
    const first = new Map<number, number>()
    const securityOf = (call: number) => calls.get(Call.Security, call)
    for (const connection of connections) {
      if (connection.security.length === 0) continue
      for (const call of firstOfEachKind(connection.calls, securityOf))
        if (securityOf(call) !== NONE) first.set(contextKey(connection, securityOf(call)), call)
    }
    return first
  }

  /** A user who is known by name and whose calls are answered, of the same client, server and level as a connection. */
  knownUser({ client, server }: Connection, level: number): SecurityContext | undefined {
    if (!this.#users) {
      this.#users = new Map()
      for (const { client: from, server: to, security } of this.conversation.connections)
        for (const context of security) {
          const key = `${from.text} ${to.text} ${context.level}`
          if (context.user && context.provenFrame !== undefined && !this.#users.has(key)) this.#users.set(key, context)
        }
    }
    return this.#users.get(`${client.text} ${server.text} ${level}`)
  }

  /** True if packets of a connection, or parts of its frames, are missing in the capture: what is not seen may have been. */
  isIncomplete(connection: Connection): boolean {
    const missing = trafficOf(this).byStream.get(connection.stream)?.missing ?? 0
    return connection.gaps > 0 || missing > 0 || this.isOneSided(connection)
  }

  /** True if only what one end sent is in the capture. Answers to datagrams may come from another port. */
  isOneSided({ stream, answerStream }: Connection): boolean {
    return answerStream === undefined && this.isStreamOneSided(stream)
  }

  /**
   * True if one side of a stream sent bytes and the capture holds nothing of the other side. A server that accepted the
   * connection, or ended it, was captured: it just said nothing.
   */
  isStreamOneSided(stream: number): boolean {
    const { streams } = this.capture
    const has = (column: Stream) => streams.get(column, stream) !== NONE
    const resets = (flag: StreamFlag) => (streams.get(Stream.Flags, stream) & flag) !== 0
    const seenA =
      streams.get(Stream.BytesA, stream) > 0 ||
      has(Stream.SynFrame) ||
      has(Stream.FinFrameA) ||
      resets(StreamFlag.RstByA)
    const seenB =
      streams.get(Stream.BytesB, stream) > 0 ||
      has(Stream.SynAckFrame) ||
      has(Stream.FinFrameB) ||
      resets(StreamFlag.RstByB)
    return !seenA || !seenB
  }

  /** `confidence`, or low where the connection is not wholly in the capture: for what rests on something not being there. */
  confidenceOn(connection: Connection, confidence: Confidence): Confidence {
    return this.isIncomplete(connection) ? 'low' : confidence
  }

  /** True if the capture shows RPC to this port. */
  isRpcServer(address: string, port: number): boolean {
    this.#servers ??= this.#serverPorts()
    return this.#servers.get(address)?.has(port) === true
  }

  #serverPorts(): Map<string, Set<number>> {
    const found = new Map<string, Set<number>>()
    for (const { pipe, server } of this.conversation.connections) {
      if (pipe !== undefined) continue
      const ports = found.get(server.text)
      if (ports) ports.add(server.port)
      else found.set(server.text, new Set([server.port]))
    }
    return found
  }

  /**
   * The key `client server` of two addresses, as text. A capture has many connections and few pairs: each pair's text is made
   * and hashed once.
   */
  pairOf(client: string, server: string): string {
    let pairs = this.#pairs.get(client)
    if (!pairs) this.#pairs.set(client, (pairs = new Map<string, string>()))
    let pair = pairs.get(server)
    if (pair === undefined) pairs.set(server, (pair = `${client} ${server}`))
    return pair
  }

  /** Calls of the endpoint mapper, the activators or the object exporter, in order. */
  callsOf(uuid: string): readonly number[] {
    return this.#watched.get(uuid) ?? []
  }

  /** Calls that activate an object, in order. */
  get activations(): number[] {
    return [...this.callsOf(ISYSTEM_ACTIVATOR), ...this.callsOf(IACTIVATION)].sort((a, b) => a - b)
  }

  /** Text of a row of Address. */
  addressText(row: number): string {
    return this.#addressText(row)
  }

  /** Addresses of who sent a frame and who got it. */
  endsOf(frame: number): { source: string; destination: string } {
    const { frames } = this.capture
    return {
      source: this.#addressText(frames.get(Frame.Source, frame)),
      destination: this.#addressText(frames.get(Frame.Destination, frame)),
    }
  }

  connectionOf(call: number): Connection {
    return this.conversation.connections[this.conversation.calls.get(Call.Connection, call)]!
  }

  /** RPC connections on a stream: one over plain TCP, one a pipe over SMB, none where there is no RPC. */
  connectionsOn(stream: number): readonly Connection[] {
    return this.#byStream.get(stream) ?? []
  }

  /** All connections between the client and the server of one, in order; the same list for each of them. */
  connectionsBetween(connection: Connection): readonly Connection[] {
    this.#byHosts ??= grouped(this.conversation.connections, hostsOf)
    return this.#byHosts.get(hostsOf(connection)) ?? []
  }

  securityOf(call: number): SecurityContext | undefined {
    const index = this.conversation.calls.get(Call.Security, call)
    return index === NONE ? undefined : this.connectionOf(call).security[index]
  }

  /** Who makes a call, for a sentence: by its own logon, else by the SMB session that the pipe belongs to. */
  callerOf(call: number): string {
    if (this.isLogonHidden(call)) return HIDDEN
    const connection = this.connectionOf(call)
    const caller = callerOf(connection, this.conversation.calls.get(Call.Security, call))
    return caller === undefined && connection.pipe !== undefined ? UNSEEN_SMB_USER : who(caller)
  }

  /** True if a call carries a verifier that the capture does not hold: the client logged on as an unknown user. */
  isLogonHidden(call: number): boolean {
    const pdu = this.conversation.calls.get(Call.RequestPdu, call)
    if (pdu === NONE || this.securityOf(call) !== undefined) return false
    return verifierLength(this.capture.pdus.get(Pdu.Lengths, pdu)) > 0
  }

  /** UUID text of a call's interface; undefined where it is not known. */
  interfaceOf(call: number): string | undefined {
    const index = this.conversation.calls.get(Call.Interface, call)
    return index === NONE ? undefined : this.conversation.interfaces[index]
  }

  /** The fault in a frame that answers no request: the answer to a logon, for instance. */
  unrequestedFaultIn(frame: number | undefined): number | undefined {
    if (!this.#unrequestedFaults) {
      this.#unrequestedFaults = new Map()
      const { calls } = this.conversation
      for (const call of this.unrequested)
        if (calls.get(Call.Outcome, call) === Outcome.Fault)
          this.#unrequestedFaults.set(calls.get(Call.ResponseFrame, call), call)
    }
    return frame === undefined ? undefined : this.#unrequestedFaults.get(frame)
  }

  /** True if no answer of a call is in the capture. */
  isUnanswered(call: number): boolean {
    return this.conversation.calls.get(Call.ResponseFrame, call) === NONE
  }

  /** True if a call was answered with a return value that says that it failed. */
  hasFailed(call: number): boolean {
    this.#failed ??= new Set(this.errorReturns)
    return this.#failed.has(call)
  }

  /** True if a call's stub is encoded as NDR64. */
  isNdr64(call: number): boolean {
    return isNdr64(this.conversation, call)
  }

  /**
   * Row of Frame that shows a call: where its request is complete, else where the request begins (its last fragment never
   * came), else its answer.
   */
  frameOf(call: number): number {
    const { calls } = this.conversation
    const complete = calls.get(Call.RequestFrame, call)
    if (complete !== NONE) return complete
    const begun = this.capture.pdus.get(Pdu.Frame, calls.get(Call.RequestPdu, call))
    return begun === NONE ? calls.get(Call.ResponseFrame, call) : begun
  }

  /** Frames in the capture that belong to a TCP or UDP stream are few or many: its row says how many. */
  streamValue(column: Stream, stream: number): number {
    return this.capture.streams.get(column, stream)
  }

  /** The rule that has explained a call, or a stream's end. */
  explainedBy(call: number): string | undefined {
    return this.#claims.explainedBy(call)
  }

  endExplainedBy(stream: number): string | undefined {
    return this.#claims.endExplainedBy(stream)
  }

  /** True if an event of the machine itself proves why a stream ended. */
  isEndProven(stream: number): boolean {
    return this.#claims.isEndProven(stream)
  }

  /** Those of the calls that no rule has explained yet. */
  unexplained(calls: readonly number[]): number[] {
    return calls.filter((call) => this.#claims.explainedBy(call) === undefined)
  }
}

/** A number for the hosts at the ends of a connection, by their rows of Address. */
function hostsOf({ client, server }: Connection): number {
  return client.address * 2 ** 26 + server.address
}

function contextKey(connection: Connection, security: number): number {
  return connection.index * 2 ** 24 + security
}
