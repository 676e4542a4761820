// Notes on the rules of the stage `capture`.
import { LIMIT, type RuleNotes } from './rule-note'

export const captureNotes: RuleNotes = {
  'capture-copies': {
    severities: { note: LIMIT },
    needs: 'The same packet more than once.',
    unlike: 'Retransmissions, whose IP identification differs.',
  },
  'capture-cut': {
    severities: { note: LIMIT },
    needs: 'Frames shorter in the file than on the wire.',
    unlike: 'Packets that are missing: capture-gaps.',
  },
  'capture-gaps': {
    severities: { note: LIMIT },
    needs: 'Acknowledged bytes that are not in the capture.',
    unlike: 'Loss on the network, which is sent again: tcp-trouble.',
  },
  'capture-mid-stream': {
    severities: { note: LIMIT },
    needs: 'RPC without its bind.',
    unlike: 'A bind that the server refused as the first message.',
  },
  'capture-one-sided': {
    severities: { note: LIMIT },
    needs: 'Bytes of one side of a connection only.',
    unlike: 'A server that accepts and then is silent: bind-unanswered, no-response.',
  },
  'encrypted-smb': {
    severities: { note: LIMIT },
    needs: 'SMB 3 transform headers.',
    unlike: 'Sealed RPC over TCP: sealed-stubs.',
  },
  'sealed-stubs': {
    severities: { note: LIMIT },
    needs: 'Answers at packet privacy.',
    unlike: 'Encrypted SMB: encrypted-smb.',
  },
}
