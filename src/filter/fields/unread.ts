// What of a field is not read of any file: a filter that names the field says so, where the capture holds it.
import { Frame, Interface, Protocol, Stream } from '../../../asm/layout'
import type { Subject } from '../subject'

/** Fields that do not depend on what a frame holds. */
const OF_ANY_FRAME = /^(frame|finding|mark|event|capture)\b/
const [UDP, TCP] = [17, 6]
const [QUIC_PORT, OPENVPN_PORT] = [443, 1194]

/** Sentences on what a field does not show in this capture. */
export function unreadOf(subject: Subject, field: string): string[] {
  const found: string[] = []
  const links = OF_ANY_FRAME.test(field) ? [] : subject.of(unreadLinks)
  if (links.length > 0)
    found.push(
      `${field} is not indexed for frames of link type ${links.join(' and ')}: Faultline reads other link types only.`,
    )
  if (field === 'tls' && subject.of(hasOtherTls))
    found.push('tls is not indexed within QUIC and OpenVPN: Faultline reads TLS over TCP only.')
  return found
}

/** Link types of frames that are not read. */
function unreadLinks({ capture: { frames, interfaces }, frames: rows }: Subject): number[] {
  const found = new Set<number>()
  for (let first = 0; first < rows; first += 0x10000) {
    const column = (which: Frame) => frames.column(which, first >>> 16)
    const [protocols, captured] = [column(Frame.Protocol), column(Frame.Interface)]
    const end = Math.min(0x10000, rows - first)
    for (let row = 0; row < end; row++)
      if (protocols[row] === Protocol.Unknown && captured[row]! < interfaces.rows)
        found.add(interfaces.get(Interface.LinkType, captured[row]!))
  }
  return [...found].toSorted((a, b) => a - b)
}

function hasOtherTls({ capture: { streams } }: Subject): boolean {
  for (let row = 0; row < streams.rows; row++) {
    const transport = streams.get(Stream.Transport, row)
    const ports = [streams.get(Stream.PortA, row), streams.get(Stream.PortB, row)]
    if (transport === UDP && ports.includes(QUIC_PORT)) return true
    if ((transport === UDP || transport === TCP) && ports.includes(OPENVPN_PORT)) return true
  }
  return false
}
