// What the kept bytes of one PDU say: contexts offered, results, tokens, interfaces asked for, the value returned.
import { pduBytes } from '../../capture/pdu'
import { PduType } from '../../../asm/layout'
import { bind, type BindBody, bindAck, type BindAckBody } from '../../dissect/rpc/bind'
import type { Ntlmssp } from '../../dissect/security/ntlmssp'
import { verifier } from '../../dissect/pdu'
import { Reader } from '../../dissect/reader'
import { REM_UNKNOWN_INTERFACES, RemUnknown, remQueryInterfaceRequest } from '../../dissect/com/remunknown'
import { type Token, token } from '../../dissect/security/token'
import { wmiInfo } from '../wmi-info'
import { type Context, keptStub, type PduView } from './pdu-view'

export interface PduFacts {
  contexts?: BindBody['contexts']
  results?: BindAckBody['results']
  ntlm?: Ntlmssp
  /** The token in a word or two: `NTLMSSP_AUTH, User: DOMAIN\user`, `Kerberos AP-REQ`. */
  token?: string
  /** IIDs that a RemQueryInterface asks for. */
  iids?: string[]
  /** What a WMI call says: a query, a method, objects. */
  wmi?: string
  /** Last four bytes of an answer that ends with an HRESULT. */
  hresult?: number
}

const NEGOTIATING = [
  PduType.Bind,
  PduType.BindAck,
  PduType.AlterContext,
  PduType.AlterContextResponse,
  PduType.Auth3,
] as const
const LAST_FRAGMENT = 0x02

/** Reads what was kept of the PDU; costs a copy of the kept bytes, so ask for rows in view. */
export function pduFacts({ capture, names }: Context, view: PduView): PduFacts {
  if (NEGOTIATING.some((type) => type === view.type)) return negotiation(pduBytes(capture, view.row), view.type)
  const { interface: uuid, stubTail, type } = view
  if (!uuid || (type !== PduType.Request && type !== PduType.Response)) return {}
  const stub = keptStub(view, capture) ?? new Uint8Array(0)
  const wmi = wmiInfo(view, type === PduType.Response, stub)
  const facts = wmi === undefined ? {} : { wmi }
  if (type === PduType.Request) return { ...facts, ...request(view, stub) }
  const returns = stubTail !== undefined && (view.pfc & LAST_FRAGMENT) !== 0 && names?.returnKind(uuid) === 'hresult'
  return returns ? { ...facts, hresult: stubTail } : facts
}

function request({ interface: uuid, opnum, little, wide }: PduView, stub: Uint8Array): PduFacts {
  const asks = uuid !== undefined && REM_UNKNOWN_INTERFACES.includes(uuid) && opnum === RemUnknown.QueryInterface
  if (!asks || stub.length === 0) return {}
  const from = new Reader(stub)
  from.little = little
  return { iids: remQueryInterfaceRequest(from, wide).iids }
}

function negotiation(pdu: Uint8Array, type: PduType): PduFacts {
  const facts: PduFacts = {}
  if (type === PduType.Bind || type === PduType.AlterContext) facts.contexts = bind(new Reader(pdu))?.contexts ?? []
  if (type === PduType.BindAck || type === PduType.AlterContextResponse)
    facts.results = bindAck(new Reader(pdu))?.results ?? []
  const bytes = verifier(pdu)?.token
  if (!bytes) return facts
  const read = token(new Reader(bytes))
  const text = tokenText(read)
  return { ...facts, ...(read.ntlm ? { ntlm: read.ntlm } : {}), ...(text ? { token: text } : {}) }
}

/** A token in Wireshark's words where it has some. */
function tokenText({ ntlm, kerberos, netlogon, mechanism, spnego }: Token): string | undefined {
  switch (ntlm?.type) {
    case 1:
      return 'NTLMSSP_NEGOTIATE'
    case 2:
      return 'NTLMSSP_CHALLENGE'
    case 3:
      return `NTLMSSP_AUTH, User: ${ntlm.domain ?? ''}\\${ntlm.user ?? ''}`
  }
  if (kerberos) return `Kerberos ${kerberos.type}`
  if (netlogon) return 'Netlogon'
  if (spnego) return mechanism ? `SPNEGO, ${mechanism}` : 'SPNEGO'
  return undefined
}
