// A protocol tower: how to reach an interface, floor upon floor. C706 appendices I and L; MS-RPCE 2.2.1.2.2 to 2.2.1.2.5.
// Lengths and versions in a tower are little-endian and ports are big-endian, whatever the stub around it is.
import { ipv6Text } from '../../capture/text'
import { TRANSFER_SYNTAXES } from '../../names/labels'
import type { Reader } from '../reader'
import { hexBytes } from '../show'

export interface Tower {
  interface?: string | undefined
  /** `major.minor`. */
  version?: string | undefined
  /** UUID of the transfer syntax. */
  transfer?: string | undefined
  /** Protocol sequence; undefined for a combination that has no name here. */
  protocol?:
    'ncacn_ip_tcp' | 'ncadg_ip_udp' | 'ncacn_np' | 'ncacn_http' | 'ncalrpc' | 'ncacn_nb_nb' | 'ncacn_spx' | undefined
  /** TCP, UDP or HTTP port. */
  port?: number | undefined
  /** IP address as text. */
  address?: string | undefined
  /** Named pipe or local port. */
  endpoint?: string | undefined
  /** NetBIOS name of the host. */
  netbios?: string | undefined
}

/** Protocol identifiers of floors. C706 appendix I, MS-RPCE 2.2.1.2.3. */
enum Floor {
  Tcp = 0x07,
  Udp = 0x08,
  Ip = 0x09,
  Connectionless = 0x0a,
  ConnectionOriented = 0x0b,
  Local = 0x0c,
  Uuid = 0x0d,
  SmbPipe = 0x0f,
  NamedPipe = 0x10,
  NetbiosHost = 0x11,
  Netbeui = 0x12,
  Spx = 0x13,
  Http = 0x1f,
}

const FLOOR_NAMES: Readonly<Record<number, string>> = {
  [Floor.Tcp]: 'TCP',
  [Floor.Udp]: 'UDP',
  [Floor.Ip]: 'IP',
  [Floor.Connectionless]: 'RPC connectionless',
  [Floor.ConnectionOriented]: 'RPC connection-oriented',
  [Floor.Local]: 'local RPC',
  [Floor.Uuid]: 'UUID',
  [Floor.SmbPipe]: 'SMB pipe',
  [Floor.NamedPipe]: 'named pipe',
  [Floor.NetbiosHost]: 'NetBIOS host',
  [Floor.Netbeui]: 'NetBEUI',
  [Floor.Spx]: 'SPX',
  [Floor.Http]: 'HTTP',
}

/** A floor that decides the protocol sequence. */
const PROTOCOLS: Readonly<Record<number, Tower['protocol']>> = {
  [Floor.Tcp]: 'ncacn_ip_tcp',
  [Floor.Udp]: 'ncadg_ip_udp',
  [Floor.SmbPipe]: 'ncacn_np',
  [Floor.NamedPipe]: 'ncacn_np',
  [Floor.Netbeui]: 'ncacn_nb_nb',
  [Floor.Spx]: 'ncacn_spx',
  [Floor.Http]: 'ncacn_http',
}

/** Reads the octets of a tower. */
export function tower(from: Reader): Tower {
  return from.group('Tower', () => floors(from), towerText)
}

function floors(from: Reader): Tower {
  from.little = true
  const found: Tower = {}
  const count = from.u16('Floors', undefined, 'epm.tower.num_floors') ?? 0
  let local = false
  for (let i = 0; i < count && from.left > 0; i++) {
    from.group(
      `Floor ${i + 1}`,
      () => {
        const left = from.part(from.u16() ?? 0)
        const right = from.part(from.u16() ?? 0)
        const id = left.u8()
        local ||= id === Floor.Local
        if (id === Floor.Uuid) syntax(left, right, found)
        else if (id !== undefined) address(id, right, found)
        return id
      },
      (id) => (id === undefined ? '' : (FLOOR_NAMES[id] ?? `protocol ${id}`)),
    )
  }
  if (local && found.endpoint !== undefined) found.protocol = 'ncalrpc'
  return found
}

/** The first UUID is that of the interface, the second that of the transfer syntax. */
function syntax(left: Reader, right: Reader, found: Tower): void {
  const first = found.interface === undefined
  const uuid = left.uuid(
    first ? 'Interface' : 'Transfer syntax',
    (text) => (TRANSFER_SYNTAXES[text] ? `${TRANSFER_SYNTAXES[text]} ${text}` : text),
    'epm.uuid',
  )
  const major = left.u16('Version', undefined, 'epm.ver_maj')
  const minor = right.u16('Minor version', undefined, 'epm.ver_min')
  if (!first) {
    found.transfer ??= uuid
    return
  }
  found.interface = uuid
  if (major !== undefined) found.version = `${major}.${minor ?? 0}`
}

function address(id: Floor, right: Reader, found: Tower): void {
  found.protocol ??= PROTOCOLS[id]
  switch (id) {
    case Floor.Tcp:
    case Floor.Udp:
    case Floor.Http: {
      const filter =
        id === Floor.Tcp ? 'epm.proto.tcp_port' : id === Floor.Udp ? 'epm.proto.udp_port' : 'epm.proto.http_port'
      right.little = false
      found.port = right.u16('Port', undefined, filter)
      return
    }
    case Floor.Ip: {
      const show = (bytes: Uint8Array) => (bytes.length === 16 ? ipv6Text(bytes) : bytes.join('.'))
      const bytes = right.take(right.left === 16 ? 16 : 4, 'IP', show, 'epm.proto.ip')
      if (bytes) found.address = show(bytes)
      return
    }
    case Floor.SmbPipe:
    case Floor.NamedPipe:
      found.endpoint = name(right, 'Pipe', 'epm.proto.named_pipe')
      return
    case Floor.NetbiosHost:
      found.netbios = name(right, 'NetBIOS name', 'epm.proto.netbios_name')
      return
    case Floor.Connectionless:
    case Floor.ConnectionOriented:
    case Floor.Local:
      right.u16('Minor version', undefined, 'epm.ver_min')
      return
    default:
      if (right.left > 0) right.take(right.left, 'Data', hexBytes)
  }
}

function name(from: Reader, label: string, filter: string): string | undefined {
  const start = from.at
  const text = from.text(from.left, undefined, 'latin1')?.replace(/\0.*$/s, '')
  if (text !== undefined) from.line(label, text, start, filter)
  return text
}

/** A tower's address as a string binding: `ncacn_ip_tcp:192.168.10.10[49163]`. Empty when it has no protocol sequence. */
function towerText({ protocol, netbios, address, port, endpoint }: Tower): string {
  if (protocol === undefined) return ''
  const place = port ?? endpoint
  return `${protocol}:${netbios ?? address ?? ''}${place === undefined ? '' : `[${place}]`}`
}
