// The rules that a capture needs. The code of a stage about what few captures hold is fetched for a capture that holds it.
import { AuthType, Message, Protocol, Stream, StreamFlag } from '../../../asm/layout'
import type { Table } from '../../capture/table'
import type { CaseFile } from '../case-file'
import type { Rule } from '../rule'
import { callRules } from './call'
import { captureRules } from './capture'
import { connectionRules } from './connection'
import { identityRules } from './identity'
import { nameRules } from './name'
import { negotiationRules } from './negotiation'
import { normalRules } from './normal'
import { portRules } from './port'
import { reachRules } from './reach'
import { resultRules } from './result'

/** A case before its names are known. */
type Unnamed = Omit<CaseFile, 'names'>

interface LaterStage {
  /** True if a rule of the stage can find something. */
  concerns: (theCase: Unnamed) => boolean
  load: () => Promise<readonly Rule[]>
}

/** In the order in which their rules run: that of index.ts, which a test holds. */
const stages: readonly (readonly Rule[] | LaterStage)[] = [
  captureRules,
  { concerns: hasEvents, load: async () => (await import('./machine')).machineRules },
  { concerns: mayHoldKerberos, load: async () => (await import('./kerberos')).kerberosRules },
  { concerns: mayHoldChannels, load: async () => (await import('./http')).httpRules },
  reachRules,
  identityRules,
  negotiationRules,
  callRules,
  resultRules,
  { concerns: mayHoldSmb, load: async () => (await import('./smb')).smbRules },
  portRules,
  nameRules,
  connectionRules,
  normalRules,
]

/** The rules that may find something in a case, in the order in which they run. */
export async function rulesFor(theCase: Unnamed): Promise<readonly Rule[]> {
  const loaded = stages.map(async (stage) => {
    if (!('load' in stage)) return stage
    return stage.concerns(theCase) ? stage.load() : []
  })
  return (await Promise.all(loaded)).flat()
}

function hasEvents({ capture, machine }: Unnamed): boolean {
  return capture.events.rows > 0 || machine !== undefined
}

function mayHoldSmb({ capture, conversation }: Unnamed): boolean {
  return (
    capture.pipes.rows > 0 ||
    conversation.smbLogons.length > 0 ||
    holds(capture.messages, Message.Protocol, [Protocol.Smb1, Protocol.Smb2, Protocol.NetbiosSession]) ||
    hasPort(capture.streams, [139, 445])
  )
}

/** SMB's logons carry tickets too. */
function mayHoldKerberos(theCase: Unnamed): boolean {
  const { capture, conversation } = theCase
  return (
    hasPort(capture.streams, [88]) ||
    holds(capture.messages, Message.Protocol, [Protocol.Kerberos]) ||
    conversation.connections.some(({ security }) => security.some(({ type }) => type !== AuthType.Ntlm)) ||
    mayHoldSmb(theCase)
  )
}

/** RPC over HTTP. */
function mayHoldChannels({ capture: { streams } }: Unnamed): boolean {
  for (let row = 0; row < streams.rows; row++)
    if ((streams.get(Stream.Flags, row) & StreamFlag.Http) !== 0) return true
  return false
}

function hasPort(streams: Table, ports: readonly number[]): boolean {
  return holds(streams, Stream.PortA, ports) || holds(streams, Stream.PortB, ports)
}

function holds(table: Table, column: number, values: readonly number[]): boolean {
  for (let row = 0; row < table.rows; row++) if (values.includes(table.get(column, row))) return true
  return false
}
