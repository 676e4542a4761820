// The server does not know the interface, the presentation context or the context handle of a call. C706 appendix E.
import { IOBJECT_EXPORTER } from '../../../names/well-known'
import { contextsOfId } from '../../../conversation/contexts'
import { Call } from '../../../conversation/model'
import type { Examination } from '../../examination'
import { type FaultGroup, tellFaults } from '../../signs/fault'

import { references } from '../../text/references'
import type { Rule } from '../../rule'

const UNKNOWN_INTERFACE = 0x1c010003
const CONTEXT_MISMATCH = 0x1c00001c
const CONTEXT_HANDLE = 0x1c00001a

interface Story {
  what: string
  why: string
  advice: string
  title?: string
}

const STORIES: Record<number, Story> = {
  [UNKNOWN_INTERFACE]: {
    what: 'no longer offers the interface of',
    why: 'The interface is not registered at that endpoint: the service is stopping or has been restarted, or the call names a presentation context that was refused.',
    advice: 'Check whether the service was restarted or is stopping; the client has to bind anew.',
  },
  [CONTEXT_MISMATCH]: {
    what: 'does not know the presentation context of',
    why: 'The call names a presentation context that was never agreed on this connection.',
    advice:
      'It is an error of the client’s RPC implementation: it must not use a context that was refused or not negotiated.',
  },
  [CONTEXT_HANDLE]: {
    what: 'does not know the context handle of',
    why: 'A context handle lives as long as the server process and the client’s association; this one is from an earlier one, or was closed.',
    advice:
      'Open the handle again. If the server was restarted or a load balancer moved the client, all handles are gone.',
  },
}

export const unknownContext: Rule = {
  id: 'unknown-context',
  title: 'The server does not know the interface, context or handle of a call',
  meaning:
    'What the call refers to was valid once or never: an interface that is gone, a presentation context that was not agreed, a context ' +
    'handle of a process that has ended. It is not told where the capture lacks the bind.',
  covers: ['R36'],
  *find(theCase) {
    yield* tellFaults(
      theCase,
      unknownContext.id,
      (status) => status in STORIES,
      (fault) => {
        const story = storyOf(theCase, fault)
        const probe = fault.status === UNKNOWN_INTERFACE && theCase.interfaceOf(fault.call) === IOBJECT_EXPORTER
        if (probe)
          return {
            kind: 'normal',
            severity: 'note',
            confidence: 'high',
            title: `${fault.method} is the client's question how new ${fault.server} is; the refusal is the answer "older"`,
            explanation: `The question was refused in frame ${fault.frame} with ${fault.statusText}. Clients are told to go on after that.`,
          }
        // What was agreed before the capture began cannot be held against the call; a handle can.
        const blind = !fault.connection.sawBind && fault.status !== CONTEXT_HANDLE
        return {
          severity: blind ? 'note' : 'error',
          confidence: blind ? 'low' : fault.connection.sawBind ? 'high' : 'medium',
          title: story.title ?? `${fault.server} ${story.what} ${fault.method}`,
          explanation: `The call was refused in frame ${fault.frame} with ${fault.statusText}. ${story.why}${fault.connection.sawBind ? '' : ' The bind of this connection is not in the capture, so what was agreed cannot be seen.'}`,
          advice: [story.advice],
          references: [references.c706],
        }
      },
    )
  },
}

/** The status's story; where the context id was never agreed in a bind that is all there, that is why. */
function storyOf(theCase: Examination, { call, status, connection, server }: FaultGroup): Story {
  const context = theCase.conversation.calls.get(Call.ContextId, call)
  const { sawBind } = connection
  if (status === CONTEXT_HANDLE || !sawBind || theCase.isIncomplete(connection)) return STORIES[status]!
  const known = contextsOfId(connection, context)[0]
  if (known && known.state !== 'refused') return STORIES[status]!
  return {
    ...STORIES[CONTEXT_MISMATCH]!,
    title: `${server} was called on presentation context ${context}, which was ${known ? 'refused' : 'never offered'} on that connection`,
  }
}
