// Notes on the rules of the stage `negotiation`.
import { OVERCOME, type RuleNotes } from './rule-note'

export const negotiationNotes: RuleNotes = {
  'bind-refused': {
    severities: { error: 'no call was possible', note: 'another connection was answered' },
    needs: 'A bind_nak.',
    unlike: 'A refused presentation context in a bind_ack: interface-not-offered, no-transfer-syntax.',
  },
  'bind-unanswered': {
    severities: {
      error: 'the server ended or ignored the bind, or answered too late',
      warning: 'it answered after 3 s or more, and the client had waited',
      note: OVERCOME,
    },
    needs:
      'A bind without an answer in time, and the server’s close, reset or silence; or retransmissions of the bind.',
    unlike: 'A capture of one direction only: capture-one-sided.',
  },
  'interface-not-offered': {
    severities: {
      error: 'no call of the interface was possible',
      warning: 'others on the connection worked',
      note: 'it was reached elsewhere, was not needed, or was probed for',
    },
    needs: 'Abstract syntax not supported for every offer of an interface.',
    unlike: 'Transfer syntaxes refused: no-transfer-syntax.',
  },
  'no-transfer-syntax': {
    severities: { error: 'no call of the interface was possible' },
    needs: 'Every transfer syntax of an interface refused.',
    unlike: 'One of several refused: refused-transfer-syntax.',
  },
  'package-refused': {
    severities: { error: 'no logon was possible', note: OVERCOME },
    needs: 'A Negotiate reject, or a fault that names the security package.',
    unlike: 'A refused user: logon-refused.',
  },
  'unknown-context': {
    severities: { error: 'the call did not run', note: 'the bind is not in the capture, or overcome' },
    needs: 'nca_s_unk_if, a context mismatch, or a context handle fault.',
    unlike: 'An interface that is refused in the bind: interface-not-offered.',
  },
}
