// What of a field is not read of any file: a filter that names the field says so, where the capture holds it.
import { Frame, Interface, Protocol, Stream } from '../../../asm/layout'
import type { Subject } from '../subject'

/** Fields that do not depend on what a frame holds. */
const OF_ANY_FRAME = /^(frame|finding|mark|event|capture)\b/
const [UDP, TCP] = [17, 6]
const OPENVPN_PORT = 1194

/** Why a field cannot be asked for in this capture: frames may have it that Faultline does not read; undefined where it can. */
export function refusalOf(subject: Subject, field: string): string | undefined {
  if (!OF_ANY_FRAME.test(field) && subject.of(unreadLinks).isAll)
    return `${field} is not indexed: Faultline does not read frames of ${linksText(subject)}, and this capture has no others.`
  if (field === 'tls' && subject.of(hasOpenVpn))
    return 'tls is not indexed within OpenVPN, which this capture has: Faultline reads TLS over TCP and within QUIC only.'
  return undefined
}

/** A sentence on the frames of this capture that a field is not looked for in. */
export function noteOf(subject: Subject, field: string): string | undefined {
  if (OF_ANY_FRAME.test(field) || subject.of(unreadLinks).types.length === 0) return undefined
  return `${field} is not indexed for frames of ${linksText(subject)}: Faultline reads other link types only.`
}

function linksText(subject: Subject): string {
  return `link type ${subject.of(unreadLinks).types.join(' and ')}`
}

/** Link types of frames that are not read, and whether the capture has only such frames. */
function unreadLinks({ capture: { frames, interfaces }, frames: rows }: Subject): { types: number[]; isAll: boolean } {
  const found = new Set<number>()
  let isAll = rows > 0
  for (let first = 0; first < rows; first += 0x10000) {
    const column = (which: Frame) => frames.column(which, first >>> 16)
    const [protocols, captured] = [column(Frame.Protocol), column(Frame.Interface)]
    const end = Math.min(0x10000, rows - first)
    for (let row = 0; row < end; row++)
      if (protocols[row] === Protocol.Unknown && captured[row]! < interfaces.rows)
        found.add(interfaces.get(Interface.LinkType, captured[row]!))
      else isAll = false
  }
  return { types: [...found].toSorted((a, b) => a - b), isAll }
}

function hasOpenVpn({ capture: { streams } }: Subject): boolean {
  for (let row = 0; row < streams.rows; row++) {
    const transport = streams.get(Stream.Transport, row)
    const ports = [streams.get(Stream.PortA, row), streams.get(Stream.PortB, row)]
    if ((transport === UDP || transport === TCP) && ports.includes(OPENVPN_PORT)) return true
  }
  return false
}
