// What a file that is no capture seems to be, and what would work instead.
import { FileFormat } from '../../../asm/layout'
import type { Failure } from '../api'
import type { Packing } from './packing'

interface Kind {
  /** Hexadecimal bytes at the file's start, or at `at`. */
  magic: string
  at?: number
  what: string
  advice: string
}

const CAPTURE =
  'Faultline opens pcap, pcapng, Network Monitor and snoop captures, as Wireshark, tcpdump and dumpcap write them, and event traces (.etl) of netsh trace and pktmon.'

const KINDS: Kind[] = [
  { magic: '89504e470d0a1a0a', what: 'a PNG picture', advice: CAPTURE },
  { magic: 'ffd8ff', what: 'a JPEG picture', advice: CAPTURE },
  { magic: '25504446', what: 'a PDF document', advice: CAPTURE },
  { magic: '504b0304', what: 'a ZIP archive', advice: 'Unpack it and open the capture inside.' },
  { magic: '1f8b', what: 'a gzip file', advice: 'Unpack it (gzip -d) and open the capture inside.' },
  { magic: '28b52ffd', what: 'a Zstandard file', advice: 'Unpack it (zstd -d) and open the capture inside.' },
  { magic: '7573746172', at: 257, what: 'a tar archive', advice: 'Unpack it (tar -xf) and open the capture inside.' },
  { magic: '377abcaf271c', what: 'a 7-Zip archive', advice: 'Unpack it and open the capture inside.' },
  { magic: '4d5a', what: 'a Windows program', advice: CAPTURE },
  { magic: '7f454c46', what: 'a Linux program', advice: CAPTURE },
  {
    magic: '456c6646696c65',
    what: 'a Windows event log (.evtx)',
    advice:
      'It holds no packets. Open a capture or an event trace (.etl) of the same time, and look error numbers of the log up on the start page.',
  },
  { magic: '4d444d50', what: 'a crash dump', advice: CAPTURE },
  { magic: '3c3f786d6c', what: 'an XML file', advice: CAPTURE },
]

/** How each kind of capture begins, in hexadecimal, in either byte order. */
const CAPTURE_MAGICS: Readonly<Record<string, string[]>> = {
  pcap: ['a1b2c3d4', 'd4c3b2a1', 'a1b23c4d', '4d3cb2a1', 'a1b2cd34', '34cdb2a1'],
  pcapng: ['0a0d0d0a'],
  'Network Monitor': ['52545353', '474d4255'],
  snoop: ['736e6f6f70000000'],
}
/** Names that a command line takes as they are. */
const PLAIN_NAME = /^[\w.-]+$/

const PACKED: Record<Packing | 'etl', string> = {
  gzip: 'gzip file',
  zstd: 'Zstandard file',
  zip: 'ZIP archive',
  etl: 'event trace',
}

/**
 * A sentence on a file that is not a capture, by its first bytes (some hundred are enough), its name, and the format that
 * the parser recognised. With `packing` the bytes are those inside a packed file.
 */
export function unsupportedFile(
  head: Uint8Array,
  name: string,
  format: FileFormat,
  packing?: Packing | 'etl',
): Failure {
  const inside = packing && `${name} is a ${PACKED[packing]}, and its content`
  if (head.length === 0)
    return {
      refused: `${inside ?? name} is empty.`,
      advice: 'The file holds 0 bytes. Stop the capture before the file is copied, and copy it again.',
    }
  if (format === FileFormat.Etl || /\.etl$/i.test(name)) return eventTrace(name, format)
  const hex = hexOf(head.subarray(0, 16))
  const kind = KINDS.find(({ magic, at = 0 }) => hexOf(head.subarray(at, at + magic.length / 2)) === magic)
  const no = `${inside ?? name} is not a packet capture`
  if (kind) return { refused: `${no}: it looks like ${kind.what}.`, advice: kind.advice }
  const begun = Object.keys(CAPTURE_MAGICS).find((what) => CAPTURE_MAGICS[what]!.some((magic) => hex.startsWith(magic)))
  if (begun)
    return {
      refused: `${inside ?? name} begins as a ${begun} capture, but ${head.length < 512 ? `ends after ${head.length} bytes` : 'its header is not valid'}.`,
      advice: 'Nothing of it can be read. Copy the file again, or capture once more and let the program end by itself.',
    }
  if (isText(head)) return { refused: `${no}: it looks like text.`, advice: CAPTURE }
  if (head.length < 24) return { refused: `${no}: ${head.length} bytes are too few.`, advice: CAPTURE }
  return { refused: `${no} that Faultline knows: it starts with ${hex.replace(/..(?=.)/g, '$& ')}.`, advice: CAPTURE }
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Windows' own `netsh trace` and `pktmon` write these; what makes captures of them comes with Windows or from its makers. */
function eventTrace(name: string, format: FileFormat): Failure {
  const file = PLAIN_NAME.test(name) ? name : 'trace.etl'
  const converted = `${file.replace(/\.etl$/i, '')}.pcapng`
  const isInside = format === FileFormat.Etl
  return {
    refused: isInside
      ? `${name} holds a Windows event trace (.etl) within another file.`
      : `${name} is named as a Windows event trace (.etl), but does not begin as one.`,
    advice: isInside
      ? 'Unpack it and open the trace itself.'
      : 'Stop the trace with netsh trace stop or pktmon stop before the file is copied, and copy it again. If Windows reads it, ' +
        'either of these commands converts it. The first comes with Windows 10 2004 and later, the second is a download of Microsoft’s.',
    commands: [`pktmon etl2pcap ${file} --out ${converted}`, `etl2pcapng ${file} ${converted}`],
  }
}

function isText(head: Uint8Array): boolean {
  return head.every((byte) => byte >= 0x20 || byte === 9 || byte === 10 || byte === 13)
}
