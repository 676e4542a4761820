// What the parser writes and everyone else reads, described once. asc compiles this file into
// the module and src/ imports it as it stands, so it holds enums only: they mean the same to both.
//
// A table is a struct of arrays of u32, in pages of 65,536 rows that never move:
//
//   header    | Rows | Columns | Pages | PageIndex |            one a table, side by side
//                                          |
//   index     | page 0 | page 1 | ...  <---+                    addresses, MAX_PAGES of them
//                |
//   page      | column 0: 65,536 u32 | column 1: 65,536 u32 | ...
//
// NONE (0xffffffff) stands where a row number or a value is missing.

/** The tables, in the order of their headers. */
export enum Tables {
  Frame,
  Stream,
  Pdu,
  Pipe,
  Message,
  Address,
  Interface,
  Comment,
  Notice,
  Chunk,
  Event,
  Note,
  Field,
  COUNT,
}

/** The words of a table's header. Rows is written last, so a reader never sees a half-written row. */
export enum TableHeader {
  Rows,
  Columns,
  Pages,
  PageIndex,
  WORDS,
}

export enum Paging {
  ROW_BITS = 16,
  ROWS = 0x10000,
  MAX_PAGES = 0x1000,
}

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
}

/** One row a TCP connection or UDP conversation. A is whoever is taken for the client when the row is made. */
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
  /** How many SYNs A sent (retransmissions included). */
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
  /** An object UUID stands before the stub. */
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
  /** NT status of the create. */
  Status,
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
  /** A Protocol: Dns, Nbns, Llmnr, Kerberos, Icmp, Icmpv6, Arp, Smb1, Smb2. */
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

/** One row a capture interface (pcap has one). */
export enum Interface {
  /** pcap DLT / pcapng LINKTYPE number; 0x10000 + media type of Network Monitor where there is none. */
  LinkType,
  SnapLength,
  /** pcapng if_tsresol byte as written (6 = microseconds), and if_tsoffset seconds low, high. */
  Resolution,
  OffsetLow,
  OffsetHigh,
  /** Which pcapng section it belongs to, from 0. */
  Section,
  /** Kept UTF-8 if_name and if_description. */
  Name,
  NameLength,
  Description,
  DescriptionLength,
  /** From the interface statistics block: packets received and dropped, low words; NONE without. */
  Received,
  Dropped,
  COLUMNS,
}

/** One row a comment or other text that the file carries. */
export enum Comment {
  /** Row of Frame, or NONE when it is about the section. */
  Frame,
  /** A CommentKind. */
  Kind,
  /** Kept UTF-8 text. */
  Text,
  TextLength,
  COLUMNS,
}

export enum CommentKind {
  Comment,
  Hardware,
  OperatingSystem,
  Application,
  /** A name resolution record: "address name", the address of IPv6 in eight groups. */
  Name,
}

/** One row a thing that is wrong with the file itself. */
export enum Notice {
  Status,
  /** Frames read before it. */
  Frame,
  AtLow,
  AtHigh,
  /** A number that the sentence about it needs (a length, a type). */
  Value,
  COLUMNS,
}

/** One row a megabyte of kept bytes: columns called Kept, Name and Text point into these. */
export enum Chunk {
  /** Its first byte's address, and how many bytes are in use. An item never crosses from one chunk into the next. */
  At,
  Used,
  COLUMNS,
}

/** One row an event of an event trace, in the order of time. */
export enum Event {
  /** Seconds since the epoch, and nanoseconds within the second. */
  Seconds,
  Nanos,
  /** Frames before it in the order of time; row of the frame that it belongs to, or NONE. */
  FramesBefore,
  Frame,
  /** Which Provider note names its provider, counted from 0. */
  Provider,
  /** Event id | version << 16; level | opcode << 8 | task << 16. */
  Id,
  Descriptor,
  ProcessId,
  ThreadId,
  /** EventFlag bits. */
  Flags,
  /** First of its bytes in the file: low 32 bits, then high; and how many there are. */
  AtLow,
  AtHigh,
  Length,
  /** Address of a kept copy of its bytes; 0 where they are in the file only. */
  Kept,
  COLUMNS,
}

/** Bits of Event.Flags. An event's bytes are its activity (16 bytes), what the bits name, and its data. */
export enum EventFlag {
  /** Its bytes are kept before those of others. */
  Kept = 1,
  /** A related activity's GUID; a TraceLogging schema, its length in two bytes before it. */
  Related = 2,
  TraceLogging = 4,
  /** Pointers in the data are 4 bytes wide. */
  Pointer32 = 8,
  /** An event of the old kind: its id is its type within the class. */
  Classic = 0x10,
  /** Carried a frame, whose bytes are not part of the event's. */
  Frame = 0x20,
}

/** One row a thing that an event trace says about itself or its events. */
export enum Note {
  /** A NoteKind. */
  Kind,
  Kept,
  KeptLength,
  COLUMNS,
}

export enum NoteKind {
  /** GUID of a provider, then its name (UTF-8) where events give it. */
  Provider,
  /** TRACE_EVENT_INFO. */
  Schema,
  /** Provider GUID, then EVENT_MAP_INFO. */
  Map,
  /** Of a kernel's event: hook id (2 bytes), version, width of pointers, seconds, nanoseconds; then its data. */
  Kernel,
  /** What merging wrote about the machine. */
  Machine,
  /** Counts of the whole trace, as JSON. */
  Summary,
}

/** One row a decoded field of the frame or PDU last described. */
export enum Field {
  /** Address of the label, an AssemblyScript string (UTF-16, byte length at -4). */
  Label,
  /** First byte, counted from the start of what was described, and how many. */
  At,
  Length,
  /** A Format: how the bytes read. */
  Format,
  /** How deep in the tree; 0 is a protocol's own line. */
  Depth,
  /** The Protocol that it belongs to. */
  Protocol,
  COLUMNS,
}

/** How the bytes of a field are to be shown. Numbers are big-endian unless they say Little. */
export enum Format {
  /** A heading: no value of its own. */
  None,
  Number,
  NumberLittle,
  Hex,
  HexLittle,
  Bytes,
  Mac,
  Ipv4,
  Ipv6,
  /** 16 bytes, the first three parts little-endian. */
  UuidLittle,
  UuidBig,
  Ascii,
  Utf16Little,
  TcpFlags,
  EtherType,
  IpProtocol,
  PduType,
  PduFlags,
  AuthType,
  AuthLevel,
  FaultStatus,
  FaultStatusLittle,
  Dotted,
}

/** Container formats, as the first bytes tell them. */
export enum FileFormat {
  Unknown,
  /** Fewer bytes than any format's header. */
  TooShort,
  Pcap,
  PcapModified,
  PcapNg,
  NetMon1,
  NetMon2,
  Snoop,
  Etl,
}

export enum Protocol {
  None,
  Unknown,
  Ethernet,
  Vlan,
  Arp,
  Ipv4,
  Ipv6,
  Icmp,
  Icmpv6,
  Tcp,
  Udp,
  Dcerpc,
  NetbiosSession,
  Smb1,
  Smb2,
  Dns,
  Nbns,
  Llmnr,
  Kerberos,
  Http,
  Tls,
  LinuxCooked,
  LinuxCooked2,
  Loopback,
  RawIp,
  Ppp,
  Pppoe,
  Mpls,
  Gre,
  Vxlan,
  Ieee80211,
  Radiotap,
  Llc,
  Ldap,
  Geneve,
  VnTag,
  ProviderBackbone,
  Infiniband,
  Ppi,
  Prism,
  Pktap,
  Nflog,
  EtherIp,
  NetmonEvent,
  NetmonWireless,
}

/** Why a frame, or the file, was not read to its end. */
export enum Status {
  Ok,
  /** The frame was cut by the snapshot length, or ends early. */
  Truncated,
  /** Bytes contradict the protocol. */
  Malformed,
  /** A link type or feature that is not read. */
  Unsupported,
  /** IP fragment whose datagram is not complete. */
  Fragment,
  /** The file ends within a record. */
  FileCut,
  /** A record header that cannot be true; nothing after it can be read. */
  FileBroken,
  /** The file holds more than memory does; nothing after it is read. */
  FileTooLarge,
}

/** PDU types. C706 12.6.4 (connections), 12.5 (datagrams); rts is MS-RPCH 2.2.3.2. */
export enum PduType {
  Request = 0,
  Ping = 1,
  Response = 2,
  Fault = 3,
  Working = 4,
  NoCall = 5,
  Reject = 6,
  Ack = 7,
  DatagramCancel = 8,
  Fack = 9,
  CancelAck = 10,
  Bind = 11,
  BindAck = 12,
  BindNak = 13,
  AlterContext = 14,
  AlterContextResponse = 15,
  Auth3 = 16,
  Shutdown = 17,
  Cancel = 18,
  Orphaned = 19,
  Rts = 20,
}

/** Authentication levels. MS-RPCE 2.2.1.1.8. */
export enum AuthLevel {
  Default = 0,
  None = 1,
  Connect = 2,
  Call = 3,
  Packet = 4,
  Integrity = 5,
  Privacy = 6,
}

/** Security providers that a verifier names. MS-RPCE 2.2.1.1.7. */
export enum AuthType {
  None = 0,
  Spnego = 9,
  Ntlm = 10,
  Schannel = 14,
  Kerberos = 16,
  Netlogon = 68,
}

/** Flags of a TCP header. RFC 9293 3.1. */
export enum TcpFlag {
  Fin = 0x01,
  Syn = 0x02,
  Rst = 0x04,
  Psh = 0x08,
  Ack = 0x10,
}

/** Protocols above IP that code decides by. IANA "Protocol Numbers". */
export enum IpProtocol {
  Icmp = 1,
  Tcp = 6,
  Udp = 17,
  Icmpv6 = 58,
}
