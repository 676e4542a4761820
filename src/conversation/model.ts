// What a capture's rows mean: RPC connections, their presentation and security contexts, and calls.
// Plain data; build.ts makes it, everyone after it reads it. Frames are rows (number less one).
import type { GrowingTable } from '../capture/table'

/** A presentation context: which interface a context id means, and whether the server took it. MS-RPCE 2.2.2.13. */
export interface PresentationContext {
  id: number
  /** Lower-case UUID text, version major.minor. */
  interface: string
  version: string
  /** Transfer syntaxes offered, UUID text; with bind-time features this includes 6cb71c2c-9812-4540-.... */
  offered: string[]
  /** `accepted`; `refused` (result 1, 2); `negotiated` (result 3, bind-time features); `offered` until an answer is seen; `inferred` when the bind is not in the capture. */
  state: 'offered' | 'accepted' | 'refused' | 'negotiated' | 'inferred'
  /** C706 p_cont_def_result and p_provider_reason as answered. */
  result?: number | undefined
  reason?: number | undefined
  transfer?: string | undefined
  offeredFrame?: number | undefined
  answeredFrame?: number | undefined
}

type SecurityState =
  /** first token seen */
  | 'offered'
  /** the server has answered with a token */
  | 'challenged'
  /** the client has sent its last token; the server has not answered yet */
  | 'unproven'
  /** a call under it was answered */
  | 'proven'
  /** a call under it failed before any was answered */
  | 'failed'

/** SecurityContext.negotiationState of a rejected logon. RFC 4178 4.2.2. */
export const SPNEGO_REJECT = 2

/** A security context on a connection, keyed by auth_context_id. MS-RPCE 2.2.2.11. */
export interface SecurityContext {
  id: number
  /** auth_type (9 SPNEGO, 10 NTLM, 16 Kerberos, 68 Netlogon) and auth_level (1 none ... 6 privacy). */
  type: number
  level: number
  state: SecurityState
  /** What the tokens hold inside: `ntlm`, `kerberos`, or undefined when not readable. */
  mechanism?: 'ntlm' | 'kerberos' | 'netlogon' | undefined
  user?: string | undefined
  domain?: string | undefined
  workstation?: string | undefined
  /** The client computer’s identity in an NTLMv2 response, in hexadecimal. MS-NLMP 2.2.2.2. */
  machineId?: string | undefined
  /** Whose Kerberos ticket it most likely is, where the capture shows how the client got it; the ticket itself hides the name. */
  ticketHolder?: TicketHolder | undefined
  /** The server's own names from the NTLM challenge (NetBIOS computer and domain, DNS names), or the Kerberos SPN asked for. */
  target?: SecurityTarget | undefined
  /** True for an NTLM logon with empty user and no response. */
  anonymous?: boolean | undefined
  /** Length of the NTLM NT response: 24 is NTLMv1, more is NTLMv2. */
  ntResponseLength?: number | undefined
  /** Kerberos error code in a token, and by how many seconds the server's clock is ahead when it says so. */
  kerberosError?: number | undefined
  kerberosErrorFrame?: number | undefined
  clockSkew?: number | undefined
  /** What the client last asked a KDC for through the server (IAKERB). */
  relayed?: RelayedRequest | undefined
  /** True if the NTLM authenticate message's integrity code is there (not all zeros); undefined without room for one. */
  integrityCode?: boolean | undefined
  /** Object identifiers that SPNEGO offered, the one that was chosen, and the last negState (2 is reject). */
  offeredMechanisms?: string[] | undefined
  chosenMechanism?: string | undefined
  negotiationState?: number | undefined
  /** Frames of its tokens, in order; of the last leg; of the first answered and the first failed call. */
  tokenFrames: number[]
  thirdLegFrame?: number | undefined
  provenFrame?: number | undefined
  failedFrame?: number | undefined
  failedStatus?: number | undefined
  /** PFC_SUPPORT_HEADER_SIGN in the request and the answer that carried its tokens. */
  headerSignOffered?: boolean | undefined
  headerSignAnswered?: boolean | undefined
}

/** A request to a KDC that a server passes on. draft-ietf-kitten-iakerb. */
interface RelayedRequest {
  exchange: 'AS' | 'TGS'
  service?: string | undefined
}

/** Whom a KDC gave a ticket, and the frame in which it did. */
export interface TicketHolder {
  user: string
  realm?: string | undefined
  frame: number
}

export interface SecurityTarget {
  netbiosComputer?: string | undefined
  netbiosDomain?: string | undefined
  dnsComputer?: string | undefined
  dnsDomain?: string | undefined
  /** Seconds since the epoch by the server's clock. */
  serverTime?: number | undefined
  spn?: string | undefined
  realm?: string | undefined
}

/** A logon to SMB, which calls through its pipes have as their identity unless RPC has one of its own. */
export interface SmbLogon {
  stream: number
  /** As Pipe.Session has it; 0 where the server gave none. */
  session: number
  firstFrame: number
  lastFrame: number
  /** The frame in which the client names the user. */
  userFrame?: number
  /** How it ended: NTSTATUS, undefined without an answer. */
  status?: number | undefined
  mechanism?: 'ntlm' | 'kerberos' | 'netlogon' | undefined
  user?: string | undefined
  domain?: string | undefined
  workstation?: string | undefined
  /** As SecurityContext has it. */
  machineId?: string | undefined
  anonymous?: boolean | undefined
  /** The server let the user in as its guest. */
  guest?: boolean | undefined
  /** As SecurityContext has it: 24 is NTLMv1. */
  ntResponseLength?: number | undefined
  kerberosError?: number | undefined
  kerberosErrorFrame?: number | undefined
  /** As SecurityContext has them. */
  clockSkew?: number | undefined
  relayed?: RelayedRequest | undefined
  target?: SecurityTarget | undefined
  ticketHolder?: TicketHolder | undefined
}

/** How a connection ended, by what the wire shows. */
export interface Close {
  /** `smb-close`: the client closed the pipe's file; the TCP connection under it may go on. MS-SMB2 2.2.15. */
  how: 'fin' | 'rst' | 'smb-close' | 'open'
  by?: 'client' | 'server' | undefined
  frame?: number | undefined
}

/** An error by which SMB answered a read, a write or a transaction on a pipe: the call that it carried has failed with it. */
export interface TransferError {
  frame: number
  /** NTSTATUS; a DOS error as the one that it corresponds to. MS-CIFS 2.2.2.4. */
  status: number
}

/** One RPC connection: a TCP stream, an SMB pipe, or a datagram activity. */
export interface Connection {
  /** Index in Conversation.connections. */
  index: number
  stream: number
  /** Of datagrams: the stream of answers that come from another port than the one that was asked. */
  answerStream?: number | undefined
  /** Row of Pipe, when over SMB. */
  pipe?: number | undefined
  pipeName?: string | undefined
  /** The logon to SMB that opened the pipe, where the capture has it. */
  smbLogon?: SmbLogon | undefined
  /** In order of their frames; undefined without any. */
  transferErrors?: TransferError[] | undefined
  transport: 'tcp' | 'smb' | 'smb2' | 'udp' | 'http'
  client: Endpoint
  server: Endpoint
  firstFrame: number
  lastFrame: number
  /** The TCP handshake was seen. */
  sawStart: boolean
  /** The bind was seen. */
  sawBind: boolean
  close: Close
  /** Every FIN and RST in order. */
  closes: Close[]
  contexts: PresentationContext[]
  /** The transfer syntax last accepted for each context id, UUID text. */
  transfers: Map<number, string>
  security: SecurityContext[]
  /** Negotiated: bind-time feature bits (MS-RPCE 2.2.2.14), fragment sizes, association group. */
  features?: number | undefined
  maxTransmit?: number | undefined
  maxReceive?: number | undefined
  associationGroup?: number | undefined
  /** The association group that the bind itself asks to join. C706 12.6.4.3. */
  requestedGroup?: number | undefined
  /** Bind_nak, when the server refused: reason, frame and row of Pdu. */
  nak?: { reason: number; frame: number; pdu: number }
  /** Rows of the call table that belong to it, in order of their requests. */
  calls: number[]
  /** Holes, lost places, cuts met on it. */
  gaps: number
}

export interface Endpoint {
  /** Row of Address, its text, and the port. */
  address: number
  text: string
  port: number
}

/** Columns of the call table: one row a call. */
export enum Call {
  /** Index of the connection. */
  Connection,
  CallId,
  /** Rows of Pdu: first and last of the request, first and last of the answer; NONE where missing. */
  RequestPdu,
  RequestEndPdu,
  ResponsePdu,
  ResponseEndPdu,
  /** Rows of Frame: where the request is complete, where the answer is; NONE where missing. */
  RequestFrame,
  ResponseFrame,
  /** Index into Conversation.interfaces; NONE when not known. */
  Interface,
  Opnum,
  ContextId,
  /** Index into the connection's security contexts; NONE without. */
  Security,
  /** auth_level of the request: its verifier's, or connect where it needs none; 0 without a security context. */
  Level,
  /** An Outcome. */
  Outcome,
  /**
   * Fault status; for a response, StubTail of its last fragment (the return value, where the method has one); for a call that
   * an error of SMB ended, that error; else NONE.
   */
  Status,
  /** An Executed. */
  Executed,
  /** Stub bytes of request and answer. */
  RequestBytes,
  ResponseBytes,
  /** From the request's last byte to the answer's first, in microseconds; NONE when open. */
  Microseconds,
  /** Index into Conversation.objects: the object UUID (IPID); NONE without. */
  Object,
  /** Row of Pdu: the co_cancel or orphaned that gave the call up; NONE without. */
  CancelPdu,
  COLUMNS,
}

export enum Outcome {
  /** No answer before the capture ended, connection still there. */
  Open,
  Response,
  Fault,
  /** The client gave it up (co_cancel or orphaned). */
  Cancelled,
  /** The connection ended before the answer, or SMB reported an error for the transfer that carried it. */
  Lost,
}

/** True if the server ran the call. */
export enum Executed {
  Unknown,
  Yes,
  No,
}

export interface Conversation {
  connections: Connection[]
  /** Logons to SMB in order. */
  smbLogons: SmbLogon[]
  calls: GrowingTable
  /** Interned UUID text of interfaces and objects, as Call.Interface and Call.Object index them. */
  interfaces: string[]
  objects: string[]
  /** PDU row to call row, NONE for PDUs of no call; as long as the PDU table. */
  callOfPdu(pdu: number): number
  /** Connection that a PDU row belongs to. */
  connectionOfPdu(pdu: number): Connection | undefined
}
