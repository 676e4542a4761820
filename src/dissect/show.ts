// How values read in the field tree.
import { hex32 } from '../capture/text'

/** Text of a value. */
export type Show<T> = (value: T) => string

/** Bytes beyond this many are not written out. */
const MOST_BYTES = 64
/** 1601-01-01 to 1970-01-01 in seconds, and the length of a FILETIME tick. MS-DTYP 2.3.3. */
const FILETIME_EPOCH = 11_644_473_600
const TICKS_PER_SECOND = 10_000_000n
/** The last second that a Date can hold. */
const LAST_SECOND = 8_640_000_000_000

export const decimal: Show<number> = String
export const hex: Show<number> = hex32
export const hex16: Show<number> = (value) => `0x${value.toString(16).padStart(4, '0')}`
export const longHex: Show<bigint> = (value) => `0x${value.toString(16).padStart(16, '0')}`

/** `symbol (number)`, or the bare number when it is not in the table. */
export function named(table: Readonly<Record<number, string>>, number: Show<number> = decimal): Show<number> {
  return (value) => (table[value] === undefined ? number(value) : `${table[value]} (${number(value)})`)
}

/** The names of the bits that are set, after the number itself. */
export function bits(table: Readonly<Record<number, string>>, number: Show<number> = hex): Show<number> {
  return (value) => {
    const set = Object.entries(table).filter(([bit]) => (value & Number(bit)) !== 0)
    return [number(value), set.map(([, name]) => name).join(' ')].filter((text) => text !== '').join(' ')
  }
}

export const hexBytes: Show<Uint8Array> = (bytes) => {
  const shown = Array.from(bytes.subarray(0, MOST_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return bytes.length > MOST_BYTES ? `${shown}… (${bytes.length} bytes)` : shown
}

/** Seconds since 1970 of a FILETIME; undefined for 0 and for "never", which both mean that no time is given. */
export function filetimeSeconds(filetime: bigint): number | undefined {
  if (filetime === 0n || filetime >= 0x7fff_ffff_ffff_ffffn) return undefined
  const seconds = Number(filetime / TICKS_PER_SECOND) + Number(filetime % TICKS_PER_SECOND) / 1e7
  return seconds - FILETIME_EPOCH
}

/** A FILETIME as a date in UTC. */
export const filetime: Show<bigint> = (value) => {
  const seconds = filetimeSeconds(value)
  return seconds === undefined ? longHex(value) : dateText(seconds)
}

/** Seconds since 1970 as `2010-03-05 09:00:00 UTC`; the bare number when it is beyond what a date can be. */
export function dateText(seconds: number): string {
  if (!(Math.abs(seconds) < LAST_SECOND)) return String(seconds)
  return `${new Date(Math.floor(seconds) * 1000).toISOString().slice(0, -5).replace('T', ' ')} UTC`
}
