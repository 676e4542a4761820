// The value of a recorded field as text: the bytes read the way its Format says.
import { Format } from '../../asm/layout'
import type { FieldLine, RecordedField } from '../capture/field'
import { hex32, ipv6Text, uuidText } from '../capture/text'
import { FIELD_LABELS } from '../names/field-labels'
import { AUTH_LEVELS, AUTH_TYPES, ETHER_TYPES, IP_PROTOCOLS, PDU_TYPES } from '../names/labels'
import type { Names } from '../names/names'
import { fieldFilter } from './field-filters'
import { tcpFlagsText } from './tcp-info'

const PREVIEW_BYTES = 24

/** `Alter_context (14)`: a number and its name, the number alone when it has none. */
function named(table: Readonly<Record<number, string>>, value: number): string {
  return table[value] === undefined ? String(value) : `${table[value]} (${value})`
}

function bigEndian(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0)
}

const littleEndian = (bytes: Uint8Array) => bigEndian(bytes.slice().reverse())

function hexNumber(value: number, length: number): string {
  return '0x' + value.toString(16).padStart(length * 2, '0')
}

/** Bytes in hexadecimal, the first 24 of a long run. */
function bytesText(bytes: Uint8Array): string {
  const hex = Array.from(bytes.subarray(0, PREVIEW_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return bytes.length > PREVIEW_BYTES ? `${hex}… (${bytes.length} bytes)` : hex
}

const PDU_FLAGS: [number, string][] = [
  [0x01, 'first fragment'],
  [0x02, 'last fragment'],
  [0x04, 'cancel pending / supports header signing'],
  [0x10, 'concurrent multiplexing'],
  [0x20, 'did not execute'],
  [0x40, 'maybe'],
  [0x80, 'object'],
]

type Reading = (bytes: Uint8Array, names: Names | undefined) => string

const status = (value: number, names: Names | undefined) => {
  const symbol = names?.statusName(value)?.symbol
  return symbol ? `${hex32(value)} ${symbol}` : hex32(value)
}

const READINGS: Record<Format, Reading> = {
  [Format.None]: () => '',
  [Format.Number]: (bytes) => String(bigEndian(bytes)),
  [Format.NumberLittle]: (bytes) => String(littleEndian(bytes)),
  [Format.Hex]: (bytes) => hexNumber(bigEndian(bytes), bytes.length),
  [Format.HexLittle]: (bytes) => hexNumber(littleEndian(bytes), bytes.length),
  [Format.Bytes]: bytesText,
  [Format.Mac]: (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':'),
  [Format.Ipv4]: (bytes) => bytes.join('.'),
  [Format.Ipv6]: (bytes) => ipv6Text(bytes),
  [Format.UuidLittle]: (bytes, names) => withName(uuidText(bytes), names),
  [Format.UuidBig]: (bytes, names) => withName(uuidText(bytes, 0, true), names),
  [Format.Ascii]: (bytes) => String.fromCharCode(...bytes.subarray(0, 1024)),
  [Format.Utf16Little]: (bytes) => new TextDecoder('utf-16le').decode(bytes.slice()),
  [Format.TcpFlags]: (bytes) => {
    const flags = bigEndian(bytes) & 0xfff
    return `${hexNumber(flags, 2)} ${tcpFlagsText(flags)}`
  },
  [Format.EtherType]: (bytes) => {
    const type = bigEndian(bytes)
    return ETHER_TYPES[type] ? `${ETHER_TYPES[type]} (${hexNumber(type, 2)})` : hexNumber(type, 2)
  },
  [Format.IpProtocol]: (bytes) => named(IP_PROTOCOLS, bigEndian(bytes)),
  [Format.PduType]: (bytes) => named(PDU_TYPES, bigEndian(bytes)),
  [Format.PduFlags]: (bytes) => {
    const flags = bigEndian(bytes)
    const set = PDU_FLAGS.filter(([bit]) => flags & bit).map(([, name]) => name)
    return [hexNumber(flags, 1), set.join(', ')].join(' ').trim()
  },
  [Format.AuthType]: (bytes) => named(AUTH_TYPES, bigEndian(bytes)),
  [Format.AuthLevel]: (bytes) => named(AUTH_LEVELS, bigEndian(bytes)),
  [Format.FaultStatus]: (bytes, names) => status(bigEndian(bytes), names),
  [Format.FaultStatusLittle]: (bytes, names) => status(littleEndian(bytes), names),
  [Format.Dotted]: (bytes) => bytes.join('.'),
}

function withName(uuid: string, names: Names | undefined): string {
  const name = names?.guid(uuid)?.name ?? names?.interfaceName(uuid)
  return name ? `${name} ${uuid}` : uuid
}

/** Lines of the field tree for fields that the parser recorded over `bytes`; a field beyond the bytes has no value. */
export function fieldLines(fields: RecordedField[], bytes: Uint8Array, names: Names | undefined): FieldLine[] {
  return fields.map((field) => {
    const { key, at, length, format, depth, protocol } = field
    const inside = at + length <= bytes.length
    const value = inside ? READINGS[format](bytes.subarray(at, at + length), names) : ''
    const filter = fieldFilter(field)
    return {
      label: FIELD_LABELS[key],
      value,
      at,
      length,
      depth,
      ...(depth === 0 && { protocol }),
      ...(filter !== undefined && { filter }),
    }
  })
}
