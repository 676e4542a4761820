// The front door for tests: two hosts, a wire, and RPC sessions in a line each. See README.md.
import {
  REMOTE_CREATE_INSTANCE,
  remoteCreateInstance,
  remoteCreateInstanceFailure,
  remoteCreateInstanceResult,
} from './captures/com/activation'
import { I_OBJECT_EXPORTER, I_SYSTEM_ACTIVATOR } from './captures/com/interfaces'
import { bindings } from './captures/com/objref'
import {
  RESOLVE_OXID2,
  resolveOxid2Request,
  resolveOxid2Response,
  SERVER_ALIVE2,
  serverAlive2Response,
} from './captures/com/resolver'
import type { Frame } from './captures/file/frame'
import { pcapng, type PcapngOptions } from './captures/file/pcapng'
import { addressBytes } from './captures/network/address'
import { dnsQuery, dnsResponse, nbnsQuery, TYPE_A, TYPE_AAAA } from './captures/network/dns'
import { Host } from './captures/network/host'
import { unreachable } from './captures/network/icmp'
import { multicastTo } from './captures/network/ip'
import { TcpConnection, type TcpOptions } from './captures/network/tcp'
import { Wire, type WireOptions } from './captures/network/wire'
import { Random } from './random'
import {
  EPT_MAP,
  EPT_NOT_REGISTERED,
  ENDPOINT_MAPPER,
  mapRequest,
  mapResponse,
  tcpTower,
} from './captures/rpc/endpoint-mapper'
import type { Syntax } from './captures/rpc/pdu'
import { type Call, type LogonRequest, RpcSession, type SessionOptions } from './captures/rpc/session'
import { LEVEL, type Level } from './captures/security/context'
import { errorMessage, KERBEROS_PORT, kdcReply, kdcRequest } from './captures/security/kerberos'
import { Logon } from './captures/security/logon'
import { fileTime } from './captures/security/ntlm'
import { type PipeFailures, type PipeOptions, SmbPipe } from './captures/smb/pipe'

export * from './captures/com/interfaces'
export * from './captures/com/objref'
export * from './captures/com/orpc'
export * from './impair'
export { pcap } from './captures/file/pcap'
export { pcapng } from './captures/file/pcapng'
export { Host } from './captures/network/host'
export * from './captures/rpc/pdu'
export { extendedError } from './captures/rpc/extended-error'
export { FEATURES, RpcSession } from './captures/rpc/session'
export * from './captures/rpc/verification-trailer'

const ENDPOINT_MAPPER_PORT = 135
const FIRST_CLIENT_PORT = 50001
const DNS_PORT = 53
const LLMNR_PORT = 5355
const NETBIOS_PORT = 137
const SMB_PORT = 445
const OR_INVALID_OXID = 1910
const SOME_CLSID = '0002df01-0000-0000-c000-000000000046'
const IID_UNKNOWN = '00000000-0000-0000-c000-000000000046'

export interface ScenarioOptions extends WireOptions {
  client?: Host
  server?: Host
  /** Default hosts have IPv6 addresses. */
  ipv6?: boolean
  /** Another name for the user who logs on. */
  rename?: (who: string) => string
  /** What logons use that choose no package themselves. */
  logonPackage?: LogonRequest['package']
  /** What holds for every session that does not say otherwise. */
  session?: Partial<SessionOptions>
  /** Sessions to other ports than the endpoint mapper's go through this named pipe. */
  throughPipe?: string
}

/** What a session may say otherwise: the port that it connects to, or anything of a session's options. */
export type ConnectOptions = Partial<SessionOptions> & { port?: number }

export interface ActivationOptions extends ConnectOptions {
  logon?: LogonRequest
  clsid?: string
  iids?: string[]
  /** Port in the exporter's bindings. */
  exporterPort?: number
  /** Addresses in the bindings; the server's name and address when not given. */
  addresses?: string[]
  /** The server answers with this instead of an object. */
  hresult?: number
}

export class Scenario {
  readonly wire: Wire
  readonly client: Host
  readonly server: Host
  /** Name server and domain controller. */
  readonly controller: Host
  /** A device between client and server. */
  readonly router: Host
  readonly random = new Random('scenario')
  /** IPID of the IRemUnknown that activate() hands out, and of the object itself. */
  readonly remUnknown = this.random.uuid()
  readonly object = { oxid: this.random.u64(), oid: this.random.u64(), ipid: this.random.uuid() }
  readonly causality = this.random.uuid()
  readonly #options: ScenarioOptions
  #nextClientPort = FIRST_CLIENT_PORT

  constructor(options: ScenarioOptions = {}) {
    this.#options = options
    const network = options.ipv6 ? '2001:db8::' : '10.0.0.'
    this.wire = new Wire(options)
    this.client = options.client ?? new Host({ address: `${network}15`, name: 'CLIENT' })
    this.controller = new Host({ address: `${network}2`, name: 'DC1' })
    this.router = new Host({ address: `${network}1` })
    this.server = options.server ?? new Host({ address: `${network}6`, name: 'SERVER1' })
  }

  get frames(): Frame[] {
    return this.wire.frames
  }

  /** The capture as a pcapng file; of these frames, where they were impaired. */
  capture(frames: Iterable<Frame> = this.frames, options?: PcapngOptions): Uint8Array<ArrayBuffer> {
    return pcapng(frames, options)
  }

  /** A TCP connection from the next client port, not opened. */
  tcp({ port, ...options }: Partial<TcpOptions> & { port?: number } = {}): TcpConnection {
    return new TcpConnection(this.wire, this.#ends(port, options))
  }

  /** An RPC session from the next client port, with the TCP handshake done. */
  rpc(options: ConnectOptions = {}): RpcSession {
    const { throughPipe } = this.#options
    if (throughPipe && !options.carrier && options.port !== ENDPOINT_MAPPER_PORT)
      return this.pipe(throughPipe, 'CORP\\piper', {}, { ...options, port: SMB_PORT }).session
    return this.unopened(options).open()
  }

  /** The same without the handshake: for captures that start in the middle, or for calling open() unseen. */
  unopened({ port, ...options }: ConnectOptions = {}): RpcSession {
    return new RpcSession(this.wire, { ...this.#options.session, ...options, ...this.#ends(port, options) })
  }

  /**
   * An RPC session over a named pipe (`svcctl`) of SMB2 port 445, opened by `who`; after a step that was made
   * to fail nothing more is sent. Close it by pipe.close() and then session.close().
   */
  pipe(
    name: string,
    who: string,
    failures: PipeFailures = {},
    {
      encrypted,
      smb3,
      kerberos,
      ...options
    }: ConnectOptions & Pick<PipeOptions, 'encrypted' | 'smb3' | 'kerberos'> = {},
  ): { session: RpcSession; pipe: SmbPipe } {
    const logon = this.#smbLogon(who)
    const carried: SmbPipe[] = []
    const carrier = (tcp: TcpConnection): SmbPipe => {
      carried.push(
        new SmbPipe(tcp, {
          pipe: name,
          serverName: this.server.name,
          logon,
          ...(encrypted && { encrypted }),
          ...(smb3 && { smb3 }),
          ...(kerberos && { kerberos }),
        }),
      )
      return carried[0]!
    }
    const session = this.rpc({ port: SMB_PORT, endpoint: `\\pipe\\${name}`, maxFragment: 4280, carrier, ...options })
    const pipe = carried[0]!
    pipe.open(failures)
    return { session, pipe }
  }

  /** A logon as `DOMAIN\user`, or anonymously for ''. */
  logon(who: string, level: Level, options: Partial<LogonRequest> & { password?: string } = {}): LogonRequest {
    const { password = 'Password1', ...rest } = options
    const { rename = (name: string) => name, logonPackage } = this.#options
    const [domain = '', user = ''] = (who && rename(who)).split('\\')
    const account = { domain, user, password, workstation: this.client.name }
    return { level, ...(logonPackage && { package: logonPackage }), ...(who && { account }), ...rest }
  }

  /** A DNS question by the client and its answer; no addresses: there is no such name. */
  lookUp(name: string, addresses: string[], nameServer = this.controller): void {
    const id = this.random.below(0x10000)
    const port = 49152 + this.random.below(0x3000)
    const type = addresses[0]?.includes(':') ? TYPE_AAAA : TYPE_A
    const answers = addresses.map((value) => ({ value }))
    this.wire.udp(this.client, port, nameServer, DNS_PORT, dnsQuery(id, name, type))
    this.wire.udp(nameServer, DNS_PORT, this.client, port, dnsResponse(id, name, type, answers, answers.length ? 0 : 3))
  }

  /** The client asks all its neighbours for a name, by LLMNR and by NetBIOS, again and again; no one answers. */
  askNeighbours(name: string, times = 3): void {
    const toAll = (group: string) => (this.client.version === 6 ? this.router : multicastTo(addressBytes(group)))
    for (let sent = 0; sent < times; sent++) {
      const id = this.random.below(0x10000)
      this.wire.udp(this.client, 50000 + sent, toAll('224.0.0.252'), LLMNR_PORT, dnsQuery(id, name, TYPE_A, 0))
      this.wire.udp(this.client, NETBIOS_PORT, toAll('224.0.0.255'), NETBIOS_PORT, nbnsQuery(id, name))
      this.wire.wait(0.75)
    }
  }

  /** SYNs without an answer: the first and `again` retransmissions, 3 s and then twice as long apart. */
  unanswered(options: ConnectOptions = {}, again = 2): void {
    const connection = this.tcp(options)
    connection.synchronize('client')
    for (let pause = 3, sent = 0; sent < again; sent++, pause *= 2) {
      this.wire.wait(pause)
      connection.synchronize('client', true)
    }
  }

  /** A SYN that is answered by RST. */
  refused(options: ConnectOptions = {}): void {
    const connection = this.tcp(options)
    connection.synchronize('client')
    connection.refuse()
  }

  /** A SYN that a router on the way answers by ICMP. Codes: see unreachable(). */
  undeliverable(code: number, router = this.router, options: ConnectOptions = {}): void {
    const connection = this.tcp(options)
    connection.synchronize('client')
    this.wire.put(unreachable(router, this.client, this.frames.at(-1).bytes, code))
  }

  /** The client asks a domain controller for a ticket, by UDP, and is refused. Codes: RFC 4120 7.5.9. */
  ticketRefused(
    code: number,
    service: string,
    realm = 'EXAMPLE.COM',
    user?: string,
    controller = this.controller,
    ntStatus?: number,
  ): void {
    const port = 49152 + this.random.below(0x3000)
    const principal = { name: service, realm }
    this.wire.udp(this.client, port, controller, KERBEROS_PORT, kdcRequest(principal, user, this.random))
    const serverTime = this.wire.start + Math.round(1e6 * this.wire.now)
    const error = errorMessage({ code, service: principal, serverTime, ...(ntStatus !== undefined && { ntStatus }) })
    this.wire.udp(controller, KERBEROS_PORT, this.client, port, error)
  }

  /** The client asks a domain controller for a ticket, by UDP, and gets it. */
  ticketGiven(service: string, user = 'admin', realm = 'EXAMPLE.COM', controller = this.controller): void {
    const port = 49152 + this.random.below(0x3000)
    const principal = { name: service, realm }
    const isFirst = service.startsWith('krbtgt/')
    const asks = kdcRequest(principal, isFirst ? user : undefined, this.random)
    this.wire.udp(this.client, port, controller, KERBEROS_PORT, asks)
    const answer = kdcReply(principal, user, this.random, isFirst)
    this.wire.udp(controller, KERBEROS_PORT, this.client, port, answer)
  }

  /** Messages of a client and its KDC in turn, by UDP. */
  askKdc(messages: readonly Uint8Array[], controller = this.controller): void {
    const port = 49152 + this.random.below(0x3000)
    for (const [i, message] of messages.entries())
      if (i % 2 === 0) this.wire.udp(this.client, port, controller, KERBEROS_PORT, message)
      else this.wire.udp(controller, KERBEROS_PORT, this.client, port, message)
  }

  /** Asks the endpoint mapper where an interface listens; without a port it is not registered. */
  mapEndpoint(abstract: Syntax, port?: number, options: ConnectOptions = {}): RpcSession {
    const session = this.rpc({ port: ENDPOINT_MAPPER_PORT, ...options })
    const mapper = session.bind(ENDPOINT_MAPPER)
    const request = { opnum: EPT_MAP, stub: mapRequest(tcpTower(abstract, ENDPOINT_MAPPER_PORT)) }
    const tower = (at: number) => tcpTower(abstract, at, this.server.version === 4 ? [...this.server.ip] : undefined)
    session.call(mapper, request, port === undefined ? mapResponse([], EPT_NOT_REGISTERED) : mapResponse([tower(port)]))
    return session
  }

  /** ServerAlive2 without logon. */
  askResolver(options: ConnectOptions = {}): RpcSession {
    const session = this.rpc({ port: ENDPOINT_MAPPER_PORT, ...options })
    const resolver = session.bind(I_OBJECT_EXPORTER)
    session.call(resolver, { opnum: SERVER_ALIVE2 }, serverAlive2Response(bindings(this.#addresses())))
    return session
  }

  /** ResolveOxid2 on a session of askResolver(); without addresses the exporter is not known. */
  resolveOxid(session: RpcSession, addresses: string[], level: Level = 'integrity'): void {
    const resolver = session.bind(I_OBJECT_EXPORTER)
    const found = addresses.length > 0 ? bindings(addresses) : undefined
    const status = found ? 0 : OR_INVALID_OXID
    const response = resolveOxid2Response(found, this.remUnknown, LEVEL[level], status)
    session.call(resolver, { opnum: RESOLVE_OXID2, stub: resolveOxid2Request(this.object.oxid) }, response)
  }

  /** RemoteCreateInstance on port 135: gives the session and the call. */
  activate(options: ActivationOptions = {}): { session: RpcSession; call: Call } {
    const {
      logon,
      clsid = SOME_CLSID,
      iids = [IID_UNKNOWN],
      exporterPort = 49157,
      addresses,
      hresult = 0,
      ...connect
    } = options
    const session = this.rpc({ port: ENDPOINT_MAPPER_PORT, ...connect })
    const activator = session.bind(I_SYSTEM_ACTIVATOR, { ...(logon && { logon }) })
    const serverName = this.server.name
    const stub = remoteCreateInstance({
      causality: this.causality,
      clsid,
      iids,
      serverName,
      contextId: this.random.uuid(),
    })
    const reachable = addresses ?? this.#addresses()
    const reply = {
      iids,
      references: iids.map((_, at) => ({ ...this.object, ...(at > 0 && { ipid: this.random.uuid() }) })),
      resolver: bindings(reachable),
      exporter: bindings(reachable.map((address) => `${address}[${exporterPort}]`)),
      remUnknown: this.remUnknown,
    }
    const response = hresult === 0 ? remoteCreateInstanceResult(reply) : remoteCreateInstanceFailure(hresult)
    const call = session.call(activator, { opnum: REMOTE_CREATE_INSTANCE, stub }, response)
    return { session, call }
  }

  #smbLogon(who: string): Logon {
    const { name } = this.server
    const { account } = this.logon(who, 'integrity')
    return new Logon({
      level: 'integrity',
      package: 'spnego',
      contextId: 0,
      server: { netbiosComputer: name, netbiosDomain: name, dnsComputer: name, dnsDomain: name },
      targetName: `cifs/${name}`,
      fileTime: fileTime(this.wire.start + 1e6 * this.wire.now),
      seed: `smb ${who}`,
      ...(account && { account }),
    })
  }

  #addresses(): string[] {
    return [this.server.name, this.server.address]
  }

  #ends(port: number | undefined, options: Partial<TcpOptions>): TcpOptions {
    const { client, server } = this
    return { client, server, clientPort: this.#nextClientPort++, serverPort: port ?? 49157, ...options }
  }
}
