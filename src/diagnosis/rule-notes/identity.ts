// Notes on the rules of the stage `identity`.
import { OVERCOME, type RuleNotes } from './rule-note'

export const identityNotes: RuleNotes = {
  'access-denied': {
    severities: { error: 'the call did not run', note: OVERCOME },
    needs: 'A fault with access denied on a call under a logon.',
    unlike:
      'A refused logon (no call under it ever succeeded): logon-refused. A level below what the interface demands: level-too-low.',
  },
  'activation-refused': {
    severities: { error: 'no object was created', note: OVERCOME },
    needs:
      'Access denied in answer to an activation at packet integrity or above, or to one that the hardening does not concern.',
    unlike: 'A low level on a hardened server: hardening. A refused logon: logon-refused.',
  },
  'anonymous-logon': {
    severities: {
      error: 'the call was denied to the anonymous user',
      note: 'the same client then logged on with a name',
    },
    needs: 'An anonymous NTLM logon and a denied call under it.',
    unlike: 'Anonymous calls that are answered; a named user whose logon is refused.',
  },
  hardening: {
    severities: { error: 'an activation was denied', note: 'it was granted; a hardened server refuses it' },
    needs:
      'An activation below packet integrity that was denied, from June 2021 on, by a server that grants none at that level.',
    unlike: 'A missing right, which looks the same; event 10036 decides.',
  },
  'identity-switch': {
    severities: { error: 'calls under the second identity were refused', warning: 'the program went on' },
    needs: 'A good logon and a rejected second one on the same connection.',
    unlike: 'A first logon that is refused: logon-refused.',
  },
  'level-downgrade': {
    severities: { note: 'a remark on security' },
    needs: 'Answered calls of one interface at a low level.',
    unlike: 'A refused low level: level-too-low.',
  },
  'level-too-low': {
    severities: { error: 'the interface demands a higher level' },
    needs: 'Access denied below a level at which the interface is known, or seen, to answer.',
    unlike: 'A missing right: access-denied.',
  },
  'logon-refused': {
    severities: { error: 'the client did not get in', note: OVERCOME },
    needs: 'A handshake and a first call that is refused, none answered under it.',
    unlike: 'A good logon before: identity-switch, access-denied. A spray: logon-storm.',
  },
  'logon-storm': {
    severities: { warning: 'accounts may be locked out' },
    needs: 'Twenty rejections of a user in a minute, or ten users of a client in ten minutes.',
    unlike: 'A few mistyped passwords.',
  },
  'ntlm-version-1': {
    severities: { note: 'a weak logon' },
    needs: 'An NTLM response of 24 bytes.',
    unlike: 'Session security with extended challenges is NTLMv1 as well; NTLMv2 is longer.',
  },
  'remote-token-filter': {
    severities: { note: 'a possible reason to check' },
    needs: 'Access denied to a local account on an administrative interface after a good logon.',
    unlike: 'Domain accounts and the built-in Administrator.',
  },
  'self-connection': {
    severities: { note: 'a likely reason for a refused logon' },
    needs: 'A host that logs on to itself by another name and is refused.',
    unlike: 'Two hosts.',
  },
  'unauthenticated-call': {
    severities: { error: 'the call was denied', note: 'with a logon it was answered' },
    needs: 'Access denied to a call without a verifier.',
    unlike: 'Anonymous NTLM: anonymous-logon.',
  },
  'verification-failed': {
    severities: { error: 'the message was refused', warning: 'an answer was changed' },
    needs: '0x721 after a proven logon, or a wrong signature by a known key.',
    unlike: 'A refused logon: logon-refused.',
  },
}
