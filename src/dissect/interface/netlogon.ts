// Netlogon: domain controllers, machine accounts, pass-through logons. MS-NRPC 3.5.4.
import { ARGUMENTS } from '../../names/field-labels'
import { enumeration, fixed, handle, type Methods, number, optionalText, text } from '../parameter'
import { hex, named } from '../show'

/** NETLOGON_SECURE_CHANNEL_TYPE. MS-NRPC 2.2.1.3.13. */
const CHANNELS: Readonly<Record<number, string>> = {
  0: 'none',
  1: 'Msv1_0',
  2: 'workstation',
  3: 'trusted DNS domain',
  4: 'trusted domain',
  5: 'LAN Manager',
  6: 'domain controller',
  7: 'read-only domain controller',
}

const server = optionalText('Server')
const computer = text(ARGUMENTS.computer)
const account = text(ARGUMENTS.account)
const channel = enumeration('Secure channel', named(CHANNELS))
const credential = fixed(8, 'Credential')
const logonLevel = enumeration('Logon level')

/** NETLOGON_AUTHENTICATOR: a credential and a time. MS-NRPC 2.2.1.1.5. */
const authenticate = {
  request: [server, account, channel, computer, credential, number('Flags', hex)],
  response: [credential, number('Flags', hex)],
}

export const logon: Methods = {
  2: { request: [server, optionalText(ARGUMENTS.computer)] },
  4: { request: [server, computer, credential], response: [credential] },
  15: authenticate,
  20: { request: [server, optionalText('Domain')] },
  21: { request: [text('Server'), optionalText(ARGUMENTS.computer)] },
  26: authenticate,
  27: { request: [server, optionalText('Domain')] },
  28: { request: [server], response: [optionalText('Site')] },
  29: { request: [text('Server'), optionalText(ARGUMENTS.computer)] },
  30: { request: [server, account, channel, computer] },
  34: { request: [server, optionalText(ARGUMENTS.account), number('Account types', hex), optionalText('Domain')] },
  39: { request: [handle('Binding'), server, optionalText(ARGUMENTS.computer), logonLevel] },
  40: { request: [server, number('Flags', hex)] },
  45: { request: [server, optionalText(ARGUMENTS.computer)] },
}
