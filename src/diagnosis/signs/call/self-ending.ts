// Methods that end the connection on which they are called: a restart, another address, the stop of a service.
import { IWBEM_SERVICES } from '../../../names/well-known'
import { NONE } from '../../../capture/table'
import { Call } from '../../../conversation/model'
import { stubBytes } from '../../../capture/pdu'
import type { Examination } from '../../examination'

/** Remote methods that shut a host down. MS-RSP 3.2.4, MS-RRP 3.1.5.17. */
const SHUTDOWN = /^(Base|Wsdr)?Initiate(System)?Shutdown(Ex)?$/
/** ExecMethod and ExecMethodAsync. MS-WMI 3.1.4.3. */
const EXEC_METHOD = 24
const EXEC_METHOD_ASYNC = 25
/** Methods of Win32_NetworkAdapterConfiguration, Win32_NetworkAdapter, Win32_OperatingSystem and Win32_Service, as the stub has them. */
const WMI_METHODS = [
  'EnableStatic',
  'EnableDHCP',
  'ReleaseDHCPLease',
  'RenewDHCPLease',
  'Disable',
  'Reboot',
  'Win32Shutdown',
  'Win32ShutdownTracker',
  'Shutdown',
  'StopService',
]

/** Name of the method that a call runs, where that is one which takes its own connection away; else undefined. */
export function selfEnding(theCase: Examination, call: number): string | undefined {
  const { calls } = theCase.conversation
  const uuid = theCase.interfaceOf(call)
  const opnum = calls.get(Call.Opnum, call)
  if (uuid === undefined || opnum === NONE) return undefined
  const name = theCase.names.method(uuid, opnum)
  if (name !== undefined && SHUTDOWN.test(name)) return name
  if (uuid !== IWBEM_SERVICES || (opnum !== EXEC_METHOD && opnum !== EXEC_METHOD_ASYNC)) return undefined
  const pdu = calls.get(Call.RequestPdu, call)
  const stub = pdu === NONE ? '' : latin1(stubBytes(theCase.capture, pdu))
  return WMI_METHODS.find((method) => stub.includes(marshalled(method)))
}

/** Bytes as text of one character a byte, to search in. */
function latin1(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}

/** A name as a BSTR is marshalled: its length in characters, then UTF-16LE. MS-OAUT 2.2.23.1. */
function marshalled(name: string): string {
  return `${String.fromCharCode(name.length)}\0\0\0${[...name].map((letter) => `${letter}\0`).join('')}`
}
