// Columns of the field tree of one frame or PDU, and how the bytes of a field read.

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
