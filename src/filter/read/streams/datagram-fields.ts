// Fields of SMB in NetBIOS datagrams: mailslots. RFC 1002 4.4.2, MS-MAIL 2.2.1.
import { Frame, Protocol } from '../../../../asm/layout'
import { type Bits, noBits, setBit } from '../../bits'
import type { Field } from '../../field'
import type { Subject } from '../../subject'
import { payloadsOfLayers } from '../byte-test'
import type { ReadField } from '../readings'
import { isBrowser, isSmb1, smb1CommandsOf, smb1StatusOf } from './smb-messages'

const DATAGRAM_PORT = 138
/** Direct unique and group datagrams, and broadcasts. */
const DATA_TYPES = [0x10, 0x11, 0x12]
/** Header, then the names of sender and receiver. */
const HEADER = 14
const MOST_LABELS = 16

const VALUES: Record<string, (smb: Uint8Array) => number[]> = {
  smb: (smb) => (isSmb1(smb) ? [1] : []),
  browser: (smb) => (isBrowser(smb) ? [1] : []),
  'smb.cmd': smb1CommandsOf,
  'smb.nt_status': smb1StatusOf,
}

/** What has to be read for a field that mailslots have too. */
export function inDatagrams(subject: Subject, field: Field): ReadField[] {
  const valuesIn = VALUES[field.name]
  const among = valuesIn && subject.of(datagramFrames)
  if (!among) return []
  return [
    {
      name: `all ${field.name} in datagrams`,
      among,
      ...(field.sources.length > 0 && { otherwise: '' }),
      valuesIn: (frame) => payloadsOfLayers(frame, Protocol.Udp).flatMap(({ whole }) => valuesIn(carried(whole))),
    },
  ]
}

/** What a datagram carries. */
function carried(datagram: Uint8Array): Uint8Array {
  if (!DATA_TYPES.includes(datagram[0]!)) return new Uint8Array(0)
  return datagram.subarray(nameEnd(datagram, nameEnd(datagram, HEADER)))
}

function nameEnd(bytes: Uint8Array, from: number): number {
  let at = from
  for (let count = 0; count < MOST_LABELS && at < bytes.length; count++) {
    const length = bytes[at]!
    if (length >= 0xc0) return at + 2
    at += 1 + length
    if (length === 0) return at
  }
  return bytes.length
}

function datagramFrames({ capture, frames }: Subject): Bits | undefined {
  let found: Bits | undefined
  for (let first = 0; first < frames; first += 0x10000) {
    const ports = capture.frames.column(Frame.DestinationPort, first >>> 16)
    const end = Math.min(0x10000, frames - first)
    for (let row = 0; row < end; row++)
      if (ports[row] === DATAGRAM_PORT) setBit((found ??= noBits(frames)), first + row)
  }
  return found
}
