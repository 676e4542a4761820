// Security tokens without their secrets. What is understood is copied and its names replaced; all else is blank.
// MS-NLMP 2.2.1; X.690 (DER) for SPNEGO, RFC 4178, and Kerberos, RFC 4120; MS-NRPC 2.2.1.3.1.
import type { NameBook } from './names'
import { put } from './put'

/** In place of what must not be all zeros, because that has a meaning of its own. */
const BLANK = 0x2a
const NTLMSSP = [0x4e, 0x54, 0x4c, 0x4d, 0x53, 0x53, 0x50, 0]
const UNICODE = 1
/** AvId, the end of the fields before MachineID, and its bytes. MS-NLMP 2.2.2.1, 2.2.2.2. */
const SINGLE_HOST_DATA = 8
const CUSTOM_DATA_END = 16
const MACHINE_ID = 32
const DEEPEST = 32

/** The token's length stays. */
export function redactToken(token: Uint8Array, names: NameBook): Uint8Array<ArrayBuffer> {
  if (NTLMSSP.every((byte, i) => token[i] === byte)) return ntlm(token, names)
  const out = new Uint8Array(token.length)
  const first = token[0] ?? 0
  if ((first & 0xe0) === 0x60 || (first & 0xe0) === 0xa0 || first === 0x30)
    elements(token, out, 0, token.length, names, 0)
  else if (token.length >= 8 && (token[0]! | token[1]! | token[2]! | token[3]!) <= 1) netlogon(token, out, names)
  return out
}

function ntlm(token: Uint8Array, names: NameBook): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(token.length)
  const view = new DataView(token.buffer, token.byteOffset, token.length)
  if (token.length < 12) return out
  const type = view.getUint32(8, true)
  const item = (at: number): [number, number] => {
    if (at + 8 > token.length) return [0, 0]
    const from = view.getUint32(at + 4, true)
    const to = from + view.getUint16(at, true)
    return to <= token.length ? [from, to] : [0, 0]
  }
  const keep = (from: number, to: number) => put(out, token.subarray(from, Math.max(from, to)), from)
  const blank = ([from, to]: [number, number]) => {
    if (token.subarray(from, to).some((byte) => byte !== 0)) out.fill(BLANK, from, to)
  }
  const name = ([from, to]: [number, number], unicode: boolean) => {
    keep(from, to)
    if (unicode) names.utf16(out, from, to)
    else names.bytes(out, from, to)
  }
  const pairs = (from: number, end: number) => avPairs(token, out, names, from, end)
  const flags = (at: number) => (at + 4 <= token.length ? view.getUint32(at, true) : UNICODE)
  switch (type) {
    case 1: {
      keep(0, Math.min(40, token.length))
      name(item(16), false)
      name(item(24), false)
      return out
    }
    case 2: {
      const [target, info] = [item(12), item(40)]
      keep(0, Math.min(24, token.length))
      if (token.length >= 32) blank([24, 32])
      keep(32, Math.min(56, token.length))
      name(target, (flags(20) & UNICODE) !== 0)
      pairs(...info)
      return out
    }
    case 3: {
      const items = [12, 20, 28, 36, 44, 52].map(item)
      const payload = Math.min(token.length, ...items.filter(([from, to]) => to > from).map(([from]) => from))
      const [lm, nt, domain, user, workstation, key] = [
        items[0]!,
        items[1]!,
        items[2]!,
        items[3]!,
        items[4]!,
        items[5]!,
      ]
      keep(0, Math.min(72, payload))
      if (payload >= 88) blank([72, 88])
      const unicode = payload < 64 || (flags(60) & UNICODE) !== 0
      for (const one of [domain, user, workstation]) name(one, unicode)
      blank(lm)
      blank(key)
      blank(nt)
      const [from, to] = nt
      if (to - from >= 44) {
        keep(from + 16, from + 32)
        keep(from + 40, from + 44)
        out.fill(0, from + 44, to)
        pairs(from + 44, to)
      }
    }
  }
  return out
}

/** MS-NLMP 2.2.2.1. */
function avPairs(token: Uint8Array, out: Uint8Array, names: NameBook, from: number, end: number): void {
  for (let at = from; at + 4 <= end;) {
    const id = token[at]! | (token[at + 1]! << 8)
    const to = at + 4 + (token[at + 2]! | (token[at + 3]! << 8))
    put(out, token.subarray(at, at + 4), at)
    if (id === 0 || to > end) return
    const isName = (id >= 1 && id <= 5) || id === 9
    if (isName || id === 6 || id === 7) put(out, token.subarray(at + 4, to), at + 4)
    else if (token.subarray(at + 4, to).some((byte) => byte !== 0)) out.fill(BLANK, at + 4, to)
    if (isName) names.utf16(out, at + 4, to)
    if (id === SINGLE_HOST_DATA) machineId(token, out, names, at + 4 + CUSTOM_DATA_END, to)
    at = to
  }
}

/** A number in place of the identity, the same for the same one: whether two computers share it stays visible. MS-NLMP 2.2.2.2. */
function machineId(token: Uint8Array, out: Uint8Array, names: NameBook, at: number, to: number): void {
  const id = token.subarray(at, Math.min(to, at + MACHINE_ID))
  if (id.length < MACHINE_ID || id.every((byte) => byte === 0)) return
  new DataView(out.buffer, out.byteOffset).setUint32(at, names.machine(id), true)
}

/** Primitive types that hold no secret when they are short: BOOLEAN, INTEGER, BIT STRING, OBJECT IDENTIFIER, ENUMERATED, times. */
const PLAIN = new Set([0x01, 0x02, 0x03, 0x06, 0x0a, 0x17, 0x18])
const LONGEST_PLAIN = 24
const TEXTS = new Set([0x0c, 0x12, 0x13, 0x14, 0x16, 0x1a, 0x1b])
const OCTETS = 0x04
const GSS = 0x60
/** KERB_EXT_ERROR: an NTSTATUS and two numbers. MS-KILE 2.2.1. */
const EXTENDED_ERROR = 12

/** Copies elements from `at` to `end`, whatever their nesting; returns false when they are not well formed. */
function elements(
  bytes: Uint8Array,
  out: Uint8Array,
  at: number,
  end: number,
  names: NameBook,
  depth: number,
): boolean {
  if (depth > DEEPEST) return false
  while (at < end) {
    const head = header(bytes, at, end)
    if (!head) return false
    const { tag, from, to } = head
    put(out, bytes.subarray(at, from), at)
    if ((tag & 0x20) !== 0) {
      let inner = from
      if (tag === GSS && bytes[from] === 0x06) {
        const mechanism = header(bytes, from, to)
        if (!mechanism) return false
        put(out, bytes.subarray(from, mechanism.to), from)
        inner = mechanism.to
        // The two bytes of RFC 4121 4.1 before a Kerberos message.
        if ((bytes[inner] ?? 0xff) <= 5 && ((bytes[inner + 2] ?? 0) & 0x60) !== 0) {
          put(out, bytes.subarray(inner, inner + 2), inner)
          inner += 2
        }
      }
      elements(bytes, out, inner, to, names, depth + 1)
    } else if (TEXTS.has(tag)) {
      put(out, bytes.subarray(from, to), from)
      names.bytes(out, from, to)
    } else if (tag === OCTETS) octets(bytes, out, from, to, names, depth)
    else if (PLAIN.has(tag) && to - from <= LONGEST_PLAIN) put(out, bytes.subarray(from, to), from)
    at = to
  }
  return true
}

/** Contents of an OCTET STRING: a token or more elements when they are, else blank. */
function octets(bytes: Uint8Array, out: Uint8Array, from: number, to: number, names: NameBook, depth: number): void {
  const contents = bytes.subarray(from, to)
  if (NTLMSSP.every((byte, i) => contents[i] === byte)) return put(out, ntlm(contents, names), from)
  if (contents.length === EXTENDED_ERROR && contents[3]! >>> 4 === 0xc) return put(out, contents, from)
  const first = contents[0] ?? 0
  const nested = first === 0x30 || (first & 0xe0) === 0x60 || (first & 0xe0) === 0xa0
  const whole = nested ? header(bytes, from, to) : undefined
  if (whole?.to !== to) return
  const copy = new Uint8Array(bytes.length)
  if (elements(bytes, copy, from, to, names, depth + 1)) put(out, copy.subarray(from, to), from)
}

function header(bytes: Uint8Array, at: number, end: number): { tag: number; from: number; to: number } | undefined {
  const tag = bytes[at]!
  const first = bytes[at + 1]
  if (first === undefined || at + 2 > end || (tag & 0x1f) === 0x1f) return undefined
  const size = first < 0x80 ? 0 : first & 0x7f
  if (first === 0x80 || size > 4 || at + 2 + size > end) return undefined
  let length = first < 0x80 ? first : 0
  for (let i = 0; i < size; i++) length = length * 256 + bytes[at + 2 + i]!
  const from = at + 2 + size
  return from + length <= end ? { tag, from, to: from + length } : undefined
}

/** Type, flags, then names that end with a zero or stand label by label behind their lengths. */
function netlogon(token: Uint8Array, out: Uint8Array, names: NameBook): void {
  put(out, token.subarray(0, 8))
  for (let at = 8; at < token.length;) {
    let to = at
    while (to < token.length && token[to]! >= 0x20) to++
    put(out, token.subarray(at, Math.min(to + 1, token.length)), at)
    names.bytes(out, at, to)
    at = to + 1
  }
}
