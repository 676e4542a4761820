// Server service and workstation service: shares, sessions, files, and the machine itself. MS-SRVS 3.1.4, MS-WKST 3.2.4.
import { type Method, type Methods, number, optionalText, type Parameter, text } from '../parameter'

/** The interfaces srvsvc and wkssvc. */
export const SHARES = '4b324fc8-1670-01d3-1278-5a47bf6ee188'
export const WORKSTATION = '6bffd098-a112-3610-9833-012892020162'

const server = optionalText('Server')
const level = number('Level')

function of(...parameters: Parameter[]): Method {
  return { request: [server, ...parameters] }
}

export const shares: Methods = {
  8: of(optionalText('Qualifier'), level),
  9: of(optionalText('Path'), optionalText('User'), level),
  10: of(number('File id'), level),
  11: of(number('File id')),
  12: of(optionalText('Client'), optionalText('User'), level),
  13: of(optionalText('Client'), optionalText('User')),
  14: of(level),
  15: of(level),
  16: of(text('Share'), level),
  17: of(text('Share'), level),
  18: of(text('Share')),
  21: of(level),
  22: of(level),
  23: of(level),
  28: of(),
  36: of(level),
}

export const workstation: Methods = {
  0: of(level),
  1: of(level),
  2: of(level),
  5: of(level),
}
