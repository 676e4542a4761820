// Fields of decoded events, as those who ask for a number or an address need them.
import type { MachineEnd } from './machine-model'
import type { TraceEvent } from './trace'
import type { Value } from './values'

/** A field as a number, also where the trace has a text for it. */
export function number({ fields, numbers }: TraceEvent, name: string): number {
  const value = numbers[name] ?? fields[name]
  return typeof value === 'number' ? value : 0
}

/** `10.0.0.6:135` or `[fe80::1]:135` as address and port. */
export function endOf(value: Value | undefined): MachineEnd | undefined {
  const match = typeof value === 'string' ? /^\[?([^\]]*?)\]?:(\d+)$/.exec(value) : null
  return match ? { address: match[1]!, port: Number(match[2]) } : undefined
}
