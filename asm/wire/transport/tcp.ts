// TCP: RFC 9293 3.1; options of RFC 7323 (window scale, timestamps) and RFC 2018 (SACK).
import { addFlag } from "../../stream/stream-flags";
import { Connection, closeConnection, openConnection } from "../../stream/connection";
import * as cursor from "../../frame/cursor";
import { setNow } from "../../stream/lane";
import {
  Address,
  AddressKind,
  Analysis,
  FieldKey,
  Format,
  Frame,
  Protocol,
  Status,
  Stream,
  StreamFlag,
  TcpFlag,
} from "../../layout";
import { Segment, Side, SideFlag, analyse } from "../../stream/sequence";
import * as stream from "../../stream/stream";
import { NONE, addresses, frames, streams } from "../../memory/table";
import { isServerPort } from "./ports";

const SOURCE_PORT: usize = 0;
const DESTINATION_PORT: usize = SOURCE_PORT + 2;
const SEQUENCE: usize = DESTINATION_PORT + 2;
const ACKNOWLEDGMENT: usize = SEQUENCE + 4;
const OFFSET_AND_FLAGS: usize = ACKNOWLEDGMENT + 4;
const WINDOW: usize = OFFSET_AND_FLAGS + 2;
const CHECKSUM: usize = WINDOW + 2;
const URGENT: usize = CHECKSUM + 2;
const HEADER: usize = URGENT + 2;

const FLAGS: u32 = 0xfff;

enum Option {
  End = 0,
  None = 1,
  SegmentSize = 2,
  WindowScale = 3,
  SackPermitted = 4,
  Sack = 5,
  Timestamps = 8,
}

const TRANSPORT: u32 = 6;

/** Copies of an IPv6 packet are looked for among what came in the same stretch of time and the one before. */
const COPY_MICROS: u32 = 1024;

/** Connections that have ended keep their state for what still trickles in; so many, then the oldest is dropped. */
const ENDED: u32 = 1024;
const ended: usize = memory.data(<i32>(ENDED << 2), 4);
let endedAt: u32 = 0;

const segment = changetype<Segment>(memory.data(offsetof<Segment>(), 4));

export function tcp(): Protocol {
  if (cursor.left() >= <u32>SEQUENCE) {
    cursor.set(Frame.SourcePort, cursor.u16At(SOURCE_PORT));
    cursor.set(Frame.DestinationPort, cursor.u16At(DESTINATION_PORT));
  }
  if (!cursor.has(HEADER)) return Protocol.None;
  const header = (cursor.u16At(OFFSET_AND_FLAGS) >> 12) << 2;
  if (cursor.recording) describe(header);
  cursor.set(Frame.TcpFlags, cursor.u16At(OFFSET_AND_FLAGS) & FLAGS);
  cursor.set(Frame.Seq, cursor.u32At(SEQUENCE));
  cursor.set(Frame.Ack, cursor.u32At(ACKNOWLEDGMENT));
  cursor.set(Frame.Window, cursor.u16At(WINDOW));
  if (header <= cursor.wireLeft()) cursor.set(Frame.PayloadLength, cursor.wireLeft() - header);
  if (header < <u32>HEADER || header > cursor.wireLeft()) {
    cursor.stop(Status.Malformed);
    return Protocol.None;
  }
  // Options that the snapshot length cut off leave it known how long the segment was.
  cursor.set(Frame.PayloadAt, <u32>(cursor.at - cursor.start) + header);
  cursor.set(Frame.PayloadLength, cursor.wireLeft() - header);
  // A segment whose options were cut off belongs to its connection all the same.
  const captured = cursor.has(header) ? header : cursor.left();
  const options = cursor.at + HEADER;
  const checksum = cursor.u16At(CHECKSUM);
  segment.flags = cursor.u16At(OFFSET_AND_FLAGS) & FLAGS;
  segment.sequence = cursor.u32At(SEQUENCE);
  segment.ack = cursor.u32At(ACKNOWLEDGMENT);
  segment.window = cursor.u16At(WINDOW);
  const sourcePort = cursor.u16At(SOURCE_PORT);
  const destinationPort = cursor.u16At(DESTINATION_PORT);
  segment.length = cursor.wireLeft() - header;
  cursor.advance(captured);
  if (cursor.recording) cursor.field(FieldKey.Payload, 0, cursor.left(), Format.Bytes);
  else follow(sourcePort, destinationPort, checksum, windowShift(options, cursor.at));
  return Protocol.None;
}

/** Adds the segment to its connection. */
function follow(sourcePort: u32, destinationPort: u32, checksum: u32, shift: u32): void {
  const row = cursor.row;
  segment.micros = frames.get(Frame.Seconds, row) * 1_000_000 + frames.get(Frame.Nanos, row) / 1000;
  const talk = stream.find(TRANSPORT, cursor.source, sourcePort, cursor.destination, destinationPort);
  let bits: u32 = 0;
  if (talk.row == NONE) begin(talk, 0);
  else if (segment.flags & TcpFlag.Syn && takesPortsAgain(talk)) {
    bits = Analysis.ReusedPorts;
    begin(talk, StreamFlag.ReusedPorts);
  }
  if (talk.row == NONE) return;
  if (talk.connection == 0) revive(talk);
  const connection = changetype<Connection>(talk.connection);
  const fromB = stream.fromB;
  cursor.set(Frame.Stream, talk.row);
  stream.count(talk.row, row, segment.length);
  const side = connection.side(fromB);
  const copied = isCopy(side, row, checksum);
  if (segment.flags & TcpFlag.Syn) open(connection, shift, copied);
  else measure(connection);

  if (!side.has(SideFlag.Seen)) streams.set(fromB ? Stream.IsnB : Stream.IsnA, talk.row, side.first - 1);
  bits |= analyse(side, connection.side(!fromB), segment, connection.roundTrip);
  if (copied) bits |= Analysis.Duplicate;
  cursor.set(Frame.TcpFlags, segment.flags | bits);
  if (bits & Analysis.ZeroWindow) addFlag(talk.row, fromB ? StreamFlag.ZeroWindowB : StreamFlag.ZeroWindowA);

  setNow(row);
  if (segment.length > 0 && !(segment.flags & TcpFlag.Rst)) {
    const sequence = segment.sequence + (segment.flags & TcpFlag.Syn ? 1 : 0);
    const at = <u32>(cursor.at - cursor.start);
    connection.data(fromB, sequence, cursor.at, cursor.left(), segment.length, row, at);
  }
  if (segment.flags & (TcpFlag.Fin | TcpFlag.Rst)) close(talk, connection);
}

/** True if a SYN opens another connection than the one known between these ports. */
function takesPortsAgain(talk: stream.Talk): bool {
  if (talk.connection == 0) return true;
  const connection = changetype<Connection>(talk.connection);
  const side = connection.side(stream.fromB);
  const peer = connection.side(!stream.fromB);
  if (segment.flags & TcpFlag.Ack) {
    if (peer.has(SideFlag.SynSeen)) return false;
    return side.has(SideFlag.SynSeen) ? segment.sequence + 1 != side.first : side.has(SideFlag.DataSeen);
  }
  if (side.has(SideFlag.SynSeen)) return segment.sequence + 1 != side.first;
  return side.has(SideFlag.Seen) || peer.has(SideFlag.DataSeen);
}

/** Appends a row of Stream for the segment's connection, with the client, as far as is known, as A. */
function begin(talk: stream.Talk, flags: u32): void {
  const isAnswer = (segment.flags & (TcpFlag.Syn | TcpFlag.Ack)) == (TcpFlag.Syn | TcpFlag.Ack);
  const isRequest = (segment.flags & (TcpFlag.Syn | TcpFlag.Ack)) == TcpFlag.Syn;
  const source = (<u32>(stream.fromB ? talk.b : talk.a)) & 0xffff;
  const destination = (<u32>(stream.fromB ? talk.a : talk.b)) & 0xffff;
  const byServer = isAnswer || (!isRequest && isServerPort(source, destination));
  if (byServer != stream.fromB) stream.swap(talk);
  if (talk.connection) closeConnection(changetype<Connection>(talk.connection));
  talk.connection = 0;
  const midStream = segment.flags & TcpFlag.Syn ? 0 : StreamFlag.MidStream;
  if (stream.begin(talk, cursor.row, flags | midStream) != NONE) revive(talk);
}

function revive(talk: stream.Talk): void {
  const opened = openConnection(talk.row, (<u32>talk.a) & 0xffff, (<u32>talk.b) & 0xffff);
  talk.connection = changetype<usize>(opened);
}

function open(connection: Connection, shift: u32, copied: bool): void {
  const fromB = stream.fromB;
  const row = connection.stream;
  const side = connection.side(fromB);
  const isAnswer = (segment.flags & TcpFlag.Ack) != 0;
  side.flags |= SideFlag.SynSeen;
  side.first = segment.sequence + 1;
  const column = isAnswer ? Stream.SynAckFrame : Stream.SynFrame;
  if (streams.get(column, row) == NONE) streams.set(column, row, cursor.row);
  if (!isAnswer) {
    connection.synMicros = segment.micros;
    if (!fromB && !copied) streams.set(Stream.Syns, row, streams.get(Stream.Syns, row) + 1);
  }
  const shifts = streams.get(Stream.WindowShift, row);
  streams.set(Stream.WindowShift, row, fromB ? (shifts & 0xff00) | shift : (shifts & 0xff) | (shift << 8));
}

/** A segment without SYN: where the capture starts with it, and how long the handshake took if it ends one. */
function measure(connection: Connection): void {
  const side = connection.side(stream.fromB);
  const peer = connection.side(!stream.fromB);
  if (!side.has(SideFlag.Seen)) side.first = segment.sequence;
  else if (connection.roundTrip == 0 && side.has(SideFlag.SynSeen) && peer.has(SideFlag.SynSeen))
    connection.roundTrip = max<u32>(1, segment.micros - connection.synMicros);
}

function close(talk: stream.Talk, connection: Connection): void {
  const fromB = stream.fromB;
  const row = talk.row;
  streams.set(fromB ? Stream.LastFrameB : Stream.LastFrameA, row, cursor.row);
  if (segment.flags & TcpFlag.Fin) {
    const column = fromB ? Stream.FinFrameB : Stream.FinFrameA;
    if (streams.get(column, row) == NONE) streams.set(column, row, cursor.row);
    connection.side(fromB).flags |= SideFlag.FinSeen;
    if (connection.side(!fromB).has(SideFlag.FinSeen)) connection.rest();
    else if (!(segment.flags & TcpFlag.Rst)) return;
  }
  if (segment.flags & TcpFlag.Rst) {
    // A reset is often answered by one: only the first says who ended the connection.
    if (streams.get(Stream.RstFrame, row) == NONE) {
      streams.set(Stream.RstFrame, row, cursor.row);
      addFlag(row, fromB ? StreamFlag.RstByB : StreamFlag.RstByA);
    }
    connection.finish();
  }
  if (!connection.hasEnded) remember(talk);
  connection.hasEnded = true;
}

/** Keeps the state of an ended connection, and lets the one go that ended so many connections ago. */
function remember(talk: stream.Talk): void {
  const place = ended + ((<usize>(endedAt++ % ENDED)) << 2);
  const before = load<usize>(place);
  store<usize>(place, changetype<usize>(talk));
  if (before == 0) return;
  const old = changetype<stream.Talk>(before);
  if (old.connection == 0 || !changetype<Connection>(old.connection).hasEnded) return;
  closeConnection(changetype<Connection>(old.connection));
  old.connection = 0;
}

/** True if the sniffer saw this very packet before, as mirror ports and driver stacks do. */
function isCopy(side: Side, row: u32, checksum: u32): bool {
  const identification = frames.get(Frame.Extra, row) >> 8;
  if (identification) return side.isRepeated(fingerprint(identification, checksum));
  if (addresses.get(Address.Kind, cursor.source) != AddressKind.Ipv6) return false;
  // IPv6 numbers no packets. What comes again at once is no retransmission, for those wait longer; an acknowledgment
  // alone may rightly come twice at once.
  if (segment.length == 0 && !(segment.flags & (TcpFlag.Syn | TcpFlag.Fin | TcpFlag.Rst))) return false;
  const moment = segment.micros / COPY_MICROS;
  return side.isAmong(fingerprint(moment - 1, checksum)) || side.isRepeated(fingerprint(moment, checksum));
}

/** What a packet and its copy have in common, and no other packet. */
function fingerprint(identification: u32, checksum: u32): u32 {
  const words =
    (((<u64>segment.sequence) << 32) | (<u64>segment.ack)) ^
    (((<u64>((identification << 16) | checksum)) << 20) + <u64>((segment.length << 12) | segment.flags));
  const mixed = (words ^ (words >> 29)) * 0x9e3779b97f4a7c15;
  return (<u32>(mixed >> 32)) | 1;
}

/** The shift count among the options of a SYN; 0xff without. */
function windowShift(from: usize, to: usize): u32 {
  if (!(segment.flags & TcpFlag.Syn)) return 0xff;
  for (let at = from; at < to;) {
    const length = optionLength(at, to);
    if (length == 0) break;
    if (load<u8>(at) == Option.WindowScale && length == 3) return load<u8>(at + 2);
    at += length;
  }
  return 0xff;
}

/** Length of the option at `at`, 0 at the end of the list and where it is broken. */
function optionLength(at: usize, to: usize): usize {
  const kind = load<u8>(at);
  if (kind == Option.None) return 1;
  if (kind == Option.End || at + 2 > to) return 0;
  const length = <usize>load<u8>(at + 1);
  return length >= 2 && at + length <= to ? length : 0;
}

function describe(header: u32): void {
  cursor.field(FieldKey.Tcp, 0, min(max(header, <u32>HEADER), cursor.left()), Format.None, 0);
  cursor.field(FieldKey.SourcePort, SOURCE_PORT, 2, Format.Number);
  cursor.field(FieldKey.DestinationPort, DESTINATION_PORT, 2, Format.Number);
  cursor.field(FieldKey.SequenceRaw, SEQUENCE, 4, Format.Number);
  cursor.field(FieldKey.AcknowledgmentRaw, ACKNOWLEDGMENT, 4, Format.Number);
  cursor.field(FieldKey.Flags, OFFSET_AND_FLAGS, 2, Format.TcpFlags);
  cursor.field(FieldKey.Window, WINDOW, 2, Format.Number);
  cursor.field(FieldKey.Checksum, CHECKSUM, 2, Format.Hex);
  cursor.field(FieldKey.UrgentPointer, URGENT, 2, Format.Number);
  const end = cursor.at + min(header, cursor.left());
  if (end <= cursor.at + HEADER) return;
  cursor.field(FieldKey.Options, HEADER, <u32>(end - cursor.at - HEADER), Format.Bytes);
  for (let at = cursor.at + HEADER; at < end;) {
    const length = optionLength(at, end);
    if (length == 0) return;
    describeOption(at, <u32>length);
    at += length;
  }
}

function describeOption(at: usize, length: u32): void {
  const offset = at - cursor.at;
  switch (<u32>load<u8>(at)) {
    case Option.None:
      return;
    case Option.SegmentSize:
      return cursor.field(FieldKey.MaximumSegmentSize, offset + 2, length - 2, Format.Number, 2);
    case Option.WindowScale:
      return cursor.field(FieldKey.WindowScale, offset + 2, length - 2, Format.Number, 2);
    case Option.SackPermitted:
      return cursor.field(FieldKey.SackPermitted, offset, length, Format.None, 2);
    case Option.Timestamps:
      if (length < 10) break;
      cursor.field(FieldKey.TimestampValue, offset + 2, 4, Format.Number, 2);
      return cursor.field(FieldKey.TimestampEchoReply, offset + 6, 4, Format.Number, 2);
    case Option.Sack:
      for (let edge: u32 = 2; edge + 8 <= length; edge += 8) {
        cursor.field(FieldKey.SackLeftEdge, offset + edge, 4, Format.Number, 2);
        cursor.field(FieldKey.SackRightEdge, offset + edge + 4, 4, Format.Number, 2);
      }
      return;
  }
  cursor.field(FieldKey.Option, offset, length, Format.Bytes, 2);
}
