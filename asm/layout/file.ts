// Columns of what the file says about itself: interfaces, comments, notices, the events of a trace.

/** Container formats, as the first bytes show. */
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
  /** Its data is a text (UTF-16) and has no schema. */
  Text = 0x40,
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
  /** What the report beside the trace says about the machine, as JSON. */
  Report,
}
