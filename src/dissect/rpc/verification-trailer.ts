// What a client adds behind the arguments of a signed request, so that the negotiation cannot be changed unnoticed.
// MS-RPCE 2.2.2.13.
import type { Reader } from '../reader'
import { bits, decimal, hex, hex16 } from '../show'

const SIGNATURE = [0x8a, 0xe3, 0x13, 0x71, 0x02, 0xf4, 0x36, 0x71]
/** The trailer is at a multiple of four after the arguments. */
const ALIGNMENT = 4
const END = 0x4000
const COMMANDS: Record<number, string> = { 1: 'bitmask', 2: 'presentation context', 3: 'header' }
const BITMASK: Record<number, string> = { 1: 'client supports header signing' }

export interface VerificationTrailer {
  /** Where it begins in the stub: arguments end at or before it. */
  at: number
  /** Bit 0: the client supports header signing. */
  bitmask?: number | undefined
  /** Interface and transfer syntax that the client means. */
  interface?: string | undefined
  transfer?: string | undefined
  /** What the client put into the request's header. */
  callId?: number | undefined
  contextId?: number | undefined
  opnum?: number | undefined
}

/** Finds and reads the trailer in the stub of a request, wherever the arguments end. Undefined without one. */
export function verificationTrailer(from: Reader): VerificationTrailer | undefined {
  const at = find(from.bytes)
  if (at === undefined) return undefined
  from.at = at
  return from.group('Verification trailer', () => {
    from.skip(SIGNATURE.length)
    const trailer: VerificationTrailer = { at }
    for (let last = false; !last && from.left >= 4;) {
      const command = from.u16('Command', commandText) ?? END
      const body = from.part(from.u16() ?? 0)
      last = (command & END) !== 0
      switch (command & 0xff) {
        case 1:
          trailer.bitmask = body.u32('Bitmask', bits(BITMASK, hex))
          break
        case 2:
          trailer.interface = body.uuid('Interface')
          body.u32('Interface version', hex)
          trailer.transfer = body.uuid('Transfer syntax')
          body.u32('Transfer syntax version', hex)
          break
        case 3:
          body.u8('PDU type')
          body.skip(3)
          body.u32('Data representation', hex)
          trailer.callId = body.u32('Call id')
          trailer.contextId = body.u16('Context id')
          trailer.opnum = body.u16('Opnum')
          break
      }
    }
    return trailer
  })
}

function commandText(command: number): string {
  return `${COMMANDS[command & 0xff] ?? decimal(command & 0xff)} (${hex16(command)})`
}

/** The last place where the signature is, for arguments may hold anything. */
function find(bytes: Uint8Array): number | undefined {
  for (let at = (bytes.length - SIGNATURE.length) & -ALIGNMENT; at >= 0; at -= ALIGNMENT)
    if (SIGNATURE.every((byte, i) => bytes[at + i] === byte)) return at
  return undefined
}
