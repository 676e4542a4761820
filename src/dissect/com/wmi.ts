// Windows Management Instrumentation: namespaces, queries, methods. MS-WMI 3.1.4.
import { basicString } from './oaut'
import { type Method, type Methods, number, optionalText, type Parameter } from '../parameter'
import { filetime, hex } from '../show'

const flags = number('Flags', hex)
const machine = optionalText('Client')
const processStart: Parameter = (ndr) => void ndr.u64('Process start', filetime)
const query = method(basicString('Language'), basicString('Query'), flags)

function method(...request: Parameter[]): Method {
  return { request }
}

/** Methods that come in pairs: the second of them answers later, to a sink. */
function withAsync(opnum: number, ...request: Parameter[]): Methods {
  return { [opnum]: { request }, [opnum + 1]: { request } }
}

export const wbemLogin: Methods = {
  3: { response: [number('Locale version')] },
  5: method(optionalText('Namespace'), optionalText('Locale'), flags),
  6: method(optionalText('Namespace'), optionalText('Locale'), flags),
}

export const wbemServices: Methods = {
  3: method(basicString('Namespace'), flags),
  5: method(flags),
  ...withAsync(6, basicString('Object'), flags),
  ...withAsync(10, basicString('Class'), flags),
  ...withAsync(12, basicString('Superclass'), flags),
  ...withAsync(16, basicString('Object'), flags),
  ...withAsync(18, basicString('Class'), flags),
  20: query,
  21: query,
  22: query,
  23: query,
  ...withAsync(24, basicString('Object'), basicString('Method'), flags),
}

/** -1 waits for ever. */
const timeout = number('Timeout (ms)', (value) => String(value | 0))

export const wbemEnumeration: Methods = {
  4: method(timeout, number('Objects')),
  5: method(number('Objects')),
  7: method(timeout, number('Objects')),
}

export const wbemSmartEnumeration: Methods = {
  3: method((ndr) => void ndr.uuid('Enumeration'), timeout, number('Objects')),
}

export const wbemClient: Methods = { 3: method(machine, number('Process')) }

export const wbemClientEx: Methods = {
  3: method(machine, optionalText('Client (full name)'), number('Process'), processStart),
}
