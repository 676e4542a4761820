// Fields of messages beside RPC: Kerberos errors, and what SMB answers. The parser keeps those that explain failures.
import { EPM } from '../../names/well-known'
import { Message, Protocol, PduType } from '../../../asm/layout'
import { messageBytes } from '../../capture/messages'
import { NONE } from '../../capture/table'
import { Call } from '../../conversation/model'

import { isLast } from '../../capture/pdu'
import { kerberos } from '../../dissect/security/kerberos'
import { Reader } from '../../dissect/reader'
import { smbHeader, type SmbHeader } from '../../dissect/smb'
import type { Field, Source } from '../field'
import { listed, type Sparse } from '../sources'
import { errorsInTokens } from './handshakes'
import { ofCall, statusNamed } from './pdus'

/** Values that `read` finds in the kept bytes of a protocol's messages. */
function inMessages(protocol: Protocol, read: (bytes: Uint8Array<ArrayBuffer>) => number | undefined): Source {
  return listed(({ capture }) => {
    const { messages } = capture
    const found: Sparse = { frames: [], values: [] }
    for (let row = 0; row < messages.rows; row++) {
      if (messages.get(Message.Protocol, row) !== protocol) continue
      const bytes = messageBytes(capture, row)
      const value = read(bytes)
      if (value === undefined) continue
      found.frames.push(messages.get(Message.Frame, row))
      found.values.push(value)
    }
    return found
  })
}

/** The header of an SMB 2 message, where all of it was kept. */
function wholeHeader(bytes: Uint8Array): SmbHeader | undefined {
  const header = smbHeader(bytes)
  return header?.isWhole ? header : undefined
}

/** The status of an answer. */
function statusIn(bytes: Uint8Array): number | undefined {
  const header = wholeHeader(bytes)
  return header?.isResponse ? header.status : undefined
}

const mapped = ofCall(
  ({ conversation }, call) =>
    conversation!.interfaces[conversation!.calls.get(Call.Interface, call)] === EPM
      ? conversation!.calls.get(Call.Status, call)
      : NONE,
  [PduType.Response],
  isLast,
)

export const MESSAGE_FIELDS: Field[] = [
  {
    name: 'kerberos.error_code',
    type: 'number',
    help: 'Code of a Kerberos error',
    sources: [inMessages(Protocol.Kerberos, (bytes) => kerberos(new Reader(bytes))?.errorCode), errorsInTokens],
  },
  {
    name: 'smb2.cmd',
    type: 'number',
    most: 0xffff,
    help: 'Command of an SMB2 message',
    sources: [inMessages(Protocol.Smb2, (bytes) => wholeHeader(bytes)?.command)],
  },
  {
    name: 'smb2.nt_status',
    type: 'number',
    help: 'Status of an SMB2 answer',
    sources: [inMessages(Protocol.Smb2, statusIn)],
    numberOf: statusNamed,
  },
  {
    name: 'smb.cmd',
    type: 'number',
    most: 0xff,
    help: 'Command of an SMB version 1 message',
    sources: [],
  },
  {
    name: 'smb.nt_status',
    type: 'number',
    help: 'Status in an SMB version 1 message',
    sources: [],
    numberOf: statusNamed,
  },
  {
    name: 'epm.rc',
    type: 'number',
    help: 'What the endpoint mapper returned',
    sources: [mapped],
    numberOf: statusNamed,
  },
]
