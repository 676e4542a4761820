// Fields of decoded events, as those who ask for a number or an address need them.
import type { MachineEnd } from './machine-model'
import type { TraceEvent } from './trace'
import { socketAddress, type Value } from './values'

/** SOCKADDR_IN (family 2) and SOCKADDR_IN6 (family 23), as hexadecimal digits. */
const SOCKET_ADDRESS = /^(?:0200[0-9a-f]{12,252}|1700[0-9a-f]{44,252})$/i

function bytesOf(digits: string): Uint8Array {
  return Uint8Array.from({ length: digits.length >> 1 }, (_, at) => parseInt(digits.slice(2 * at, 2 * at + 2), 16))
}

/** A field as a number, also where the trace has a text for it. */
export function number({ fields, numbers }: TraceEvent, name: string): number {
  const value = numbers[name] ?? fields[name]
  return typeof value === 'number' ? value : 0
}

/** `10.0.0.6:135` or `[fe80::1]:135` as address and port; also the digits of a SOCKADDR that a schema calls binary. */
export function endOf(value: Value | undefined): MachineEnd | undefined {
  if (typeof value === 'string' && SOCKET_ADDRESS.test(value)) return endOf(socketAddress(bytesOf(value)))
  const match = typeof value === 'string' ? /^\[?([^\]]*?)\]?:(\d+)$/.exec(value) : null
  return match ? { address: match[1]!, port: Number(match[2]) } : undefined
}
