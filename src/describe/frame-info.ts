// The Info line of a frame, and the tone in which the list shows it.
import { Analysis, Frame, PduFlag, TcpFlag, PduType } from '../../asm/layout'
import { NONE } from '../capture/table'
import { hex32 } from '../capture/text'
import { callerOf, identityName } from '../conversation/identity-name'
import { Call } from '../conversation/model'
import { CONTEXT_RESULTS, NAK_REASONS, PDU_TYPES, PROVIDER_REASONS } from '../names/labels'
import type { Names } from '../names/names'
import { messageInfo } from './message-info'
import { pduFacts } from './pdu/pdu-facts'
import { pdusOfFrame } from './pdu/pdu-rows'
import { type Context, operationNames, pduView, type PduView } from './pdu/pdu-view'
import { transportInfo } from './tcp-info'

/** A colour rule's name; '' for ordinary frames. */
export type Tone = 'fault' | 'bind' | 'auth' | 'call' | 'tcp-problem' | 'reset' | ''

const PROBLEMS =
  Analysis.Retransmission |
  Analysis.OutOfOrder |
  Analysis.PreviousNotCaptured |
  Analysis.AckedUnseen |
  Analysis.DuplicateAck |
  Analysis.ZeroWindow |
  Analysis.ZeroWindowProbe

/** How many PDUs of one frame are listed one by one. */
const TOLD_PDUS = 4

/** One line on the frame at `row`, its tone, and the identity under which its first PDU travels; '' where none is known. */
export function frameInfo(context: Context, row: number): { info: string; tone: Tone; identity: string } {
  const { capture } = context
  const pdus = pdusOfFrame(capture.pdus, row)
  if (pdus.length === 0)
    return {
      info: messageInfo(capture, row) ?? transportInfo(capture, row),
      tone: transportTone(context, row),
      identity: '',
    }
  const views = pdus.slice(0, TOLD_PDUS).map((pdu) => pduView(context, pdu))
  const texts = views.map((view) => pduInfo(context, view))
  if (pdus.length > TOLD_PDUS) texts.push(`and ${pdus.length - TOLD_PDUS} more PDUs`)
  return { info: texts.join(' · '), tone: toneOf(views), identity: identityOf(context, views[0]!) }
}

/** Who makes the call, or logs on with the token, that a PDU carries. */
function identityOf({ conversation }: Context, { connection, frame, row }: PduView): string {
  if (!conversation || !connection) return ''
  const call = conversation.callOfPdu(row)
  const logon =
    call === NONE
      ? connection.security.find(({ tokenFrames }) => tokenFrames.includes(frame))
      : callerOf(connection, conversation.calls.get(Call.Security, call))
  return logon ? identityName(logon) : ''
}

function transportTone({ capture }: Context, row: number): Tone {
  const flags = capture.frames.get(Frame.TcpFlags, row)
  if (flags & TcpFlag.Rst) return 'reset'
  return flags & PROBLEMS ? 'tcp-problem' : ''
}

function toneOf(views: PduView[]): Tone {
  const types = views.map(({ type }) => type)
  if (types.some((type) => [PduType.Fault, PduType.BindNak, PduType.Reject].includes(type))) return 'fault'
  if (types.includes(PduType.Auth3)) return 'auth'
  const negotiates = [PduType.Bind, PduType.BindAck, PduType.AlterContext, PduType.AlterContextResponse]
  return types.some((type) => negotiates.includes(type)) ? 'bind' : 'call'
}

/** One PDU in a line: `Fault: call_id: 8, ctx_id: 1, IRemUnknown2::RemQueryInterface, nca_s_fault_... (0x00000721)`. */
function pduInfo(context: Context, view: PduView): string {
  const parts = [`call_id: ${view.callId}`]
  const facts = pduFacts(context, view)
  const { names } = context
  const operation = operationNames(view, names)
  if (view.contextId !== undefined) parts.push(`ctx_id: ${view.contextId}`)
  if (operation.interface) parts.push([operation.interface, operation.method].filter(Boolean).join('::'))
  else if (operation.method) parts.push(operation.method)
  parts.push(...(facts.iids ?? []).map((iid, i) => `IID[${i + 1}]=${names?.guid(iid)?.name ?? iid}`))
  if (facts.contexts && facts.contexts.length > 0) {
    const [first] = facts.contexts
    parts.push(`${facts.contexts.length} context item${facts.contexts.length === 1 ? '' : 's'}`)
    parts.push(`1st ${names?.interfaceName(first!.interface) ?? first!.interface} V${first!.version}`)
  }
  for (const result of new Set(facts.results?.map(resultText))) parts.push(result)
  if (facts.token) parts.push(facts.token)
  if (facts.wmi) parts.push(facts.wmi)
  if (view.type === PduType.BindNak) parts.push(reasonText(view.status ?? 0))
  else if (view.status !== undefined) parts.push(statusText(view.status, names))
  if (facts.hresult) parts.push(hresultText(facts.hresult, names))
  if (view.sealed) parts.push(`sealed, ${view.stubLength} bytes`)
  if (view.flags & PduFlag.Cut) parts.push('cut off by the capture')
  if (view.flags & PduFlag.Resynchronised) parts.push('after missing bytes')
  return `${PDU_TYPES[view.type] ?? `PDU type ${view.type}`}: ${parts.join(', ')}`
}

/** A status by name and number: `nca_s_fault_access_denied (0x00000005)`. */
export function statusText(status: number, names: Names | undefined): string {
  const symbol = names?.statusName(status)?.symbol
  return symbol ? `${symbol} (${hex32(status)})` : hex32(status)
}

/** What a method returned, by name and number. The same number may be the status of a fault, under another name. */
function hresultText(hresult: number, names: Names | undefined): string {
  const symbol = names?.returnName(hresult, 'hresult')?.symbol
  return symbol ? `${symbol} (${hex32(hresult)})` : hex32(hresult)
}

function reasonText(reason: number): string {
  return `reason: ${NAK_REASONS[reason] ?? reason}`
}

function resultText({ result, reason }: { result: number; reason: number }): string {
  const text = CONTEXT_RESULTS[result] ?? `result ${result}`
  return result === 1 || result === 2 ? `${text} (${PROVIDER_REASONS[reason] ?? reason})` : text
}
