// A DCE/RPC PDU as inspect prints it.
import { Pdu, PduFlag, Pipe, Stream, IpProtocol, PduType } from '../../../asm/layout'
import type { Capture } from '../../capture/capture'
import { NONE } from '../../capture/table'
import { hexText } from '../../capture/text'
import { isVerified, pduFlags, stubAt, stubBytes, wasSealed } from '../../capture/pdu'
import type { Ntlmssp } from '../../dissect/security/ntlmssp'
import { pduFacts } from './pdu-facts'
import { type Context, operationNames, pduView } from './pdu-view'

/** Whole PDUs with their stubs in the clear, where the parser's memory had no room for them. */
export type OpenedPdus = (row: number) => Uint8Array | undefined

/** The object for one PDU; absent values are undefined. */
export function pduLine(context: Context, row: number, opened?: OpenedPdus): Record<string, unknown> {
  const head = context.capture.pdus.get(Pdu.Head, row)
  const isUnsealed = (pduFlags(head) & PduFlag.Unsealed) !== 0
  const view = pduView(context, row)
  const facts = pduFacts(context, view)
  const operation = operationNames(view, context.names)
  const refused = view.type === PduType.BindNak || view.type === PduType.Reject
  return {
    frame: view.frame + 1,
    first: view.firstFrame + 1,
    stream: view.stream,
    transport: transport(context.capture, row),
    pipe: view.pipeName,
    ptype: view.type,
    pfc: view.pfc,
    fragLen: view.fragmentLength,
    authLen: view.authLength,
    callId: view.callId,
    ctxId: view.contextId,
    opnum: view.opnum,
    object: view.object,
    interface: view.interface,
    interfaceName: view.interface && context.names?.interfaceName(view.interface),
    method: view.interface === undefined ? undefined : operation.method,
    status: view.type === PduType.Fault ? view.status : undefined,
    auth: view.auth && { type: view.auth.type, level: view.auth.level, ctxId: view.auth.contextId },
    ntlm: facts.ntlm && ntlmLine(facts.ntlm),
    contexts: facts.contexts?.map(({ id, interface: uuid, version, transfer }) => ({
      id,
      interface: uuid,
      version,
      transfer,
    })),
    results: facts.results,
    reject: refused ? view.status : undefined,
    sealed: wasSealed(head) || undefined,
    unsealed: isUnsealed || undefined,
    verified: isVerified(head),
    clear: isUnsealed ? hexText(clearStub(context.capture, row, opened)) : undefined,
    iids: facts.iids,
    hresult: facts.hresult,
  }
}

/** The stub of a PDU that a secret opened, without padding. */
function clearStub(capture: Capture, row: number, opened: OpenedPdus | undefined): Uint8Array {
  const whole = opened?.(row)
  if (!whole) return stubBytes(capture, row)
  const at = stubAt(capture.pdus.get(Pdu.Head, row)) ?? 0
  return whole.subarray(at, at + capture.pdus.get(Pdu.StubLength, row))
}

function ntlmLine(ntlm: Ntlmssp): Record<string, unknown> {
  switch (ntlm.type) {
    case 1:
      return { type: 1, domain: ntlm.domain, workstation: ntlm.workstation }
    case 2:
      return { type: 2, target: ntlm.targetName }
    case 3:
      return { type: 3, domain: ntlm.domain, user: ntlm.user, workstation: ntlm.workstation }
  }
}

/** What carried the PDU. */
function transport({ pdus, pipes, streams }: Capture, row: number): 'tcp' | 'udp' | 'smb' | 'smb2' {
  const pipe = pdus.get(Pdu.Pipe, row)
  if (pipe !== NONE) return pipes.get(Pipe.Version, pipe) === 1 ? 'smb' : 'smb2'
  return streams.get(Stream.Transport, pdus.get(Pdu.Stream, row)) === IpProtocol.Udp ? 'udp' : 'tcp'
}
