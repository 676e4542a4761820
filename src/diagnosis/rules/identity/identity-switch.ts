// One connection, two users: the second is used for calls that lost their security blanket. MS-RPCE 3.3.1.5.4.
import { Call, Outcome } from '../../../conversation/model'
import type { Connection, SecurityContext } from '../../../conversation/model'
import { IENUM_WBEM_CLASS_OBJECT } from '../../../names/well-known'
import type { Examination } from '../../examination'
import { perCase } from '../../per-case'
import {
  CALL_FAILED,
  CALL_FAILED_DNE,
  eventLayer,
  hresultLayer,
  hresultOf,
  programShows,
  wireLayer,
} from '../../text/layers'
import { references } from '../../text/references'
import {
  answeredCall,
  explainedByRejection,
  rejectionEvidence,
  type Rejection,
  rejections,
} from '../../signs/call/rejection'
import type { FixStep, Layer } from '../../finding'
import type { Outlined, Rule, Wording } from '../../rule'
import {
  clientText,
  evidence,
  frameNumber,
  frameSpan,
  levelName,
  list,
  methodName,
  packageName,
  sameUser,
  serverText,
  statusText,
} from '../../text/wording'
import { who } from '../../text/identities'

/** Opnum of IEnumWbemClassObject::Next. MS-WMI 3.1.4.4.2. */
const NEXT = 4
/** The interface by which the .NET runtime asks whether a COM object is managed; no native server has it. */
const MANAGED_OBJECT = 'IManagedObject'
/** What the runtimes ask every object for and can do without. */
const PROBES = new Set([MANAGED_OBJECT, 'IProvideClassInfo', 'IProvideClassInfo2', 'IMarshal', 'IRpcOptions'])

export const identitySwitch: Rule = {
  id: 'identity-switch',
  title: 'A second identity on the connection was refused',
  meaning:
    'The client used a connection that one user had opened for calls of another user, and the server did not accept the other one. ' +
    'It happens when a COM proxy lost its security blanket, so that the call travels under the process or thread token. ' +
    'Two identities on one connection whose calls both succeed are no failure and are not reported.',
  *find(theCase) {
    for (const rejection of rejections(theCase)) {
      const first = provenBefore(theCase, rejection)
      if (first) yield outlined(theCase, rejection, first)
    }
  },
}

/** By connection, the identities under which a call was answered. */
const provenOn = perCase((): Map<Connection, readonly SecurityContext[]> => new Map())

/** The identity that had worked on the connection before, unless it is the same user. */
function provenBefore(theCase: Examination, { connection, security: refused }: Rejection): SecurityContext | undefined {
  if (connection.security.length < 2) return undefined
  const start = refused.tokenFrames[0] ?? refused.failedFrame!
  let proven = provenOn(theCase).get(connection)
  if (!proven) {
    proven = connection.security.filter(({ provenFrame }) => provenFrame !== undefined)
    provenOn(theCase).set(connection, proven)
  }
  return proven.find(
    (security) => security !== refused && security.provenFrame! <= start && sameUser(security, refused) !== true,
  )
}

function outlined(theCase: Examination, rejection: Rejection, first: SecurityContext): Outlined {
  const { connection, security, closed } = rejection
  const known = ownerOf(theCase, connection, first)
  const readable = known === first && first.user !== undefined && security.user !== undefined
  return {
    severity: closed || !isSwallowed(theCase, rejection) ? 'error' : 'warning',
    confidence: readable ? 'high' : 'medium',
    streams: [connection.stream],
    moment: moment(rejection),
    fold: [connection.client.text, connection.server.text, who(known), who(security), closed !== undefined].join('|'),
    explains: explainedByRejection(theCase, rejection),
    describe: () => describe(theCase, rejection, first, known, readable),
  }
}

function describe(
  theCase: Examination,
  rejection: Rejection,
  first: SecurityContext,
  known: SecurityContext,
  readable: boolean,
): Wording {
  const { connection, security, closed } = rejection
  const owner = who(known)
  const other = who(security)
  const answered = answeredCall(theCase, rejection)
  const calls = theCase.conversation.calls
  return {
    title: title(rejection, readable),
    symptom: symptom(theCase, rejection),
    atFault: {
      party: 'client',
      text: rejection.asked.includes(MANAGED_OBJECT)
        ? 'the client: .NET Framework 2.0 to 3.5 SP1'
        : 'the client: a COM proxy without its security blanket',
    },
    ...(closed && { aftermath: 'the next use of the object → 0x800706BE, not on the wire' }),
    effect: closed ? 'Connection closed; refused calls did not run' : 'The refused calls did not run',
    ...(closed && { effectOnSeveral: 'closed; refused calls did not run' }),
    label: rejection.asked[0] ?? rejection.methods[0]?.split('::').at(-1) ?? 'the server',
    ...(rejection.methods[0] !== undefined && { method: rejection.methods[0] }),
    fix: fix(rejection, owner),
    explanation: explanation(theCase, rejection, first, known, answered),
    identities: [
      { role: 'wrong user', name: other, did: 'made the refused calls' },
      { role: 'right user', name: owner, did: 'logged on first' },
    ],
    layers: layers(theCase, rejection),
    evidence: [
      ...evidence(first.thirdLegFrame, `the connection's own logon: ${owner}`),
      ...evidence(first.provenFrame, 'a call under this logon is answered'),
      ...rejectionEvidence(theCase, rejection),
      ...(answered === undefined
        ? []
        : [
            ...evidence(
              calls.get(Call.RequestFrame, answered),
              `for comparison: ${methodName(theCase, answered)} as ${whoCalls(theCase, answered)}`,
            ),
            ...evidence(calls.get(Call.ResponseFrame, answered), 'for comparison: it is answered'),
          ]),
    ],
    advice: advice(rejection, other),
    references: [
      ...(rejection.asked.includes(MANAGED_OBJECT) ? [references.kb967622, references.kb974893] : []),
      references.caseStudy,
      references.blanket,
      references.rpceSecurityContexts,
    ],
    executed: 'no',
    filter: `tcp.stream == ${connection.stream} && (dcerpc.pkt_type == 14 || ntlmssp || dcerpc.pkt_type == 3)`,
    wouldHelp: readable
      ? 'Extended error information (policy "Propagation of extended error information" on the server) would put the reason of the refused logon into the fault.'
      : 'A capture that holds the logons of both identities; Kerberos names can be read only from the ticket requests on port 88.',
  }
}

/** Who owns the connection: by its own logon, else by the logon of the client's other connections to that server. */
function ownerOf(theCase: Examination, connection: Connection, first: SecurityContext): SecurityContext {
  if (first.user || first.anonymous || first.ticketHolder) return first
  return theCase.knownUser(connection, first.level) ?? first
}

function whoCalls(theCase: Examination, call: number): string {
  return theCase.callerOf(call)
}

/**
 * True if the program goes on without the refused calls: a refused question for an interface is treated as "no such
 * interface", and a refused GetSmartEnum as well where the enumeration then goes on. Any other call is missed.
 */
function isSwallowed(theCase: Examination, rejection: Rejection): boolean {
  const { methods, asked } = rejection
  return (
    methods.every((method) => /::(RemQueryInterface|GetSmartEnum)$/.test(method)) &&
    asked.every((name) => PROBES.has(name)) &&
    (!methods.some((method) => method.endsWith('::GetSmartEnum')) || enumerationAfter(theCase, rejection) !== undefined)
  )
}

/** The frame that answers an IEnumWbemClassObject::Next of the same client and server after the refusal. */
function enumerationAfter(theCase: Examination, { connection, lastFrame }: Rejection): number | undefined {
  const frame = lastEnumerations(theCase).get(hostsOf(connection))
  return frame !== undefined && frame > lastFrame ? frame : undefined
}

function hostsOf({ client, server }: Connection): string {
  return `${client.address} ${server.address}`
}

/** By pair of hosts, the frame of the last IEnumWbemClassObject::Next that was answered. */
const lastEnumerations = perCase((theCase: Examination): ReadonlyMap<string, number> => {
  const { calls, connections } = theCase.conversation
  const isNext = (call: number) =>
    calls.get(Call.Opnum, call) === NEXT &&
    calls.get(Call.Outcome, call) === Outcome.Response &&
    theCase.interfaceOf(call) === IENUM_WBEM_CLASS_OBJECT
  const last = new Map<string, number>()
  for (const connection of connections) {
    const call = connection.calls.findLast(isNext)
    const hosts = hostsOf(connection)
    if (call !== undefined && call > (last.get(hosts) ?? -1)) last.set(hosts, call)
  }
  return new Map([...last].map(([hosts, call]) => [hosts, calls.get(Call.ResponseFrame, call)]))
})

function title({ closed }: Rejection, readable: boolean): string {
  if (closed)
    return readable
      ? 'The server hung up because the program called as the wrong user.'
      : 'The server hung up, likely because the program called as another user.'
  return readable
    ? 'The server refused calls under the wrong user and kept the connection.'
    : 'The server refused calls, likely of another user, and kept the connection.'
}

function symptom(theCase: Examination, rejection: Rejection): string {
  if (rejection.closed) return '0x800706BE (COMException)'
  if (isSwallowed(theCase, rejection)) return 'Nothing; the server logs a failed logon for every such call.'
  return programShows(theCase.names, rejection.statuses[0]!)
}

function explanation(
  theCase: Examination,
  rejection: Rejection,
  first: SecurityContext,
  owner: SecurityContext,
  answered: number | undefined,
): string {
  const { connection, security, statuses, methods, asked, closed } = rejection
  const other = who(security)
  const enumerated = methods.some((method) => method.endsWith('::GetSmartEnum'))
    ? enumerationAfter(theCase, rejection)
    : undefined
  const sentences = [
    `${clientText(connection)} had a working connection to ${serverText(connection)} as ${who(owner)}.`,
    owner === first
      ? ''
      : 'The logon of this connection is not in the capture; the name is that of the same client on its other connections to this server, at the same level.',
    `In ${frameSpan(moment(rejection))} the client authenticated a second time on the same connection, now as ${other} (${packageName(security)}, level ${levelName(security.level)}), and called ${list(methods.length > 0 ? methods : ['the server'])}` +
      `${asked.length > 0 ? `, asking for ${list(asked)}` : ''}.`,
    'A logon that fails has no answer of its own in RPC: the server says so only when the first call arrives under it.',
    `So it did: ${list(
      statuses.map((status) => statusText(theCase, status)),
      'then',
    )}.`,
    closed
      ? `Then the server closed the connection in frame ${frameNumber(closed.frame!)}. Whatever the program does next over an object that lived on this connection fails with 0x800706BE or 0x800706BF, far from the cause and without naming it.`
      : isSwallowed(theCase, rejection)
        ? `The server kept the connection, so the program goes on${enumerated === undefined ? '' : `: the enumeration is answered in frame ${frameNumber(enumerated)}`}; what remains is a failed logon in the server’s security log for every such call.`
        : 'The server kept the connection, but the call itself failed, and the program gets that error; every such call also leaves a failed logon in the server’s security log.',
    levelRemark(first, security),
    answered === undefined
      ? ''
      : `The same interface was answered when it was called as ${whoCalls(theCase, answered)} (frame ${frameNumber(theCase.conversation.calls.get(Call.ResponseFrame, answered))}).`,
  ]
  return sentences.filter((sentence) => sentence !== '').join(' ')
}

/** From the second identity's first token to the last fault or the close. */
function moment({ security, lastFrame, closed }: Rejection): [number, number] {
  return [security.tokenFrames[0] ?? security.failedFrame!, closed?.frame ?? lastFrame]
}

function levelRemark(first: SecurityContext, second: SecurityContext): string {
  if (first.level === second.level) return ''
  return `The level shows it too: ${levelName(first.level)} for the first identity, ${levelName(second.level)} for the second, so the proxy did not carry the blanket that the program had set.`
}

function layers(theCase: Examination, rejection: Rejection): Layer[] {
  const { statuses, asked, closed } = rejection
  const { names } = theCase
  const remark =
    asked.length > 0 && isSwallowed(theCase, rejection)
      ? 'first-chance exception, swallowed: the runtime only asks whether the object has the interface'
      : 'first-chance exception'
  const shown = (hresult: number, layer: string, words: string): Layer => {
    const { code, text } = hresultLayer(names, hresult, layer)
    return { layer, code, text: `${text}; ${words}` }
  }
  return [
    ...statuses.map((status) => wireLayer(names, status, 'wire (fault PDU)')),
    ...statuses.map((status) => shown(hresultOf(status), 'COM client', remark)),
    ...(closed
      ? [
          {
            layer: 'TCP',
            code: '',
            text: `the server closes the connection with ${closed.how === 'rst' ? 'RST' : 'FIN'}`,
          },
          shown(CALL_FAILED, '.NET', 'COMException at the next use of an object on the dead connection'),
          shown(CALL_FAILED_DNE, '.NET', 'the same, where nothing of that next call had been sent'),
        ]
      : [
          {
            layer: '.NET',
            code: '',
            text: isSwallowed(theCase, rejection)
              ? 'nothing: the connection stays, the refused query is taken for "no such interface"'
              : 'UnauthorizedAccessException or COMException from the call itself',
          },
        ]),
    eventLayer('4625', 'Security log of the server: logon failure, once for every such call'),
  ]
}

function fix({ asked }: Rejection, owner: string): FixStep[] {
  return [
    ...(asked.includes(MANAGED_OBJECT)
      ? [
          {
            text: '.NET Framework 4.0 or later, or hotfix KB967622 / KB974893',
            ...(references.kb967622.url !== undefined && { url: references.kb967622.url }),
          },
        ]
      : []),
    {
      text: 'Today, start the program with the right account:',
      copy: `runas /netonly /user:${owner} "PROGRAM"`,
    },
    {
      text: 'In native code, call CoSetProxyBlanket on every proxy, its IUnknown included: QueryInterface does not copy the blanket.',
    },
  ]
}

function advice({ asked }: Rejection, other: string): string[] {
  const dotnet = asked.includes(MANAGED_OBJECT)
  return [
    ...(dotnet
      ? [
          `The .NET Framework asks every COM object for ${MANAGED_OBJECT} without the security blanket. Use .NET Framework 4.0 or later for the program, or install the hotfix for .NET 2.0/3.5 SP1 (KB967622, KB974893).`,
        ]
      : []),
    'In native code call CoSetProxyBlanket on every proxy that you are handed, its IUnknown included: QueryInterface does not copy the blanket.',
    `Until then: run the program under an account that the server accepts (for instance runas /netonly with the server's account), so that the fallback to the process token (${other}) does no harm.`,
  ]
}
