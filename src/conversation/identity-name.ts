// The name of the user who acts on a connection.
import type { Connection, SecurityContext, SmbLogon, TicketHolder } from './model'

/** Who a logon belongs to: `DOMAIN\user`, `anonymous`, or what can be said of it; '' when nothing can. */
export function identityName(logon: SecurityContext | SmbLogon): string {
  if (logon.anonymous) return 'anonymous'
  if (logon.user === undefined && logon.ticketHolder) return `${holderName(logon.ticketHolder)} (likely)`
  if (logon.user === undefined) return logon.mechanism === 'kerberos' ? 'Kerberos (name encrypted)' : ''
  return logon.domain ? `${logon.domain}\\${logon.user}` : logon.user
}

/** A Kerberos principal as it is written: `user@REALM`. */
export function holderName({ user, realm }: TicketHolder): string {
  return realm ? `${user}@${realm}` : user
}

/** Who makes a call: its own security context, else the logon to SMB whose pipe it goes through. */
export function callerOf(connection: Connection, security: number): SecurityContext | SmbLogon | undefined {
  return connection.security[security] ?? connection.smbLogon
}
