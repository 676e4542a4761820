// Opens Initial packets: their keys come from a connection ID and numbers that are published. RFC 9001 5, RFC 9369 3.3.
import { expand, extract } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { gcmDecrypt } from '../../../unseal/primitives/aes'
import { ctrBlocks } from '../../../unseal/primitives/aes-blocks'
import { VERSION_2 } from './long-header'

/** Keys of one side. */
export interface InitialKeys {
  key: Uint8Array
  iv: Uint8Array
  headerKey: Uint8Array
}

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g)!, (pair) => parseInt(pair, 16))
const SALT_1 = bytes('38762cf7f55934b34d179ae6a4c80cadccbb7f0a')
const SALT_2 = bytes('0dede3def700a6db819381be6e269dcbf9bd2ed9')
/** Of the drafts 29 to 32; the later ones have that of version 1. */
const SALT_29 = bytes('afbfec289993d24c9e9786f19c6111e04390a899')
const [DRAFT_29, DRAFT_32] = [0xff00001d, 0xff000020]

const isOfDraft29 = (version: number) => version >= DRAFT_29 && version <= DRAFT_32

/** The keys of client and server for the connection ID to which the client sent its first packet. RFC 9001 5.2. */
export function initialKeys(version: number, connectionId: Uint8Array): { client: InitialKeys; server: InitialKeys } {
  const salt = version === VERSION_2 ? SALT_2 : isOfDraft29(version) ? SALT_29 : SALT_1
  const label = version === VERSION_2 ? 'quicv2' : 'quic'
  const secret = extract(sha256, connectionId, salt)
  const of = (side: string): InitialKeys => {
    const own = expandLabel(secret, `${side} in`, 32)
    return {
      key: expandLabel(own, `${label} key`, 16),
      iv: expandLabel(own, `${label} iv`, 12),
      headerKey: expandLabel(own, `${label} hp`, 16),
    }
  }
  return { client: of('client'), server: of('server') }
}

/** HKDF-Expand-Label without context: RFC 8446 7.1. */
function expandLabel(secret: Uint8Array, label: string, length: number): Uint8Array {
  const name = new TextEncoder().encode(`tls13 ${label}`)
  return expand(sha256, secret, Uint8Array.from([length >>> 8, length & 0xff, name.length, ...name, 0]), length)
}

const TAG = 16
const SAMPLE = 16
const LONGEST_NUMBER = 4

/** Why an Initial packet was not opened: it ends before its payload, or its tag is wrong. */
type Unopened = 'short' | 'forged'

/** The frames of an Initial packet, and its number; `largest` is the largest number of that side before. RFC 9001 5.3, 5.4. */
export function openInitial(
  packet: Uint8Array,
  numberAt: number,
  { key, iv, headerKey }: InitialKeys,
  largest: number,
): { frames: Uint8Array; number: number } | Unopened {
  const sampleAt = numberAt + LONGEST_NUMBER
  const sample = packet.subarray(sampleAt, sampleAt + SAMPLE)
  if (sample.length < SAMPLE) return 'short'
  // The first block of CTR over zeros is the cipher of the counter itself.
  const mask = ctrBlocks(headerKey, sample, new Uint8Array(SAMPLE))
  const first = packet[0]! ^ (mask[0]! & 0x0f)
  const numberBytes = (first & 3) + 1
  const header = packet.slice(0, numberAt + numberBytes)
  header[0] = first
  let truncated = 0
  for (let at = 0; at < numberBytes; at++) {
    header[numberAt + at]! ^= mask[1 + at]!
    truncated = truncated * 256 + header[numberAt + at]!
  }
  const number = wholeNumber(truncated, 2 ** (8 * numberBytes), largest)
  const nonce = iv.slice()
  for (let at = 0, rest = number; at < 7; at++, rest = Math.floor(rest / 256)) nonce[11 - at]! ^= rest % 256
  const tagAt = packet.length - TAG
  if (tagAt <= header.length) return 'forged'
  const frames = gcmDecrypt(key, nonce, header, packet.subarray(header.length, tagAt), packet.subarray(tagAt))
  return frames ? { frames, number } : 'forged'
}

/** The number closest to the next one that ends like this: RFC 9000 A.3. */
function wholeNumber(truncated: number, window: number, largest: number): number {
  const next = largest + 1
  const candidate = next - (next % window) + truncated
  if (candidate <= next - window / 2) return candidate + window
  return candidate > next + window / 2 && candidate >= window ? candidate - window : candidate
}
