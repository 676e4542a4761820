// An RPC connection between two hosts, call by call: what a test's scenario is written with.
import type { ServerNames } from '../security/av-pairs'
import type { Account } from '../security/ntlm'
import { fileTime } from '../security/ntlm'
import type { Level, SecurityContext } from '../security/context'
import { KerberosLogon } from '../security/kerberos-logon'
import { Logon } from '../security/logon'
import { type Side, TcpConnection, type TcpOptions } from '../network/tcp'
import type { Wire } from '../network/wire'
import {
  ACCEPTANCE,
  auth3Pdu,
  type BindBody,
  bindAckPdu,
  bindNakPdu,
  bindPdu,
  bindTimeFeatures,
  type CallPdu,
  cancelPdu,
  type ContextResult,
  faultPdu,
  NDR32,
  NDR64,
  NEGOTIATE_ACK,
  orphanedPdu,
  type PduOptions,
  PFC_FIRST,
  PFC_LAST,
  PFC_SUPPORT_HEADER_SIGN,
  PROVIDER_REJECTION,
  PTYPE,
  requestPdu,
  responsePdu,
  shutdownPdu,
  type Syntax,
} from './pdu'

export const FEATURES = bindTimeFeatures(3)
const SECURITY_MULTIPLEXING_AND_ORPHANS = 3
const TRANSFER_NOT_SUPPORTED = 2
const NOTHING = new Uint8Array(0)
/** Fragment header, object UUID, trailer, signature: what a fragment spends besides its stub. */
const FRAGMENT_OVERHEAD = 24 + 16 + 8 + 16

export interface SessionOptions extends TcpOptions {
  /** Call id of the first call; Windows starts at 2, 1 or anywhere in a pooled association. */
  firstCallId?: number
  /** How the server's NTLM challenge names it; by default after its host. */
  serverNames?: ServerNames
  /** Byte order of each side's PDUs. */
  clientLittleEndian?: boolean
  serverLittleEndian?: boolean
  /** Both sides offer header signing, as Windows does since Vista. */
  signsHeaders?: boolean
  /** Secondary address of the bind_ack: the port when not given. */
  endpoint?: string
  /** Association group that the client asks for; 0 for a new one. */
  associationGroup?: number
  /** Largest fragment. */
  maxFragment?: number
  /** What a bind offers that does not say; NDR32 alone when not given. */
  transfers?: readonly Syntax[]
  /** The server takes NDR64 where it is offered, and then not NDR32, as Windows since Server 2008 R2. */
  prefersNdr64?: boolean
  /** Carries the PDUs instead of the bare TCP connection. */
  carrier?: (tcp: TcpConnection) => Carrier
}

/** What brings PDUs to the other side. */
export interface Carrier {
  send(side: Side, pdu: Uint8Array): void
}

/** A new logon to go with a bind or an alter_context. */
export interface LogonRequest {
  /** Undefined logs on anonymously. */
  account?: Account
  level: Level
  /** Another security package than those below: makes the context with this id. */
  context?: (contextId: number) => SecurityContext
  package?: 'ntlm' | 'spnego' | 'kerberos' | 'spnego-kerberos'
  /** Kerberos: the realm of the server's principal, and the error by which it refuses the first token. */
  realm?: string
  kerberosError?: number
  targetName?: string
  version1?: boolean
  sealedVersion1?: boolean
  machine?: string
  withoutKeyExchange?: boolean
  oldSessionSecurity?: boolean
  serverIsDomain?: boolean
  /** SPNEGO around NTLM: Kerberos is offered first and not taken; the server rejects whatever is offered. */
  offersKerberos?: boolean
  rejected?: boolean
  /** The server's clock, in seconds ahead of the capture's. */
  clockAhead?: number
}

export interface OfferOptions {
  logon?: LogonRequest
  /** One presentation context a transfer syntax; the session's when not given. */
  transfers?: readonly Syntax[]
}

/** A bind or alter_context under way. */
export interface Offer {
  first: boolean
  callId: number
  abstract: Syntax
  transfers: readonly Syntax[]
  firstContextId: number
  logon?: SecurityContext
}

/** What calls are made on: a presentation context, and the logon that protects them. */
export interface Binding {
  contextId: number
  logon?: SecurityContext
}

export interface Request {
  opnum: number
  /** Empty when not given. */
  stub?: Uint8Array
  object?: string
  callId?: number
  /** Another logon than the binding's. */
  logon?: SecurityContext
}

export interface Call {
  callId: number
  contextId: number
  logon?: SecurityContext
}

export interface Fault {
  flags?: number
  contextId?: number
  extendedError?: Uint8Array
}

export class RpcSession {
  readonly tcp: TcpConnection
  readonly wire: Wire
  nextCallId: number
  readonly #options: SessionOptions
  readonly #group: number
  readonly #carrier: Carrier
  #nextContextId = 0
  #logons = 0
  #bound = false
  #logon: SecurityContext | undefined

  constructor(wire: Wire, options: SessionOptions) {
    this.wire = wire
    this.tcp = new TcpConnection(wire, options)
    this.#carrier = options.carrier?.(this.tcp) ?? this.tcp
    this.nextCallId = options.firstCallId ?? 2
    this.#options = options
    this.#group = options.associationGroup || 0x5000 + (options.clientPort & 0xff)
  }

  /** The TCP handshake. */
  open(): this {
    this.tcp.open()
    return this
  }

  /** Bind (alter_context from the second time on), its answer and the rest of the logon. */
  bind(abstract: Syntax, options: OfferOptions = {}): Binding {
    const offer = this.offer(abstract, options)
    this.answer(offer)
    return this.authenticate(offer)
  }

  /** The client's bind or alter_context alone. */
  offer(abstract: Syntax, { logon, transfers = this.#options.transfers ?? [NDR32] }: OfferOptions = {}): Offer {
    const offer: Offer = {
      first: !this.#bound,
      callId: this.nextCallId,
      abstract,
      transfers,
      firstContextId: this.#nextContextId,
      ...(logon && { logon: this.#newLogon(logon) }),
    }
    this.#bound = true
    this.#nextContextId += transfers.filter((transfer) => transfer !== FEATURES).length
    const contexts = transfers.map((transfer, at) => ({
      id: offer.firstContextId + at,
      abstract,
      transfers: [transfer],
    }))
    this.#sendOffer(offer, contexts)
    return offer
  }

  /** The server's bind_ack or alter_context_resp; without results it takes NDR32, refuses NDR64 and agrees to features. */
  answer(offer: Offer, results: readonly ContextResult[] = this.#usualResults(offer)): void {
    const verifier = offer.logon?.challenge()
    if (offer.logon) offer.logon.signsHeaders = this.#options.signsHeaders ?? true
    const ptype = offer.first ? PTYPE.bindAck : PTYPE.alterContextResponse
    const { endpoint = String(this.#options.serverPort) } = this.#options
    const secondaryAddress = offer.first ? endpoint : ''
    const body = { results: [...results], secondaryAddress, associationGroup: this.#group, ...this.#fragmentSizes() }
    this.#send('server', bindAckPdu(ptype, body, this.#negotiationOptions('server', offer, verifier)))
  }

  /** The server refuses the bind. */
  refuse(offer: Offer, reason: number, extendedError?: Uint8Array): void {
    this.#send('server', bindNakPdu(reason, this.#pduOptions('server', offer.callId), extendedError))
  }

  /** The last tokens: AUTH3, or for SPNEGO an alter_context with its answer; `refused` is the status of a fault in its place. */
  authenticate(offer: Offer, refused?: number): Binding {
    const { logon } = offer
    if (logon) {
      this.#logon = logon
      if (logon.legs === 3) {
        const verifier = logon.authenticate()
        this.#send('client', auth3Pdu({ ...this.#pduOptions('client', offer.callId), verifier }))
      }
      for (let legs = 4; legs <= logon.legs; legs += 2) {
        const verifier = logon.authenticate()
        const again = { ...offer, first: false }
        const contexts = [{ id: offer.firstContextId, abstract: offer.abstract, transfers: [NDR32] }]
        this.#sendOffer(again, contexts, verifier)
        if (refused !== undefined) {
          this.fault({ callId: offer.callId, contextId: offer.firstContextId }, refused)
          break
        }
        const body = { results: [{ result: ACCEPTANCE }], associationGroup: this.#group, ...this.#fragmentSizes() }
        const options = this.#negotiationOptions('server', again, logon.complete())
        this.#send('server', bindAckPdu(PTYPE.alterContextResponse, body, options))
      }
    }
    const taken = Math.max(
      this.#usualResults(offer).findIndex(({ result }) => result === ACCEPTANCE),
      0,
    )
    return { contextId: offer.firstContextId + taken, ...(this.#logon && { logon: this.#logon }) }
  }

  /** A request, in fragments where it is longer than one. */
  request(binding: Binding, request: Request): Call {
    const callId = request.callId ?? this.nextCallId++
    const logon = request.logon ?? binding.logon
    this.#fragments('client', callId, request.stub ?? NOTHING, logon, (stub, allocHint, options) => {
      const body = {
        contextId: binding.contextId,
        opnum: request.opnum,
        stub,
        allocHint,
        ...(request.object && { object: request.object }),
      }
      return requestPdu(body, options, logon?.protection, logon?.valueLength)
    })
    return { callId, contextId: binding.contextId, ...(logon && { logon }) }
  }

  respond(call: Call, stub: Uint8Array = NOTHING): void {
    this.#fragments('server', call.callId, stub, call.logon, (part, allocHint, options) =>
      responsePdu(
        { contextId: call.contextId, stub: part, allocHint },
        options,
        call.logon?.protection,
        call.logon?.valueLength,
      ),
    )
  }

  /** Request and response. */
  call(binding: Binding, request: Request, response?: Uint8Array): Call {
    const call = this.request(binding, request)
    this.respond(call, response)
    return call
  }

  /** A fault without verifier, as Windows sends it. */
  fault(call: Call, status: number, { flags, contextId, extendedError }: Fault = {}): void {
    const body = { status, contextId: contextId ?? call.contextId, ...(extendedError && { extendedError }) }
    this.#send(
      'server',
      faultPdu(body, { ...this.#pduOptions('server', call.callId), ...(flags !== undefined && { flags }) }),
    )
  }

  cancel(call: Call): void {
    this.#send('client', cancelPdu(this.#pduOptions('client', call.callId)))
  }

  orphan(call: Call): void {
    this.#send('client', orphanedPdu(this.#pduOptions('client', call.callId)))
  }

  /** The server asks the client to close. */
  shutdown(): void {
    this.#send('server', shutdownPdu(this.#pduOptions('server', 0)))
  }

  /** An orderly end, begun by `side`. */
  close(side: Side): void {
    this.tcp.close(side)
  }

  #sendOffer(offer: Offer, contexts: BindBody['contexts'], token = offer.logon?.negotiate()): void {
    const associationGroup = offer.first ? (this.#options.associationGroup ?? 0) : this.#group
    const body = { contexts, associationGroup, ...this.#fragmentSizes() }
    const ptype = offer.first ? PTYPE.bind : PTYPE.alterContext
    this.#send('client', bindPdu(ptype, body, this.#negotiationOptions('client', offer, token)))
  }

  #newLogon(request: LogonRequest): SecurityContext {
    const { server, serverNames, clientPort, client } = this.#options
    const name = server.name
    const { level, package: chosen = 'ntlm', realm = 'EXAMPLE.COM', kerberosError } = request
    const contextId = this.#logons++
    if (request.context) return request.context(contextId)
    const seed = `${client.address}:${clientPort}`
    const targetName = request.targetName ?? `RPCSS/${server.address}`
    const serverTime = this.wire.start + 1e6 * (this.wire.now + (request.clockAhead ?? 0))
    if (chosen === 'kerberos' || chosen === 'spnego-kerberos') {
      const service = { name: targetName, realm }
      const spnego = chosen === 'spnego-kerberos'
      const refused = kerberosError !== undefined && { error: kerberosError }
      return new KerberosLogon({ service, level, spnego, contextId, seed, serverTime, ...refused })
    }
    return new Logon({
      level,
      package: chosen,
      contextId,
      server: serverNames ?? { netbiosComputer: name, netbiosDomain: name, dnsComputer: name, dnsDomain: name },
      targetName,
      fileTime: fileTime(serverTime),
      seed,
      ...(request.account && { account: request.account }),
      ...(request.serverIsDomain && { serverIsDomain: true }),
      ...(request.version1 && { version1: true }),
      ...(request.sealedVersion1 && { sealedVersion1: true }),
      ...(request.withoutKeyExchange && { withoutKeyExchange: true }),
      ...(request.oldSessionSecurity && { oldSessionSecurity: true }),
      ...(request.offersKerberos && { offersKerberos: true }),
      ...(request.rejected && { rejected: true }),
      ...(request.machine !== undefined && { machine: request.machine }),
    })
  }

  #fragments(
    side: Side,
    callId: number,
    stub: Uint8Array,
    logon: SecurityContext | undefined,
    build: (stub: Uint8Array, allocHint: number, options: PduOptions) => CallPdu,
  ): void {
    const room = ((this.#options.maxFragment ?? 5840) - FRAGMENT_OVERHEAD) & ~15
    for (let at = 0; at === 0 || at < stub.length; at += room) {
      const flags = (at === 0 ? PFC_FIRST : 0) | (at + room >= stub.length ? PFC_LAST : 0)
      const options = { ...this.#pduOptions(side, callId), flags }
      const pdu = build(stub.subarray(at, at + room), stub.length - at, options)
      this.#send(side, logon ? logon.protect(side, pdu) : pdu.bytes)
    }
  }

  #usualResults({ transfers }: Offer): ContextResult[] {
    const taken = this.#options.prefersNdr64 && transfers.includes(NDR64) ? NDR64 : NDR32
    return transfers.map((transfer) => {
      if (transfer === FEATURES) return { result: NEGOTIATE_ACK, reason: SECURITY_MULTIPLEXING_AND_ORPHANS }
      if (transfer === taken || (transfer !== NDR64 && transfer !== NDR32)) return { result: ACCEPTANCE }
      return { result: PROVIDER_REJECTION, reason: TRANSFER_NOT_SUPPORTED }
    })
  }

  #fragmentSizes(): { maxTransmit: number; maxReceive: number } {
    const size = this.#options.maxFragment ?? 5840
    return { maxTransmit: size, maxReceive: size }
  }

  #negotiationOptions(side: Side, offer: Offer, verifier: PduOptions['verifier']): PduOptions {
    const signs = verifier && (this.#options.signsHeaders ?? true) ? PFC_SUPPORT_HEADER_SIGN : 0
    const options = { ...this.#pduOptions(side, offer.callId), flags: PFC_FIRST | PFC_LAST | signs }
    return verifier ? { ...options, verifier } : options
  }

  #pduOptions(side: Side, callId: number): PduOptions {
    const { clientLittleEndian = true, serverLittleEndian = true } = this.#options
    return { callId, littleEndian: side === 'client' ? clientLittleEndian : serverLittleEndian }
  }

  #send(side: Side, pdu: Uint8Array): void {
    this.#carrier.send(side, pdu)
  }
}
