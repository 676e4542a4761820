// Columns of what was captured: frames, streams, PDUs, pipes, messages, addresses, and the bits within them.

/** One row a captured frame. */
export enum Frame {
  /** Seconds since the epoch, and nanoseconds within the second; NONE both where the file gives no time. */
  Seconds,
  Nanos,
  /** First byte of the frame in the file: low 32 bits, then high. */
  AtLow,
  AtHigh,
  /** Bytes in the file, and bytes on the wire. */
  Captured,
  Length,
  /** Row of Interface; NONE for a block of the file that no interface captured. */
  Interface,
  /** The deepest Protocol met; Status says whether it parsed. */
  Protocol,
  /** Where parsing stopped early: a Status. */
  Status,
  /** Rows of Address: IP where there is one, else MAC, else NONE. */
  Source,
  Destination,
  /** TCP or UDP ports; NONE without. */
  SourcePort,
  DestinationPort,
  /** Row of Stream, or NONE. */
  Stream,
  /** TCP flags as on the wire (low 12 bits), and Analysis bits above bit 12. */
  TcpFlags,
  /** TCP sequence and acknowledgement numbers, window: raw. */
  Seq,
  Ack,
  Window,
  /** Transport payload: first byte counted from the frame's first, and its length on the wire. */
  PayloadAt,
  PayloadLength,
  /** Protocol-specific: ICMP type << 8 | code; IPv4 identification << 8 | TTL for TCP. */
  Extra,
  COLUMNS,
}

/** What TCP says about a segment, in Frame.TcpFlags above the twelve flag bits. */
export enum Analysis {
  Retransmission = 0x1000,
  OutOfOrder = 0x2000,
  /** Bytes before this segment are not in the capture. */
  PreviousNotCaptured = 0x4000,
  /** Acknowledges bytes that are not in the capture. */
  AckedUnseen = 0x8000,
  DuplicateAck = 0x10000,
  ZeroWindow = 0x20000,
  KeepAlive = 0x40000,
  KeepAliveAck = 0x80000,
  ReusedPorts = 0x100000,
  ZeroWindowProbe = 0x200000,
  WindowUpdate = 0x400000,
  /** The same packet seen once more by the sniffer: same IP identification, same bytes. */
  Duplicate = 0x800000,
  /** Of any frame: it has network headers around the innermost, whose addresses and ports are in other columns. */
  Nested = 0x1000000,
  /** Of a UDP datagram: its header states another length than the packet around it has room for. */
  OtherLength = 0x2000000,
  /** Of a retransmission: duplicate acknowledgements asked for it. */
  FastRetransmission = 0x4000000,
}

/** One row a TCP connection or UDP conversation. A is the side that is treated as the client when the row is made. */
export enum Stream {
  /** 6 TCP, 17 UDP. */
  Transport,
  AddressA,
  PortA,
  AddressB,
  PortB,
  /** StreamFlag bits. */
  Flags,
  FirstFrame,
  LastFrame,
  Frames,
  /** Payload bytes seen from each side. */
  BytesA,
  BytesB,
  /** Initial sequence number: that of the SYN, or that of the first segment seen less one. */
  IsnA,
  IsnB,
  /** Frame rows, NONE where there is none. */
  SynFrame,
  SynAckFrame,
  FinFrameA,
  FinFrameB,
  RstFrame,
  /** How many SYNs A sent (retransmissions included, copies of one packet not). */
  Syns,
  /** Window shift counts of the SYNs, A << 8 | B; 0xff for none seen. */
  WindowShift,
  /** Holes that were never filled. */
  Gaps,
  /** Last frame with payload or FIN or RST from each side. */
  LastFrameA,
  LastFrameB,
  COLUMNS,
}

export enum StreamFlag {
  /** A DCE/RPC PDU was recognised in it. */
  Rpc = 1,
  /** First frame was no SYN: the capture starts within this stream. */
  MidStream = 2,
  /** B turned out to be the client (by the PDUs each side sent). */
  ClientIsB = 4,
  /** Which side sent the first RST, that of RstFrame. */
  RstByA = 8,
  RstByB = 0x10,
  /** At the end of the capture a PDU had begun and not ended, by side. */
  OpenPduA = 0x20,
  OpenPduB = 0x40,
  /** The port was taken again from an earlier stream. */
  ReusedPorts = 0x80,
  ZeroWindowA = 0x100,
  ZeroWindowB = 0x200,
  /** SMB 3 messages in it are encrypted: MS-SMB2 2.2.41. */
  SmbEncrypted = 0x400,
  /** RPC over HTTP: the channel's HTTP header or the server's banner was seen. MS-RPCH 2.1. */
  Http = 0x800,
}

/** One row a DCE/RPC PDU, in the order in which their last bytes arrive (so Pdu.Frame never falls). */
export enum Pdu {
  /** Row of the frame that completes it, and of the frame in which it starts. */
  Frame,
  FirstFrame,
  /** Row of Stream. */
  Stream,
  /** Row of Pipe, or NONE over plain TCP and UDP. */
  Pipe,
  /** First byte, counted from the first byte of FirstFrame (of the reassembled datagram where IP was fragmented). */
  At,
  /** ptype | pfc_flags << 8 | PduFlag bits << 16. */
  Head,
  /** frag_length | auth_length << 16. */
  Lengths,
  CallId,
  /** p_cont_id | opnum << 16 (requests), p_cont_id | cancel_count << 16 (responses, faults). */
  Context,
  /** auth_type | auth_level << 8 | auth_pad_length << 16; 0 without a verifier. */
  Auth,
  AuthContextId,
  /** Fault: status. Bind_nak: reject reason. Request, response: alloc_hint. */
  Status,
  /** Address and number of the bytes kept of the PDU from its first; 0 for none. KeptWhole says whether that is all but the verifier. */
  Kept,
  KeptLength,
  /** The last four bytes of a readable stub, little-endian as the PDU says; NONE where sealed or cut. */
  StubTail,
  /** Bytes of stub in this fragment: without object UUID, padding and verifier. */
  StubLength,
  COLUMNS,
}

/** Bits of Pdu.Head >> 16. */
export enum PduFlag {
  /** Sent by B of the stream. */
  FromB = 1,
  BigEndian = 2,
  /** The parser lost its place before it and found it again here. */
  Resynchronised = 4,
  /** Some of its bytes are not in the capture (snaplen, or a hole). */
  Cut = 8,
  /** Stub is encrypted: auth level privacy. */
  Sealed = 0x10,
  /** Version 4, over datagrams. */
  Connectionless = 0x20,
  /** An object UUID precedes the stub. */
  Object = 0x40,
  KeptWhole = 0x80,
  /** Its stub was encrypted and a secret opened it: Sealed is not set then, and what is kept is the clear text. */
  Unsealed = 0x100,
  /** Its signature was checked with a secret. */
  SignatureRight = 0x200,
  SignatureWrong = 0x400,
  /** It travelled in encrypted or compressed SMB messages: its bytes are not those of the frame. */
  Decrypted = 0x800,
}

/** One row an opened SMB pipe; what an SMB answer refused has a row as well. */
export enum Pipe {
  Stream,
  /** Kept UTF-16LE name. */
  Name,
  NameLength,
  OpenFrame,
  CloseFrame,
  /** NT status of the create, and the access mask that it asks for; 0 where the capture does not hold the request. */
  Status,
  Access,
  /** 1 SMB1, 2 SMB2 and 3. */
  Version,
  /** SMB session that opened it: UID, or the two halves of a SessionId, one exclusive-or the other. */
  Session,
  COLUMNS,
}

/** One row a message of a neighbour protocol that explains failures; its bytes are kept whole or to a limit. */
export enum Message {
  Frame,
  Stream,
  /** A Protocol: Dns, Nbns, Llmnr, Kerberos, Icmp, Icmpv6, Arp, Smb1, Smb2, Http and Tls on a channel of RPC over HTTP. */
  Protocol,
  Kept,
  KeptLength,
  /** Row of Pipe that an SMB message is about, where it reports an error of a read, write or transaction; else NONE. */
  Pipe,
  COLUMNS,
}

/** One row an address met. */
export enum Address {
  /** An AddressKind. */
  Kind,
  /** Its bytes in network order, four a word, first byte highest; unused words are 0. */
  Word0,
  Word1,
  Word2,
  Word3,
  COLUMNS,
}

export enum AddressKind {
  Mac,
  Ipv4,
  Ipv6,
}
