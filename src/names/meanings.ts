// Everything that an error number or symbol may mean. MS-ERREF 2.1 says how an HRESULT is built.
import { FACILITY } from './facilities'
import type { SortedText } from './sorted-text'

/** A meaning of a number or a word typed into the error box. */
export interface ErrorMeaning {
  /** `Win32`, `HRESULT, FACILITY_WIN32`, `NTSTATUS`, `DCE/RPC (nca)`, `WMI`, `Kerberos`, ... */
  kind: string
  code: string
  decimal: string
  symbol: string
  message: string
}

/** Columns of the error tables. */
const SYMBOL = 2
const MESSAGE = 3
const LIMIT = 60
const SHORTEST_SEARCH = 3
/** HRESULT_FROM_NT sets this bit; HRESULT_FROM_WIN32 sets the upper half to 0x8007. MS-ERREF 2.1. */
const NT_BIT = 0x10000000
const WIN32_HIGH = 0x8007

const KINDS: Record<string, string> = {
  win32: 'Win32',
  ntstatus: 'NTSTATUS',
  nca: 'DCE/RPC (nca)',
  wbem: 'WMI',
  kerberos: 'Kerberos',
  'bind-nak': 'Bind_nak reason',
}

/**
 * All meanings of `text`: a number in hexadecimal or decimal, of either sign, or (part of) a symbol or a message; else of
 * what is in it, since users paste what their program said.
 */
export function errorMeanings(text: string, tables: readonly SortedText[]): ErrorMeaning[] {
  const wanted = text.trim()
  const meanings = meaningsOf(wanted, tables)
  return meanings.length > 0 ? meanings : unique(errorsIn(wanted).flatMap((error) => meaningsOf(error, tables)))
}

/** Numbers or symbols within a message: those that are surely errors, else any number. */
function errorsIn(text: string): string[] {
  const kinds = [
    /\b0x[0-9a-f]{1,16}\b/gi,
    /\b[A-Z]+(?:_[A-Z0-9]+)+\b/g,
    /\b[89cd][0-9a-f]{7}\b/gi, // a failure without its 0x
    /(?<![\w.])-?\d{1,10}(?![\w.]*\w)/g,
  ]
  return kinds.map((kind) => text.match(kind) ?? []).find((found) => found.length > 0) ?? []
}

function meaningsOf(wanted: string, tables: readonly SortedText[]): ErrorMeaning[] {
  if (wanted === '') return []
  const codes = codesOf(wanted)
  if (codes.length > 0) return unique(codes.flatMap((code) => meaningsOfCode(code, tables)))
  if (wanted.length < SHORTEST_SEARCH) return []
  const exact: string[][] = []
  const partial: string[][] = []
  for (const table of tables)
    for (const row of table.search(SYMBOL, wanted, LIMIT))
      (row[SYMBOL]!.toLowerCase() === wanted.toLowerCase() ? exact : partial).push(row)
  if (exact.length > 0) {
    const numbers = new Set(exact.map((row) => parseInt(row[0]!, 16)))
    return unique([...exact.flatMap(ofRow), ...[...numbers].flatMap((code) => otherForms(code, tables))])
  }
  if (partial.length === 0) for (const table of tables) partial.push(...table.search(MESSAGE, wanted, LIMIT))
  return unique(partial.slice(0, LIMIT).flatMap(ofRow))
}

/** The readings of a number as typed; two where bare digits may be either base. Empty when it is no number of 32 bits. */
function codesOf(text: string): number[] {
  const readings: number[] = []
  const digits = text.replace(/[uUlL]+$/, '')
  if (/^-?\d+$/.test(digits)) readings.push(Number(digits))
  const bare = /^[0-9a-f]{8}$/i.test(text) ? text : undefined
  const hex = /^(?:0x|&h)([0-9a-f]{1,16})$/i.exec(digits)?.[1] ?? /^([0-9a-f]{1,8})h$/i.exec(text)?.[1] ?? bare
  if (hex !== undefined) readings.push(parseInt(/^f{8}[89a-f]/i.test(hex) ? hex.slice(8) : hex, 16))
  return readings.filter((code) => code >= -0x80000000 && code <= 0xffffffff).map((code) => code >>> 0)
}

function meaningsOfCode(code: number, tables: readonly SortedText[]): ErrorMeaning[] {
  const meanings = [...rowsOf(code, tables).flatMap(ofRow), ...otherForms(code, tables)]
  const high = code >>> 16
  if (meanings.length > 0 || high === 0) return meanings
  const severity = code >>> 31 === 1 ? 'failure' : 'success'
  const parts = `${severity}, facility ${high & 0x7ff}, code ${code & 0xffff} (0x${(code & 0xffff).toString(16)})`
  return [meaning(hresultKind(code), code, '', `No name is known: ${parts}.`)]
}

/** The same error as other layers write it: HRESULT_FROM_WIN32, HRESULT_FROM_NT and back. */
function otherForms(code: number, tables: readonly SortedText[]): ErrorMeaning[] {
  const [win32, , ntstatus] = tables
  const forms: ErrorMeaning[] = []
  const add = (table: SortedText | undefined, inner: number, outer: number, macro: string, both: boolean) => {
    const row = table?.find(keyOf(inner))[0]
    if (!row) return
    if (both) forms.push(...ofRow(row))
    forms.push(meaning(hresultKind(outer), outer, `${macro}(${row[SYMBOL]})`, row[MESSAGE]!))
  }
  if (code > 0 && code < 0x10000) add(win32, code, (WIN32_HIGH * 0x10000 + code) >>> 0, 'HRESULT_FROM_WIN32', false)
  if (code >>> 16 === WIN32_HIGH) add(win32, code & 0xffff, code, 'HRESULT_FROM_WIN32', true)
  if (code >>> 28 === 0xd) add(ntstatus, (code & ~NT_BIT) >>> 0, code, 'HRESULT_FROM_NT', true)
  if (code >>> 28 === 0xc) add(ntstatus, code, (code | NT_BIT) >>> 0, 'HRESULT_FROM_NT', false)
  return forms
}

function rowsOf(code: number, tables: readonly SortedText[]): string[][] {
  return tables.flatMap((table) => table.find(keyOf(code)))
}

function ofRow(row: string[]): ErrorMeaning[] {
  const [key, kind = '', symbol = '', message = ''] = row
  const code = parseInt(key!, 16)
  return [meaning(KINDS[kind] ?? hresultKind(code), code, symbol, message)]
}

function meaning(kind: string, code: number, symbol: string, message: string): ErrorMeaning {
  const signed = code >= 0x80000000 ? `${code} (${code | 0})` : `${code}`
  return { kind, code: `0x${keyOf(code)}`, decimal: signed, symbol, message }
}

function hresultKind(code: number): string {
  const facility = FACILITY[(code >>> 16) & 0x7ff]
  return facility === undefined ? 'HRESULT' : `HRESULT, ${facility}`
}

function keyOf(code: number): string {
  return code.toString(16).padStart(8, '0')
}

function unique(meanings: ErrorMeaning[]): ErrorMeaning[] {
  const seen = new Set<string>()
  return meanings.filter(({ kind, code, symbol }) => {
    const key = `${kind} ${code} ${symbol}`
    return !seen.has(key) && seen.add(key)
  })
}
