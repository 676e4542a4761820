// Armored exchanges with a KDC: keys that are made of two others. RFC 6113 5.1 (KRB-FX-CF2), 5.4 (FAST); the pseudo-random
// functions of RFC 3961 5.3, RFC 4757 and RFC 8009 5.
import { big32, concatenate, utf8 } from '../bytes'
import { cbcEncrypt } from '../primitives/aes'
import { hmacSha1, hmacSha256, hmacSha384, sha1 } from '../primitives/hash'
import { deriveSha1, Etype, keyBytes, type KerberosKey } from './kerberos-crypto'

const BLOCK_BYTES = 16

/** A key of two keys: KRB-FX-CF2. Undefined for an encryption type that is not read. */
export function combinedKey(
  first: KerberosKey,
  firstPepper: string,
  second: KerberosKey,
  secondPepper: string,
): KerberosKey | undefined {
  const bytes = keyBytes(first.etype)
  const one = pseudoRandomBytes(first, firstPepper, bytes)
  const other = pseudoRandomBytes(second, secondPepper, bytes)
  if (bytes === 0 || !one || !other) return undefined
  return { etype: first.etype, key: one.map((byte, i) => byte ^ other[i]!) }
}

/** The key that armors an exchange. RFC 6113 5.4.1.1; for a TGS exchange the ticket is that of the request, 5.4.2. */
export function armorKey(subkey: KerberosKey, ticketSession: KerberosKey): KerberosKey | undefined {
  return combinedKey(subkey, 'subkeyarmor', ticketSession, 'ticketarmor')
}

/** The key of an armored reply, where the KDC sends a key that strengthens it. RFC 6113 5.4.3. */
export function strengthenedKey(strengthen: KerberosKey, reply: KerberosKey): KerberosKey | undefined {
  return combinedKey(strengthen, 'strengthenkey', reply, 'replykey')
}

/** PRF+: blocks of the pseudo-random function over a counter and the pepper. RFC 6113 5.1. */
function pseudoRandomBytes(key: KerberosKey, pepper: string, bytes: number): Uint8Array | undefined {
  if (keyBytes(key.etype) === 0 || key.key.length !== keyBytes(key.etype)) return undefined
  const blocks: Uint8Array[] = []
  for (let have = 0, count = 1; have < bytes; count++) {
    const block = pseudoRandom(key, concatenate(Uint8Array.of(count), utf8(pepper)))
    blocks.push(block)
    have += block.length
  }
  return concatenate(...blocks).subarray(0, bytes)
}

function pseudoRandom({ etype, key }: KerberosKey, input: Uint8Array): Uint8Array {
  switch (etype) {
    case Etype.Aes128Sha1:
    case Etype.Aes256Sha1:
      return cbcEncrypt(deriveSha1(key, utf8('prf')), new Uint8Array(BLOCK_BYTES), sha1(input).slice(0, BLOCK_BYTES))
    case Etype.Aes128Sha2:
      return hmacSha256(key, big32(1), utf8('prf'), Uint8Array.of(0), input, big32(256))
    case Etype.Aes256Sha2:
      return hmacSha384(key, big32(1), utf8('prf'), Uint8Array.of(0), input, big32(384))
    default:
      return hmacSha1(key, input)
  }
}
