// Notes on the rules of the stage `kerberos`.
import { OVERCOME, type RuleNotes } from './rule-note'

export const kerberosNotes: RuleNotes = {
  'clock-skew': {
    severities: { error: 'no ticket and no logon', note: 'the client corrected its time or got in otherwise' },
    needs: 'KRB_AP_ERR_SKEW.',
    unlike: 'An expired ticket (kerberos-refusal); 0x721 after an accepted bind.',
  },
  'kdc-unreachable': {
    severities: { error: 'no ticket', note: OVERCOME },
    needs: 'Connections or datagrams to port 88 without an answer.',
    unlike: 'An answer with an error: kerberos-refusal.',
  },
  'kerberos-fallback': {
    severities: { note: 'NTLM worked in place of Kerberos' },
    needs: 'Negotiate with Kerberos first, and an NTLM token.',
    unlike: 'A client that names NTLM first.',
  },
  'kerberos-refusal': {
    severities: { error: 'a logon failed for it', warning: 'a user was refused, and no logon is seen', note: OVERCOME },
    needs: 'KRB-ERROR of a KDC, or of a server in a logon.',
    unlike: 'Preauthentication required, an ordinary step; clocks: clock-skew.',
  },
  'kerberos-wrong-server': {
    severities: { error: 'the logon failed', warning: 'outside a logon', note: 'the next ticket was accepted' },
    needs: 'KRB_AP_ERR_MODIFIED or another sign of a wrong key, not from a KDC.',
    unlike: 'A KDC that does not know the name: kerberos-refusal.',
  },
}
