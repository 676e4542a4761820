// Fields of which the index holds a part: what it holds, and captures in which there may be more.
import { Frame, Protocol, Stream } from '../../../asm/layout'
import type { Field } from '../field'
import type { Subject } from '../subject'

interface Part {
  fields: RegExp
  only: string
  /** Ports and protocols beside which there may be more. */
  ports: readonly number[]
  protocols: readonly Protocol[]
}

const SMB_PORTS = [139, 445]
const SMB = [Protocol.NetbiosSession, Protocol.Smb1, Protocol.Smb2]
const MAIL_WEB_LDAP = [25, 80, 110, 143, 389, 587, 3268, 3128, 5985, 8080]

/** The first that names a field counts. */
const PARTS: readonly Part[] = [
  {
    fields: /^smb2\./,
    only: 'logons, opened pipes and refusals',
    ports: SMB_PORTS,
    protocols: SMB,
  },
  {
    fields: /^(smb2?|nbss)$/,
    only: 'frames that end a message, and those of pipes',
    ports: SMB_PORTS,
    protocols: SMB,
  },
  {
    fields: /^(ntlmssp|spnego|kerberos)/,
    only: 'logons of RPC, SMB and Kerberos itself, not those of LDAP, HTTP or mail',
    ports: MAIL_WEB_LDAP,
    protocols: [Protocol.Http, Protocol.Ldap],
  },
  {
    fields: /^http$/,
    only: 'frames in which a message begins',
    ports: [80, 3128, 5985, 8080],
    protocols: [Protocol.Http],
  },
  {
    fields: /^ldap$/,
    only: 'frames in which a message begins',
    ports: [389, 3268],
    protocols: [Protocol.Ldap],
  },
  { fields: /^tls$/, only: 'frames in which a record begins', ports: [443, 636], protocols: [Protocol.Tls] },
]

/** The field with what the index holds of it, where that is a part. */
export function withPart(field: Field): Field {
  const part = PARTS.find(({ fields }) => fields.test(field.name))
  if (!part) return field
  const isPartial = (subject: Subject) =>
    part.protocols.some((protocol) => subject.of(protocolsMet).has(protocol)) ||
    part.ports.some((port) => subject.of(portsMet).has(port))
  return { ...field, indexed: { only: part.only, isPartial } }
}

function protocolsMet({ capture, frames }: Subject): Set<Protocol> {
  const met = new Set<Protocol>()
  for (let first = 0; first < frames; first += 0x10000) {
    const column = capture.frames.column(Frame.Protocol, first >>> 16)
    const end = Math.min(0x10000, frames - first)
    for (let row = 0; row < end; row++) met.add(column[row]!)
  }
  return met
}

/** Ports of streams that carried bytes. */
function portsMet({ capture: { streams } }: Subject): Set<number> {
  const met = new Set<number>()
  for (let row = 0; row < streams.rows; row++) {
    if (streams.get(Stream.BytesA, row) + streams.get(Stream.BytesB, row) === 0) continue
    met.add(streams.get(Stream.PortA, row))
    met.add(streams.get(Stream.PortB, row))
  }
  return met
}
