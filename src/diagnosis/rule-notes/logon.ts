// Notes on the rules of the stage `logon`.
import type { RuleNotes } from './rule-note'

export const logonNotes: RuleNotes = {
  'cloned-machine': {
    severities: { error: 'a logon between the two was rejected', note: 'no logon between them failed' },
    needs: 'NTLMv2 messages of two computers that state the same machine identity.',
    unlike:
      'One computer with several addresses. A wrong password between computers with identities of their own: logon-refused.',
  },
  'logon-abandoned': {
    severities: { warning: 'tried again, and answered at no time', note: 'once, or answered at another time' },
    needs: 'The first message of a logon, the answer of the server, and the close of the client; no packet missing.',
    unlike:
      'A refused logon: the server faults or closes. A Kerberos error in the answer: kerberos-refusal and others.',
  },
}
