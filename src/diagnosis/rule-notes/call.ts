// Notes on the rules of the stage `call`.
import type { RuleNotes } from './rule-note'

export const callNotes: RuleNotes = {
  'bad-stub-data': {
    severities: { error: 'the server could not read the arguments', warning: 'a later call of the method succeeded' },
    needs: 'A fault with 0x6F7 or a related status.',
    unlike: 'A method that is not there: unknown-operation.',
  },
  'call-rejected': {
    severities: { error: 'the call was not repeated with success', note: 'a repetition succeeded' },
    needs: 'RPC_E_CALL_REJECTED or SERVERCALL_RETRYLATER.',
    unlike: 'A server without resources: server-too-busy.',
  },
  'cancelled-call': {
    severities: { warning: 'the client gave up on a call', note: 'the call waits for events by design' },
    needs: 'A co_cancel or orphaned PDU.',
    unlike: 'A connection that ends under a call: connection-lost.',
  },
  'object-gone': {
    severities: { error: 'the client did not recover', note: 'another object served' },
    needs: 'RPC_E_DISCONNECTED, an unknown IPID, or OR_INVALID_OXID, OID or SET.',
    unlike: 'A server process that ended: connection-lost.',
  },
  'orpc-version': {
    severities: { error: 'the object refused the version', note: 'the client went on with another' },
    needs: 'RPC_E_VERSION_MISMATCH.',
    unlike: 'A version of an interface: interface-not-offered.',
  },
  'other-fault': {
    severities: { error: 'nothing was answered afterwards', warning: 'the client went on', note: 'it succeeded later' },
    needs: 'A fault that no earlier rule explains.',
    unlike: 'Every fault with a rule of its own.',
  },
  'protocol-error': {
    severities: { error: 'the call did not run', warning: 'a later call succeeded' },
    needs: 'nca_s_proto_error or RPC_S_PROTOCOL_ERROR.',
    unlike: 'The first call after a handshake: logon-refused.',
  },
  'server-fault': {
    severities: { error: 'the call failed', warning: 'a later call of the method succeeded' },
    needs: 'A fault with an exception code.',
    unlike: 'Statuses that the runtime raises.',
  },
  'server-too-busy': {
    severities: { error: 'the call did not run', note: 'it succeeded later' },
    needs: 'nca_s_fault_remote_no_memory, RPC_S_SERVER_TOO_BUSY or related.',
    unlike: 'A call that the object rejected: call-rejected.',
  },
  'slow-call': {
    severities: {
      error: 'the client gave up on it',
      warning: 'long enough to be noticed',
      note: 'long by design or by distance',
    },
    needs: 'Seconds between request and answer.',
    unlike: 'Loss and idle connections; time spent in a logon: slow-logon.',
  },
  'slow-logon': {
    severities: { warning: 'long enough to be noticed', note: 'once' },
    needs: 'Seconds between the last leg of a logon and its first answer, later calls fast.',
    unlike: 'A slow method.',
  },
  'unknown-operation': {
    severities: {
      error: 'the method is not there',
      warning: 'the client went on',
      note: 'an older method worked, or a probe',
    },
    needs: 'nca_s_op_rng_error or RPC_S_PROCNUM_OUT_OF_RANGE.',
    unlike: 'Bad arguments: bad-stub-data.',
  },
}
