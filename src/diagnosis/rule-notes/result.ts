// Notes on the rules of the stage `result`.
import { OVERCOME, type RuleNotes } from './rule-note'

export const resultNotes: RuleNotes = {
  'activation-failed': {
    severities: { error: 'no object was created', note: OVERCOME },
    needs: 'An answer of the activator with a failing HRESULT other than access denied.',
    unlike: 'Access denied: activation-refused or hardening.',
  },
  'endpoint-not-registered': {
    severities: { error: 'the interface was not reached', note: 'it was reached later or in another way' },
    needs: 'ept_map answered with not registered.',
    unlike: 'A port that is named and then fails: dynamic-port-blocked.',
  },
  'interface-query': {
    severities: {
      warning: 'the client did nothing more afterwards',
      note: 'an optional interface that the object does not have',
    },
    needs: 'RemQueryInterface answered with E_NOINTERFACE or not registered.',
    unlike: 'Probes of the runtimes for IInspectable and others.',
  },
  'method-error': {
    severities: {
      error: 'denied, or the server could not',
      warning: 'another failure that the client met',
      note: 'an expected answer, or overcome',
    },
    needs: 'A return value in the clear that says failure.',
    unlike: 'A fault of RPC; answers such as "does not exist" after which the client goes on.',
  },
  'profinet-error': {
    severities: {
      error: 'the device refused the connection',
      warning: 'a record or control failed',
      note: 'an ordinary answer',
    },
    needs: 'A PROFINET status in an answer.',
    unlike: 'A fault of RPC.',
  },
  'wmi-error': {
    severities: { error: 'the operation failed', warning: 'the client went on', note: 'not found, or overcome' },
    needs: 'A WBEM status in the clear.',
    unlike: 'The end of an enumeration, which is no error.',
  },
}
