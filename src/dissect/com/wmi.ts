// Windows Management Instrumentation: namespaces, queries, methods. MS-WMI 3.1.4.
import { basicString } from './oaut'
import { type Method, type Methods, number, optionalText, type Parameter } from '../parameter'
import { filetime, hex } from '../show'

export const WBEM_LOGIN = 'f309ad18-d86a-11d0-a075-00c04fb68820'
export const WBEM_SERVICES = '9556dc99-828c-11cf-a37e-00aa003240c7'
export const WBEM_ENUMERATION = '027947e1-d731-11ce-a357-000000000001'
/** What Windows uses in place of IEnumWbemClassObject::Next. MS-WMI 3.1.4.7. */
export const WBEM_SMART_ENUMERATION = '423ec01e-2e35-11d2-b604-00104b703efd'
/** Who logs in: machine and process. MS-WMI 3.1.4.5, 3.1.4.6. */
export const WBEM_CLIENT = 'd4781cd6-e5d3-44df-ad94-930efe48a887'
export const WBEM_CLIENT_EX = '9f6c78ef-fce5-42fa-abea-3e7df91921dc'

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
