// Notes on the rules of the stage `http`.
import { OVERCOME, type RuleNotes } from './rule-note'

export const httpNotes: RuleNotes = {
  'http-channel-refused': {
    severities: {
      error: 'no channel was opened',
      warning: 'the client left after the demand for a logon, and the capture ends',
      note: OVERCOME,
    },
    needs: 'The HTTP request of a channel of RPC over HTTP in the clear, and its answer.',
    unlike: 'The first 401 of a logon, after which credentials follow: normal. Channels inside TLS cannot be read.',
  },
}
