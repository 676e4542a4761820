// The rules that a capture needs. The code of a stage about what few captures hold is fetched for a capture that holds it.
import { AuthType, IpProtocol, Message, Paging, Protocol, Stream, StreamFlag } from '../../../asm/layout'
import { NONE, type Table } from '../../capture/table'
import { Call, type Connection, SPNEGO_REJECT } from '../../conversation/model'
import { ACCESS_DENIED, PACKAGE_ERROR } from '../../names/statuses'
import {
  EPM,
  IACTIVATION,
  IOBJECT_EXPORTER,
  ISYSTEM_ACTIVATOR,
  isProfinet,
  NETLOGON,
  SVCCTL,
} from '../../names/well-known'
import type { Examination } from '../examination'
import type { Rule } from '../rule'
import { pairsOfRpc } from '../signs/call/afterwards'
import { reached } from '../signs/call/reached'
import { trafficOf } from '../signs/network/traffic'
import { captureRules } from './capture'
import { identityRules } from './identity'
import { bindUnanswered } from './negotiation/bind-unanswered'
import { normalRules } from './normal'
import { wrongAddress } from './reach/wrong-address'

interface LaterStage {
  /** True if a rule of the stage can find something. */
  concerns: (theCase: Examination) => boolean
  load: () => Promise<readonly Rule[]>
}

/** In the order in which their rules run: that of index.ts, which a test holds. */
const stages: readonly (readonly Rule[] | LaterStage)[] = [
  captureRules,
  { concerns: hasEvents, load: async () => (await import('./machine')).machineRules },
  { concerns: mayHoldKerberos, load: async () => (await import('./kerberos')).kerberosRules },
  { concerns: mayHoldChannels, load: async () => (await import('./http')).httpRules },
  { concerns: holdsIcmp, load: async () => [(await import('./reach/unreachable')).unreachable] },
  {
    concerns: mayHoldUnreachedServers,
    load: async () => [(await import('./reach/unusable-binding')).unusableBinding],
  },
  {
    concerns: mayHoldFailedAttempts,
    load: async () => [(await import('./reach/dynamic-port-blocked')).dynamicPortBlocked],
  },
  { concerns: mayHoldCallbacks, load: async () => [(await import('./reach/callback-blocked')).callbackBlocked] },
  [wrongAddress],
  { concerns: holdsOtherProtocols, load: async () => [(await import('./reach/wrong-protocol')).wrongProtocol] },
  { concerns: holdsNetlogon, load: async () => (await import('./netlogon')).netlogonRules },
  identityRules,
  { concerns: mayHoldRefusedBinds, load: loadRefusedBinds },
  [bindUnanswered],
  { concerns: mayHoldRefusedBinds, load: loadRefusedContexts },
  { concerns: holdsLogons, load: async () => (await import('./logon')).logonRules },
  { concerns: mayHoldFailedCalls, load: async () => (await import('./call')).callRules },
  { concerns: mayHoldErrors, load: async () => (await import('./result')).resultRules },
  { concerns: mayHoldSmb, load: async () => (await import('./smb')).smbRules },
  { concerns: mayHoldFailedAttempts, load: async () => (await import('./port')).portRules },
  { concerns: holdsArp, load: async () => (await import('./link')).linkRules },
  { concerns: mayHoldNamesOnly, load: async () => (await import('./name')).nameRules },
  { concerns: mayHoldBrokenConnections, load: async () => (await import('./connection')).connectionRules },
  normalRules,
]

async function loadRefusedBinds(): Promise<readonly Rule[]> {
  const [{ packageRefused }, { bindRefused }] = await Promise.all([
    import('./negotiation/package-refused'),
    import('./negotiation/bind-refused'),
  ])
  return [packageRefused, bindRefused]
}

async function loadRefusedContexts(): Promise<readonly Rule[]> {
  const [{ interfaceNotOffered }, { noTransferSyntax }, { unknownContext }] = await Promise.all([
    import('./negotiation/interface-not-offered'),
    import('./negotiation/no-transfer-syntax'),
    import('./negotiation/unknown-context'),
  ])
  return [interfaceNotOffered, noTransferSyntax, unknownContext]
}

/** The rules that may find something in a case, in the order in which they run. */
export async function rulesFor(theCase: Examination): Promise<readonly Rule[]> {
  const loaded = stages.map(async (stage) => {
    if (!('load' in stage)) return stage
    return stage.concerns(theCase) ? stage.load() : []
  })
  return (await Promise.all(loaded)).flat()
}

function hasEvents({ capture, machine }: Examination): boolean {
  return capture.events.rows > 0 || machine !== undefined
}

/** Of what waited, was given up or answers with an error, few captures hold any. */
function mayHoldFailedCalls(theCase: Examination): boolean {
  const { slow, cancelled, errorReturns, conversation } = theCase
  return (
    slow.length + cancelled.length + errorReturns.length > 0 ||
    hasOtherFaults(theCase) ||
    conversation.interfaces.includes(SVCCTL)
  )
}

function mayHoldErrors(theCase: Examination): boolean {
  const { calls, interfaces } = theCase.conversation
  return (
    theCase.errorReturns.length > 0 ||
    hasOtherFaults(theCase) ||
    interfaces.some(isProfinet) ||
    theCase.callsOf(EPM).some((call) => calls.get(Call.Status, call) !== 0)
  )
}

/** A bind_nak, a rejected logon package, a context of an interface for which none was agreed, a call on such a context. */
function mayHoldRefusedBinds(theCase: Examination): boolean {
  return (
    hasOtherFaults(theCase) ||
    theCase.conversation.connections.some(
      ({ nak, contexts, security }) =>
        nak !== undefined ||
        security.some(({ negotiationState }) => negotiationState === SPNEGO_REJECT) ||
        hasRefusedInterface(contexts),
    )
  )
}

function hasRefusedInterface(contexts: Connection['contexts']): boolean {
  if (!contexts.some(({ state }) => state === 'refused')) return false
  const agreed = new Set(
    contexts.filter(({ state }) => state === 'accepted' || state === 'offered').map((context) => context.interface),
  )
  return contexts.some((context) => context.state === 'refused' && !agreed.has(context.interface))
}

/** True if a call faulted with a status that the rules of the stage `identity` do not explain in each case. */
function hasOtherFaults(theCase: Examination): boolean {
  return theCase.faults.some((call) => {
    const status = theCase.statusOf(call)
    return !ACCESS_DENIED.has(status) && !PACKAGE_ERROR.has(status)
  })
}

/** Where both sides sent bytes a connection came about. */
function mayHoldFailedAttempts({ capture: { streams } }: Examination): boolean {
  for (let stream = 0; stream < streams.rows; stream++) {
    if (streams.get(Stream.SynFrame, stream) === NONE || streams.get(Stream.Transport, stream) !== IpProtocol.Tcp)
      continue
    if (streams.get(Stream.BytesA, stream) === 0 || streams.get(Stream.BytesB, stream) === 0) return true
  }
  return false
}

/** An answer that names addresses or ports, where the client called nothing else on that server afterwards. */
function mayHoldUnreachedServers(theCase: Examination): boolean {
  const { calls } = theCase.conversation
  return [EPM, ISYSTEM_ACTIVATOR, IACTIVATION, IOBJECT_EXPORTER].some((uuid) =>
    theCase.callsOf(uuid).some((call) => {
      const { client, server } = theCase.connectionOf(call)
      return !reached(theCase, client.text, server.text, calls.get(Call.ResponseFrame, call))
    }),
  )
}

/** What waits for an answer, a PDU that ends in its middle, packets that were sent again, a pause. */
function mayHoldBrokenConnections(theCase: Examination): boolean {
  const { lost, open, unrequested } = theCase
  return (
    lost.length + open.length + unrequested.length > 0 ||
    trafficOf(theCase).byStream.size > 0 ||
    hasFlag(theCase.capture.streams, StreamFlag.OpenPduA | StreamFlag.OpenPduB) ||
    mayHoldSmb(theCase)
  )
}

function holdsNetlogon({ conversation }: Examination): boolean {
  return conversation.interfaces.includes(NETLOGON)
}

function holdsIcmp({ capture }: Examination): boolean {
  return holds(capture.messages, Message.Protocol, [Protocol.Icmp, Protocol.Icmpv6])
}

/** Two hosts of which each calls the other, or tries to. */
function mayHoldCallbacks(theCase: Examination): boolean {
  if (mayHoldFailedAttempts(theCase)) return true
  const pairs = pairsOfRpc(theCase)
  return theCase.conversation.connections.some(({ client, server }) =>
    pairs.has(theCase.pairOf(server.text, client.text)),
  )
}

/** A name that was not found is a finding where no RPC follows. */
function mayHoldNamesOnly({ capture, conversation }: Examination): boolean {
  return (
    conversation.connections.length === 0 &&
    holds(capture.messages, Message.Protocol, [Protocol.Dns, Protocol.Llmnr, Protocol.Nbns])
  )
}

/** A logon after which nothing is called, or logons of two computers. */
function holdsLogons({ conversation: { connections, smbLogons } }: Examination): boolean {
  if (smbLogons.length > 0) return true
  let first: string | undefined
  return connections.some(({ security, calls, client }) => {
    if (security.length === 0) return false
    first ??= client.text
    return calls.length === 0 || client.text !== first
  })
}

/** Bytes on a connection of RPC that are not RPC. */
function holdsOtherProtocols({ capture }: Examination): boolean {
  return holds(capture.messages, Message.Protocol, [Protocol.Unknown])
}

function holdsArp({ capture }: Examination): boolean {
  return holds(capture.messages, Message.Protocol, [Protocol.Arp])
}

function mayHoldSmb({ capture, conversation }: Examination): boolean {
  return (
    capture.pipes.rows > 0 ||
    conversation.smbLogons.length > 0 ||
    holds(capture.messages, Message.Protocol, [Protocol.Smb1, Protocol.Smb2, Protocol.NetbiosSession]) ||
    hasPort(capture.streams, [139, 445])
  )
}

/** SMB's logons carry tickets too. */
function mayHoldKerberos(theCase: Examination): boolean {
  const { capture, conversation } = theCase
  return (
    hasPort(capture.streams, [88]) ||
    holds(capture.messages, Message.Protocol, [Protocol.Kerberos]) ||
    conversation.connections.some(({ security }) => security.some(({ type }) => type !== AuthType.Ntlm)) ||
    mayHoldSmb(theCase)
  )
}

/** RPC over HTTP. */
function mayHoldChannels({ capture: { streams } }: Examination): boolean {
  return hasFlag(streams, StreamFlag.Http)
}

function hasFlag(streams: Table, flags: number): boolean {
  for (let row = 0; row < streams.rows; row++) if ((streams.get(Stream.Flags, row) & flags) !== 0) return true
  return false
}

function hasPort(streams: Table, ports: readonly number[]): boolean {
  return holds(streams, Stream.PortA, ports) || holds(streams, Stream.PortB, ports)
}

/** True if a column holds one of these values. Page by page: tables are long. */
function holds(table: Table, column: number, values: readonly number[]): boolean {
  const { rows } = table
  for (let page = 0; page << Paging.ROW_BITS < rows; page++) {
    const cells = table.column(column, page).subarray(0, rows - (page << Paging.ROW_BITS))
    if (values.some((value) => cells.includes(value))) return true
  }
  return false
}
