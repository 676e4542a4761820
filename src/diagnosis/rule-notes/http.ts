// Notes on the rules of the stage `http`.
import { OVERCOME, type RuleNotes } from './rule-note'

export const httpNotes: RuleNotes = {
  'http-channel-refused': {
    severities: { error: 'no channel was opened', note: OVERCOME },
    needs: 'The HTTP request of a channel of RPC over HTTP in the clear, and its answer.',
    unlike: 'The first 401 of a logon, after which credentials follow: normal. Channels inside TLS cannot be read.',
  },
}
