// Fields of what is negotiated: presentation contexts, and the tokens that say who calls. Few PDUs carry them, so their
// kept bytes are read once and the values listed.
import { Frame, Message, Pdu, Protocol, PduType } from '../../../asm/layout'
import { messageBytes } from '../../capture/messages'
import { NONE } from '../../capture/table'
import { pduBytes, pduType } from '../../capture/pdu'
import { sessionSetupToken } from '../../conversation/build/smb-logons'
import { bind, bindAck } from '../../dissect/rpc/bind'
import { verifier } from '../../dissect/pdu'
import { Reader } from '../../dissect/reader'
import { token, type Token } from '../../dissect/security/token'
import type { Field, FieldType } from '../field'
import { frameWords, listed, type Sparse, Texts } from '../sources'
import type { Subject } from '../subject'
import { calledContexts } from './pdus'
import { TOKEN_VALUES } from './token-values'

/** A list that grows while PDUs are read. */
class List implements Sparse {
  readonly frames: number[] = []
  readonly values: number[] = []

  add(frame: number, value: number | undefined): void {
    if (value === undefined) return
    this.frames.push(frame)
    this.values.push(value)
  }
}

/** A list of texts. */
class TextList extends List {
  readonly texts = new Texts()

  addText(frame: number, text: string | undefined): void {
    if (text !== undefined) this.add(frame, this.texts.position(text))
  }
}

interface Handshakes {
  contextId: List
  abstractSyntax: TextList
  transferSyntax: TextList
  result: List
  reason: List
  agreedSyntax: TextList
  maxTransmit: List
  maxReceive: List
  associationGroup: List
  secondaryAddress: TextList
  ofTokens: Map<string, TextList>
}

function handshakes(subject: Subject): Handshakes {
  const found: Handshakes = {
    contextId: new List(),
    abstractSyntax: new TextList(),
    transferSyntax: new TextList(),
    result: new List(),
    reason: new List(),
    agreedSyntax: new TextList(),
    maxTransmit: new List(),
    maxReceive: new List(),
    associationGroup: new List(),
    secondaryAddress: new TextList(),
    ofTokens: new Map(TOKENS.map((field) => [field, new TextList()])),
  }
  const { capture } = subject
  for (let row = 0; row < subject.pdus; row++) {
    const type = pduType(capture.pdus.get(Pdu.Head, row))
    if (type < PduType.Bind || type > PduType.Auth3) continue
    const bytes = pduBytes(capture, row)
    const frame = capture.pdus.get(Pdu.Frame, row)
    if (type === PduType.Bind || type === PduType.AlterContext) readOffer(found, frame, bytes)
    if (type === PduType.BindAck || type === PduType.AlterContextResponse) readAnswer(found, frame, bytes)
    const security = verifier(bytes)
    if (security) readToken(found, frame, token(new Reader(security.token)))
  }
  readSmbTokens(found, subject)
  return found
}

function readSmbTokens(found: Handshakes, { capture }: Subject): void {
  const { messages } = capture
  for (let row = 0; row < messages.rows; row++) {
    const protocol = messages.get(Message.Protocol, row)
    if (protocol !== Protocol.Smb1 && protocol !== Protocol.Smb2) continue
    const security = sessionSetupToken(messageBytes(capture, row))
    if (security?.length) readToken(found, messages.get(Message.Frame, row), token(new Reader(security)))
  }
}

function readOffer(found: Handshakes, frame: number, bytes: Uint8Array): void {
  const body = bind(new Reader(bytes))
  if (!body) return
  readSizes(found, frame, body)
  for (const context of body.contexts) {
    found.contextId.add(frame, context.id)
    found.abstractSyntax.addText(frame, context.interface)
    for (const transfer of context.transfer) found.transferSyntax.addText(frame, transfer)
  }
}

function readAnswer(found: Handshakes, frame: number, bytes: Uint8Array): void {
  const body = bindAck(new Reader(bytes))
  if (!body) return
  readSizes(found, frame, body)
  found.secondaryAddress.addText(frame, body.secondaryAddress || undefined)
  for (const { result, reason, transfer } of body.results) {
    found.result.add(frame, result)
    // An accepted context needs none, and where features are agreed upon their bits stand in its place.
    if (result !== ACCEPTED && result !== FEATURES_AGREED) found.reason.add(frame, reason)
    found.agreedSyntax.addText(frame, transfer)
  }
}

/** Results of a context. C706 12.6.3.1, MS-RPCE 2.2.2.4. */
const ACCEPTED = 0
const FEATURES_AGREED = 3

function readSizes(found: Handshakes, frame: number, sizes: Partial<Record<SizeName, number | undefined>>): void {
  for (const name of ['maxTransmit', 'maxReceive', 'associationGroup'] as const) found[name].add(frame, sizes[name])
}

type SizeName = 'maxTransmit' | 'maxReceive' | 'associationGroup'

function readToken(found: Handshakes, frame: number, read: Token): void {
  for (const [field, list] of found.ofTokens) {
    const value = TOKEN_VALUES[field]!(read)
    if (typeof value === 'string') list.addText(frame, value)
    else list.add(frame, value)
  }
}

const TOKENS = Object.keys(TOKEN_VALUES)
const ofToken =
  (field: string) =>
  ({ ofTokens }: Handshakes): TextList =>
    ofTokens.get(field)!

const list = (pick: (all: Handshakes) => Sparse) => {
  const picked = (subject: Subject) => pick(subject.of(handshakes))
  return listed(picked)
}

function listField(name: string, type: FieldType, help: string, pick: (all: Handshakes) => Sparse): Field {
  return { name, type, help, sources: [list(pick)] }
}

function textField(name: string, type: FieldType, help: string, pick: (all: Handshakes) => TextList): Field {
  return { ...listField(name, type, help, pick), entries: (subject) => pick(subject.of(handshakes)).texts }
}

/** Words as Wireshark writes them. */
const RESULTS = { 0: 'Acceptance', 1: 'User rejection', 2: 'Provider rejection', 3: 'Negotiate ACK' }
const REASONS = {
  0: 'Reason not specified',
  1: 'Abstract syntax not supported',
  2: 'Proposed transfer syntaxes not supported',
  3: 'Local limit exceeded',
}
/** RFC 4178 4.2.2. */
const STATES = { 0: 'accept-completed', 1: 'accept-incomplete', 2: 'reject', 3: 'request-mic' }
const MESSAGES = { 1: 'NTLMSSP_NEGOTIATE', 2: 'NTLMSSP_CHALLENGE', 3: 'NTLMSSP_AUTH' }

const ofKerberos = frameWords(({ capture }, first, rows, out) => {
  const protocols = capture.frames.column(Frame.Protocol, first >>> 16)
  for (let row = 0; row < rows; row++) out[row] = protocols[row] === Protocol.Kerberos ? 1 : NONE
})

/** Codes of Kerberos errors in tokens of RPC and SMB. */
export const errorsInTokens = list(ofToken('kerberos.error_code'))

export const HANDSHAKE_FIELDS: Field[] = [
  {
    name: 'dcerpc.cn_ctx_id',
    type: 'number',
    most: 0xffff,
    help: 'Id of the presentation context',
    sources: [calledContexts, list(({ contextId }) => contextId)],
  },
  textField('dcerpc.cn_bind_to_uuid', 'uuid', 'Interface that a bind offers', (all) => all.abstractSyntax),
  textField('dcerpc.cn_bind_trans_id', 'uuid', 'Transfer syntax that a bind offers', (all) => all.transferSyntax),
  {
    ...listField('dcerpc.cn_ack_result', 'number', 'What became of an offered context', ({ result }) => result),
    most: 0xffff,
    words: RESULTS,
  },
  {
    ...listField('dcerpc.cn_ack_reason', 'number', 'Why a context was refused', ({ reason }) => reason),
    most: 0xffff,
    words: REASONS,
  },
  textField('dcerpc.cn_ack_trans_id', 'uuid', 'Transfer syntax agreed upon', (all) => all.agreedSyntax),
  {
    ...listField('dcerpc.cn_max_xmit', 'number', 'Largest fragment sent', (all) => all.maxTransmit),
    most: 0xffff,
  },
  {
    ...listField('dcerpc.cn_max_recv', 'number', 'Largest fragment taken', (all) => all.maxReceive),
    most: 0xffff,
  },
  listField('dcerpc.cn_assoc_group', 'number', 'Association group', (all) => all.associationGroup),
  textField('dcerpc.cn_sec_addr', 'text', 'Port or pipe that the server names', (all) => all.secondaryAddress),
  listField('ntlmssp', 'label', 'NTLM messages in RPC and SMB', ofToken('ntlmssp')),
  {
    ...listField('ntlmssp.messagetype', 'number', 'Which NTLM message', ofToken('ntlmssp.messagetype')),
    words: MESSAGES,
  },
  listField('ntlmssp.auth.ntresponse', 'label', 'Answer to the NTLM challenge', ofToken('ntlmssp.auth.ntresponse')),
  listField('spnego.supportedMech', 'label', 'Mechanism that SPNEGO chose', ofToken('spnego.supportedMech')),
  {
    ...listField('spnego.negResult', 'number', 'State of the SPNEGO negotiation', ofToken('spnego.negResult')),
    words: STATES,
  },
  textField('ntlmssp.auth.username', 'text', 'User who logs on by NTLM', ofToken('ntlmssp.auth.username')),
  textField('ntlmssp.auth.domain', 'text', 'Domain of that user', ofToken('ntlmssp.auth.domain')),
  textField('ntlmssp.auth.hostname', 'text', 'Computer of that user', ofToken('ntlmssp.auth.hostname')),
  {
    name: 'kerberos',
    type: 'label',
    help: 'Kerberos messages',
    sources: [ofKerberos, list(ofToken('kerberos'))],
  },
]
