// What somebody is called who acts on a connection.
import type { SecurityContext } from './model'

/** Who a security context belongs to: `DOMAIN\user`, `anonymous`, or what can be said of it; '' when nothing can. */
export function identityName(security: SecurityContext): string {
  if (security.anonymous) return 'anonymous'
  if (security.user === undefined) return security.mechanism === 'kerberos' ? 'Kerberos (name encrypted)' : ''
  return security.domain ? `${security.domain}\\${security.user}` : security.user
}
