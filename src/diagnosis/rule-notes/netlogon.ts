// Notes on the rules of the stage `netlogon`.
import { OVERCOME, type RuleNotes } from './rule-note'

export const netlogonNotes: RuleNotes = {
  'netlogon-refused': {
    severities: { error: 'no secure channel', note: OVERCOME },
    needs: 'NetrServerAuthenticate or an unauthenticated Netlogon call with a failing status.',
    unlike: 'An attempt with zero credentials: zerologon.',
  },
  zerologon: {
    severities: { error: 'a password was set with zero credentials', warning: 'many attempts with zero credentials' },
    needs: 'Netlogon authentication with a client credential of zeros.',
    unlike: 'Ordinary secure channels, whose credentials are random.',
  },
}
