// Notes on the rules of the stage `smb`.
import { OVERCOME, type RuleNotes } from './rule-note'

export const smbNotes: RuleNotes = {
  'pipe-died': {
    severities: { error: 'a call was lost', note: OVERCOME },
    needs: 'An SMB error on a pipe with a call open.',
    unlike: 'A pipe that the client had closed.',
  },
  'pipe-not-opened': {
    severities: { error: 'no call was possible', warning: 'the client went on', note: 'a probe, or overcome' },
    needs: 'A refused create on IPC$.',
    unlike: 'Pipes that every Windows or macOS tries; refused shares.',
  },
  'smb-abandoned': {
    severities: {
      error: 'the server answered the negotiation late',
      warning: 'the client left by itself',
      note: 'a probe, or explained by Kerberos',
    },
    needs: 'A whole negotiation of SMB and the client’s close.',
    unlike: 'Spare connections of a client that is logged on.',
  },
  'smb-guest': {
    severities: { error: 'the client left', note: 'it went on as guest' },
    needs: 'A session setup with the guest flag.',
    unlike: 'Anonymous sessions.',
  },
  'smb-logon-dropped': {
    severities: { error: 'no session', note: OVERCOME },
    needs: 'The last message of a logon, then the server’s close.',
    unlike: 'A status in answer: smb-session-refused.',
  },
  'smb-negotiation-refused': {
    severities: { error: 'no session was set up', note: OVERCOME },
    needs: 'An SMB negotiation that is answered with an error status.',
    unlike: 'SMB 1 without a common dialect: smb-no-dialect. A client that leaves after a good answer: smb-abandoned.',
  },
  'smb-no-dialect': {
    severities: { error: 'no session', note: 'the client tried a later version' },
    needs: 'An SMB 1 negotiation with no dialect, or the server’s close without an answer.',
    unlike: 'Silence: smb-unanswered.',
  },
  'smb-session-refused': {
    severities: { error: 'no session for RPC', warning: 'a share that RPC may not need', note: OVERCOME },
    needs: 'A failing status of session setup or tree connect.',
    unlike: 'Expired sessions that are renewed; data shares.',
  },
  'slow-smb': {
    severities: {
      warning: 'a logon or an open that took 3 s or more, a negotiation of 6 s or more',
      note: 'a negotiation of 3 s or more',
    },
    needs: 'A request to log on or to open a pipe, and its answer.',
    unlike: 'Slow calls: slow-call; a logon over TCP: slow-logon.',
  },
  'smb-unanswered': {
    severities: { error: 'no session', note: OVERCOME },
    needs: 'A first message of SMB without an answer.',
    unlike: 'A refused dialect: smb-no-dialect.',
  },
}
