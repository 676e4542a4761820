// One failure, many numbers: what the wire shows, what Windows makes of it, what the program's author gets to see.
import { hresultOfWin32 } from '../../names/statuses'
import { hex32 } from '../../capture/text'
import type { Names } from '../../names/names'
import type { Layer } from '../finding'

/** The Win32 code that the Windows RPC runtime makes of a fault status. C706 appendix E, MS-ERREF 2.2. */
const WIN32_OF_NCA: Record<number, number> = {
  0x1c010002: 1745,
  0x1c010003: 1717,
  0x1c01000b: 1728,
  0x1c010014: 1723,
  0x1c000001: 1767,
  0x1c000002: 1768,
  0x1c000003: 1769,
  0x1c000004: 1770,
  0x1c000005: 1771,
  0x1c000006: 1733,
  0x1c000007: 1734,
  0x1c00000d: 1818,
  0x1c00001a: 6,
  0x1c00001b: 14,
  0x16c9a0d6: 1753,
}

/** The Win32 code within a status, where it is or holds one. */
function win32Of(status: number): number | undefined {
  const nca = WIN32_OF_NCA[status]
  if (nca !== undefined) return nca
  if (status < 0x10000) return status
  return status >>> 16 === 0x8007 ? status & 0xffff : undefined
}

/** The HRESULT that COM shows for a status. */
export function hresultOf(status: number): number {
  const win32 = win32Of(status)
  if (win32 !== undefined) return hresultOfWin32(win32)
  return status >>> 28 === 0xc ? (status | 0x10000000) >>> 0 : status
}

/** The exception that .NET makes of an HRESULT; by default COMException. Everything else: the table of COM interop. */
const EXCEPTIONS: Record<number, string> = {
  0x80070005: 'UnauthorizedAccessException',
  0x80004002: 'InvalidCastException',
  0x8007000e: 'OutOfMemoryException',
  0x80070057: 'ArgumentException',
  0x80004001: 'NotImplementedException',
  0x80070002: 'FileNotFoundException',
  0x80131600: 'ApplicationException',
}

/** WBEM_E_*: WMI's own codes, which System.Management wraps in an exception of its own. */
export function isWbem(hresult: number): boolean {
  return hresult >>> 12 === 0x80041 || hresult >>> 12 === 0x80042 || hresult >>> 12 === 0x80044
}

export function exceptionOf(hresult: number): string {
  return EXCEPTIONS[hresult] ?? (isWbem(hresult) ? 'ManagementException' : 'COMException')
}

export function wireLayer(names: Names, status: number, where = 'wire'): Layer {
  const known = names.statusName(status)
  return {
    layer: where,
    code: hex32(status),
    text: known ? `${known.symbol}: ${known.message}` : 'a status without a public name',
  }
}

export function win32Layer(names: Names, code: number): Layer {
  const known = names.returnName(code, 'win32')
  return { layer: 'Win32', code: String(code), text: known ? `${known.symbol}: ${known.message}` : 'no public name' }
}

/** What a program shows for a Win32 code: the code, its HRESULT and its message. */
export function win32Symptom(names: Names, code: number): string {
  const known = names.returnName(code, 'win32')
  return `error ${code} (${hex32(hresultOfWin32(code))})${known ? `: ${known.message}` : ''}`
}

export function hresultLayer(names: Names, hresult: number, layer = 'HRESULT'): Layer {
  const known = names.returnName(hresult, 'hresult')
  const decimal = `decimal ${hresult | 0}, unsigned ${hresult}`
  return { layer, code: hex32(hresult), text: known ? `${known.symbol}: ${known.message} (${decimal})` : decimal }
}

export function dotnetLayer(hresult: number, remark = ''): Layer {
  return { layer: '.NET', code: hex32(hresult), text: `${exceptionOf(hresult)}${remark && `, ${remark}`}` }
}

export function eventLayer(code: string, text: string): Layer {
  return { layer: 'event log', code, text }
}

/** The usual chain for a fault: wire, Win32, HRESULT, .NET. */
export function faultLayers(names: Names, status: number): Layer[] {
  const win32 = win32Of(status)
  const hresult = hresultOf(status)
  return [
    wireLayer(names, status, 'wire (fault PDU)'),
    ...(win32 === undefined || win32 === status ? [] : [win32Layer(names, win32)]),
    ...(hresult === status ? [] : [hresultLayer(names, hresult)]),
    dotnetLayer(hresult),
  ]
}

/** What a program gets when a connection breaks: the first when the call may have run, the second when it did not. */
export const CALL_FAILED = 0x800706be
export const CALL_FAILED_DNE = 0x800706bf
const SERVER_UNAVAILABLE = 0x800706ba

/** The chain of a connection that could not be made. */
export function unavailableLayers(names: Names, wire: Layer): Layer[] {
  return [
    wire,
    win32Layer(names, 1722),
    hresultLayer(names, SERVER_UNAVAILABLE, 'COM client'),
    dotnetLayer(SERVER_UNAVAILABLE, 'message "The RPC server is unavailable."'),
    eventLayer('10028', 'DCOM on the client: unable to communicate with the computer (10009 on old systems)'),
  ]
}

/** What a program shows for a status: its message, the number in its forms and the exception. */
export function programShows(names: Names, status: number): string {
  const win32 = win32Of(status)
  const hresult = hresultOf(status)
  const known = win32 === undefined ? names.returnName(hresult, 'hresult') : names.returnName(win32, 'win32')
  const forms = [...(win32 === undefined ? [] : [`error ${win32}`]), hex32(hresult), `${exceptionOf(hresult)} in .NET`]
  return known ? `${known.message.replace(/\s*\.?\s*$/, '')} (${forms.join(', ')})` : forms.join(', ')
}
