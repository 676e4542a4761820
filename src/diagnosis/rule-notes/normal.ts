// Notes on the rules of the stage `normal`.
import { NORMAL, type RuleNotes } from './rule-note'

export const normalNotes: RuleNotes = {
  'auth3-without-answer': {
    severities: { note: NORMAL },
    needs: 'An AUTH3 and a later answered call under the same logon.',
    unlike: 'An AUTH3 after which nothing is ever answered: logon-refused.',
  },
  'bind-time-features': {
    severities: { note: NORMAL },
    needs: 'A presentation result 3 (negotiate ack).',
    unlike: 'Results 1 and 2, which are refusals.',
  },
  'refused-transfer-syntax': {
    severities: { note: NORMAL },
    needs: 'One encoding refused and another accepted for the same interface.',
    unlike: 'All refused: no-transfer-syntax.',
  },
  'reset-on-close': {
    severities: { note: NORMAL },
    needs: 'A reset after every call was answered.',
    unlike: 'A reset under a call: connection-lost.',
  },
}
