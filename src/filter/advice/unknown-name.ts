// What is said of a name that is no field here.
import { alikeNames, FIELDS } from '../fields'

/** Protocols that Wireshark has and Faultline does not read, with a filter that shows most of their frames. */
const UNREAD: Record<string, string> = {
  bootp: 'udp.port in {67, 68}',
  cldap: 'udp.port == 389',
  dcom: 'dcerpc',
  dhcp: 'udp.port in {67, 68}',
  dhcpv6: 'udp.port in {546, 547}',
  drda: 'tcp.port == 446',
  esp: 'ip.proto == 50',
  ftp: 'tcp.port == 21',
  'gss-api': 'ntlmssp || kerberos',
  gre: 'ip.proto == 47',
  http2: 'tls',
  igmp: 'ip.proto == 2',
  imap: 'tcp.port == 143',
  isakmp: 'udp.port in {500, 4500}',
  kpasswd: 'tcp.port == 464 || udp.port == 464',
  mdns: 'udp.port == 5353',
  mysql: 'tcp.port == 3306',
  nbdgm: 'udp.port == 138',
  nfs: 'tcp.port == 2049',
  ntp: 'udp.port == 123',
  pop: 'tcp.port == 110',
  quic: 'udp.port == 443',
  radius: 'udp.port in {1812, 1813}',
  rdp: 'tcp.port == 3389',
  rpc: 'tcp.port == 111 || udp.port == 111',
  sip: 'udp.port == 5060',
  smtp: 'tcp.port == 25',
  snmp: 'udp.port in {161, 162}',
  ssdp: 'udp.port == 1900',
  ssh: 'tcp.port == 22',
  ssl: 'tls',
  stun: 'udp.port == 3478',
  syslog: 'udp.port == 514',
  tds: 'tcp.port == 1433',
  telnet: 'tcp.port == 23',
  tftp: 'udp.port == 69',
  tpkt: 'tcp.port == 3389',
  vnc: 'tcp.port == 5900',
}

/** A sentence on a name that is no field, and the name or filter that may be meant instead of it. */
export interface Advice {
  message: string
  instead?: string
}

/** `isInterface` tells names of RPC interfaces, of which calls and their numbers are read. */
export function adviceOn(name: string, isInterface: (name: string) => boolean = () => false): Advice {
  const lower = name.toLowerCase()
  const protocol = lower.split('.')[0]!
  const instead = UNREAD[protocol]
  if (instead)
    return {
      message: `Faultline does not read ${protocol}: “${name}” is not indexed. Close to it is “${instead}”.`,
      instead,
    }
  if (lower !== name && FIELDS.some((field) => field.name === lower))
    return { message: `There is no field “${name}”: names are in lower case, as “${lower}”.`, instead: lower }
  const alike = alikeNames(name)
  const ofProtocol = FIELDS.map((field) => field.name).filter((other) => other.startsWith(`${protocol}.`))
  const [nearest] = alike
  const meant = alike.length > 0 ? ` Is ${alike.join(' or ')} meant?` : ''
  const ofOwn = nearest?.split('.')[0] === protocol ? { instead: nearest } : {}
  // Whether Wireshark has such a field is not known here: so the answer says what is read.
  if (lower.includes('.') && isInterface(protocol))
    return { message: `“${name}” is not indexed: of ${protocol}, Faultline reads ${protocol} and ${protocol}.opnum.` }
  const isRead = FIELDS.some((field) => field.name === protocol) || ofProtocol.length > 0
  if (isRead && lower.includes('.')) {
    const known = [...(FIELDS.some((field) => field.name === protocol) ? [protocol] : []), ...ofProtocol]
    return { message: `“${name}” is not indexed: of ${protocol}, Faultline reads ${listed(known)}.${meant}`, ...ofOwn }
  }
  return { message: `There is no field or protocol “${name}”.${meant}`, ...(nearest && { instead: nearest }) }
}

const MOST = 6

function listed(names: readonly string[]): string {
  if (names.length > MOST) return `${names.slice(0, MOST).join(', ')} and ${names.length - MOST} more`
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : names.join('')
}
