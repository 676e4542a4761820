// How findings name who acts: one way everywhere.
import { holderName } from '../../conversation/identity-name'
import type { SecurityContext, SmbLogon } from '../../conversation/model'
import type { Evidence } from '../finding'
import { evidence } from './evidence'

/** A user who did log on, where the capture does not show as whom. */
export const HIDDEN = 'an identity whose logon is not in the capture'

/** `DOMAIN\user` as the logon spelt it, or words for what cannot be read. */
export function who(security: SecurityContext | SmbLogon | undefined): string {
  if (!security) return 'an unauthenticated caller'
  if (security.anonymous) return 'an anonymous caller'
  const guest = 'guest' in security && security.guest === true ? ' (let in as guest)' : ''
  if (security.user) return (security.domain ? `${security.domain}\\${security.user}` : security.user) + guest
  if (security.ticketHolder)
    return `${holderName(security.ticketHolder)} (most likely, by the ticket of frame ${security.ticketHolder.frame + 1})`
  if (security.mechanism === 'kerberos') return 'a Kerberos identity (its name is encrypted in the ticket)'
  return HIDDEN
}

/** The frame in which a logon names its user, as evidence; none where it is not readable. */
export function logonEvidence(logon: SecurityContext | SmbLogon | undefined): Evidence[] {
  if (!logon?.user) return []
  const frame = 'tokenFrames' in logon ? (logon.thirdLegFrame ?? logon.tokenFrames.at(-1)) : logon.userFrame
  return evidence(frame, `the logon of ${who(logon)}`)
}

/**
 * A name as who() gives it, for a headline: words for a name that cannot be read are too long there, and so is an address in
 * place of the domain.
 */
export function shortName(name: string, otherwise = 'the user'): string {
  return name.includes(' ') ? otherwise : name.replace(/^[\d.]+\\|^[\da-f:]*:[\da-f:.]*\\/i, '')
}

/** A service's name for a headline: `RPCSS` of `RPCSS/10.0.0.6`. */
export function shortService(name: string): string {
  return name.replace(/\/(?:[\d.]+|\[?[\da-f:.]*:[\da-f:.]*\]?)$/i, '')
}
