// Notes on the rules of the stage `name`.
import type { RuleNotes } from './rule-note'

export const nameNotes: RuleNotes = {
  'name-not-resolved': {
    severities: {
      error: 'asked in every way, and no connection follows',
      warning: 'neighbours were asked as well',
      note: 'one of many look-ups',
    },
    needs: 'Failed look-ups of a host, and no way to RPC afterwards.',
    unlike: 'Names that Windows asks for by itself, suffix search.',
  },
}
