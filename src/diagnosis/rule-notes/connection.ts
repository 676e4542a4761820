// Notes on the rules of the stage `connection`.
import { LIMIT, type RuleNotes } from './rule-note'

export const connectionNotes: RuleNotes = {
  'connection-lost': {
    severities: {
      error: 'a call was lost',
      warning: 'the method ends its own connection',
      note: 'the call was repeated or the client was done',
    },
    needs: 'A FIN or RST while a call waits.',
    unlike:
      'A request over a connection that was closed before: dead-connection. A client that closes without reading.',
  },
  'dead-connection': {
    severities: { error: 'the call did not run', note: 'the client connected again at once' },
    needs: 'The server’s FIN, later a request, then a reset.',
    unlike: 'A request that crossed the FIN on the path.',
  },
  'idle-connection-dropped': {
    severities: { error: 'the next call was lost', warning: 'SMB without RPC' },
    needs: 'A pause of a minute or more, then unacknowledged segments or a reset by a side that had not closed.',
    unlike: 'A server that closed in the pause: dead-connection. Silence without a pause: peer-vanished.',
  },
  'mtu-black-hole': {
    severities: { error: 'large segments never arrive', warning: 'SMB without RPC, or overcome' },
    needs: 'Full segments sent again without acknowledgement while small ones get through.',
    unlike: 'Plain loss: tcp-trouble. A peer that is gone: peer-vanished.',
  },
  'no-response': {
    severities: {
      error: 'the client gave up',
      warning: 'open for a minute or more at the end',
      note: 'open for a short time at the end',
    },
    needs: 'A request that arrived, and no answer.',
    unlike: 'Calls that wait by design; a dead network: peer-vanished.',
  },
  'peer-vanished': {
    severities: { error: 'a call waits, or bytes are lost', note: 'no call was waiting' },
    needs: 'Keep-alives or segments that are never acknowledged.',
    unlike: 'A pause before it: idle-connection-dropped.',
  },
  'tcp-trouble': {
    severities: { warning: 'loss or a closed window that hurts', note: 'some loss' },
    needs: 'Retransmissions, or a zero window of 200 ms and more.',
    unlike: 'Retransmissions that D-SACK answers; copies.',
  },
  'unrequested-answer': {
    severities: { note: LIMIT },
    needs: 'An answer without its request.',
    unlike: 'Lost requests of a capture with gaps.',
  },
}
