// Server service and workstation service: shares, sessions, files, and the machine itself. MS-SRVS 3.1.4, MS-WKST 3.2.4.
import { type Method, type Methods, number, optionalText, type Parameter, text } from '../parameter'

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
