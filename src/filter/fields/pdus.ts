// Fields of DCE/RPC PDUs that their columns hold. C706 12.6, MS-RPCE 2.2.2; names as Wireshark has them.
import { Pdu, PduFlag, PduType } from '../../../asm/layout'
import { NONE } from '../../capture/table'
import { Call } from '../../conversation/model'
import { fragmentLength, pduFlags, pduPfc, pduType, verifierLength } from '../../capture/pdu'
import { NAK_REASONS, PDU_TYPES } from '../../names/labels'
import type { Field, Source } from '../field'
import { pduTimes, pduWords } from '../sources'
import type { Subject } from '../subject'
import { nanosecondsBetween } from './frames'

const CALLING = [PduType.Request, PduType.Response, PduType.Fault]

/** Words as Wireshark writes them; its filters compare with them too. */
const AUTH_TYPES = {
  0: 'None',
  1: 'Kerberos 5',
  9: 'SPNEGO',
  10: 'NTLMSSP',
  14: 'SCHANNEL SSP',
  16: 'Kerberos SSP',
  68: 'NETLOGON Secure Channel',
}
const AUTH_LEVELS = { 1: 'None', 2: 'Connect', 3: 'Call', 4: 'Packet', 5: 'Packet integrity', 6: 'Packet privacy' }

/** A word computed from a PDU's columns: of the whole column at once, so that it stays quick. */
function ofPdu(column: Pdu, work: (value: number, head: number) => number): Source {
  return pduWords(({ capture: { pdus } }, first, rows, out) => {
    const page = first >>> 16
    const [values, heads] = [pdus.column(column, page), pdus.column(Pdu.Head, page)]
    for (let row = 0; row < rows; row++) out[row] = work(values[row]!, heads[row]!)
  })
}

const isConnectionless = (head: number) => (pduFlags(head) & PduFlag.Connectionless) !== 0

/** A word of connection-oriented PDUs of some types; NONE of others. */
function connected(column: Pdu, work: (value: number, head: number) => number, types?: PduType[]): Source {
  return ofPdu(column, (value, head) =>
    isConnectionless(head) || (types && !types.includes(pduType(head))) ? NONE : work(value, head),
  )
}

/** A word of the call that a PDU of some types, that `counts`, belongs to; NONE without one. */
export function ofCall(
  work: (subject: Subject, call: number) => number,
  types?: PduType[],
  counts: (head: number) => boolean = () => true,
): Source {
  return pduWords((subject, first, rows, out) => {
    const { capture, conversation } = subject
    const heads = capture.pdus.column(Pdu.Head, first >>> 16)
    for (let row = 0; row < rows; row++) {
      const call = conversation?.callOfPdu(first + row) ?? NONE
      const head = heads[row]!
      const holds = call !== NONE && counts(head) && (!types || types.includes(pduType(head)))
      out[row] = holds ? work(subject, call) : NONE
    }
  })
}

/** The number is in the request; an answer has that of its request. */
const operation = pduWords(({ capture: { pdus }, conversation }, first, rows, out) => {
  for (let row = 0; row < rows; row++) {
    const head = pdus.get(Pdu.Head, first + row)
    const type = pduType(head)
    const call = conversation?.callOfPdu(first + row) ?? NONE
    if (type === PduType.Request || isConnectionless(head)) out[row] = pdus.get(Pdu.Context, first + row) >>> 16
    else if (CALLING.includes(type) && call !== NONE) out[row] = conversation!.calls.get(Call.Opnum, call)
    else out[row] = NONE
  }
})

/** Seconds from the request's first PDU to the answer. */
const answerTime = pduTimes((subject, first, rows, out) => {
  const { capture, conversation } = subject
  const { pdus } = capture
  for (let row = 0; row < rows; row++) {
    const type = pduType(pdus.get(Pdu.Head, first + row))
    const call = conversation?.callOfPdu(first + row) ?? NONE
    const answers = type === PduType.Response || type === PduType.Fault
    const request = answers && call !== NONE ? conversation!.calls.get(Call.RequestPdu, call) : NONE
    out[row] =
      request === NONE
        ? NaN
        : nanosecondsBetween(subject, pdus.get(Pdu.Frame, request), pdus.get(Pdu.Frame, first + row))
  }
})

const flag = (bit: number) => connected(Pdu.Head, (head) => Number((pduPfc(head) & bit) !== 0))
const verified = (work: (auth: number) => number) => ofPdu(Pdu.Auth, (auth) => (auth === 0 ? NONE : work(auth)))

const verifierContext = pduWords(({ capture: { pdus } }, first, rows, out) => {
  const page = first >>> 16
  const [auth, ids] = [pdus.column(Pdu.Auth, page), pdus.column(Pdu.AuthContextId, page)]
  for (let row = 0; row < rows; row++) out[row] = auth[row] === 0 ? NONE : ids[row]!
})

const FLAGS: [name: string, bit: number, help: string][] = [
  ['first_frag', 0x01, 'First fragment'],
  ['last_frag', 0x02, 'Last fragment'],
  ['cancel_pending', 0x04, 'A cancel waits; in binds, header signing is offered'],
  ['mpx', 0x10, 'Calls may run side by side'],
  ['dne', 0x20, 'The call did not execute'],
  ['maybe', 0x40, 'No answer is wanted'],
  ['object', 0x80, 'An object UUID is there'],
]

function number(name: string, help: string, source: Source, more: Partial<Field> = {}): Field {
  return { name: `dcerpc.${name}`, type: 'number', help, sources: [source], ...more }
}

/** What became of encrypted PDUs. Wireshark has no fields for it. */
const OPENED: [name: string, help: string, bits: number][] = [
  ['sealed', 'PDUs whose stub is encrypted and was not opened', PduFlag.Sealed],
  [
    'unsealed',
    'PDUs that a secret opened: of RPC, or of the encrypted SMB message around them',
    PduFlag.Unsealed | PduFlag.Decrypted,
  ],
  ['verified', 'PDUs whose signature was checked with a secret and is right', PduFlag.SignatureRight],
  ['not_verified', 'PDUs whose signature was checked with a secret and is wrong', PduFlag.SignatureWrong],
]

/** Ids of the contexts that PDUs of calls name; those that binds offer are listed elsewhere. */
export const calledContexts = connected(Pdu.Context, (context) => context & 0xffff, CALLING)

export const PDU_FIELDS: Field[] = [
  { name: 'dcerpc', type: 'label', help: 'DCE/RPC', sources: [ofPdu(Pdu.Head, () => 1)] },
  number(
    'ver',
    'Version: 5 over connections, 4 over datagrams',
    ofPdu(Pdu.Head, (head) => (isConnectionless(head) ? 4 : 5)),
  ),
  number('pkt_type', 'Type of the PDU', ofPdu(Pdu.Head, pduType), { most: 255, words: PDU_TYPES }),
  number('cn_flags', 'Flags of the PDU', connected(Pdu.Head, pduPfc), { most: 255 }),
  ...FLAGS.map(([name, bit, help]): Field => ({
    name: `dcerpc.cn_flags.${name}`,
    type: 'boolean',
    help,
    sources: [flag(bit)],
  })),
  number('cn_frag_len', 'Bytes of the PDU', connected(Pdu.Lengths, fragmentLength), { most: 0xffff }),
  number('cn_auth_len', 'Bytes of the security token', connected(Pdu.Lengths, verifierLength), { most: 0xffff }),
  number(
    'cn_call_id',
    'Id of the call on its connection',
    connected(Pdu.CallId, (id) => id),
  ),
  number(
    'dg_seqnum',
    'Number of the call in its activity',
    ofPdu(Pdu.CallId, (id, head) => (isConnectionless(head) ? id : NONE)),
  ),
  number('opnum', 'Number of the method', operation, { most: 0xffff }),
  number(
    'cn_status',
    'Status of a fault',
    connected(Pdu.Status, (status) => status, [PduType.Fault]),
    {
      numberOf: statusNamed,
    },
  ),
  number('dg_status', 'Status of a reject or fault over datagrams', datagramStatus(), { numberOf: statusNamed }),
  number(
    'cn_reject_reason',
    'Why a bind was refused',
    connected(Pdu.Status, (reason) => reason, [PduType.BindNak]),
    {
      most: 0xffff,
      words: NAK_REASONS,
    },
  ),
  number(
    'auth_type',
    'Security provider',
    verified((auth) => auth & 0xff),
    { most: 255, words: AUTH_TYPES },
  ),
  number(
    'auth_level',
    'What the provider protects',
    verified((auth) => (auth >>> 8) & 0xff),
    { most: 255, words: AUTH_LEVELS },
  ),
  number(
    'auth_pad_len',
    'Bytes of padding before the verifier',
    verified((auth) => (auth >>> 16) & 0xff),
    { most: 255 },
  ),
  number('auth_ctx_id', 'Id of the security context', verifierContext),
  ...OPENED.map(([name, help, bits]): Field => ({
    name: `faultline.${name}`,
    type: 'label',
    help,
    sources: [ofPdu(Pdu.Head, (head) => (pduFlags(head) & bits ? 1 : NONE))],
  })),
  { name: 'dcerpc.time', type: 'time', help: 'Seconds from the request to this answer', sources: [answerTime] },
]

function datagramStatus(): Source {
  return ofPdu(Pdu.Status, (status, head) =>
    isConnectionless(head) && [PduType.Fault, PduType.Reject].includes(pduType(head)) ? status : NONE,
  )
}

/** A status by its symbol, in any case. */
export function statusNamed({ names }: Subject, word: string): number | undefined {
  const symbol = word.toLowerCase()
  const found = names?.meanings(word).find((meaning) => meaning.symbol.toLowerCase() === symbol)
  return found && Number(found.code)
}
