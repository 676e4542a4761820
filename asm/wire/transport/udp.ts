// UDP: RFC 768. What it carries is recognised by its port, or is a DCE/RPC PDU by its looks.
import * as cursor from "../../frame/cursor";
import { Analysis, FieldKey, Format, Frame, Protocol, Status } from "../../layout";
import * as unseal from "../../stream/unseal";
import * as message from "../../stream/message";
import * as stream from "../../stream/stream";
import { NONE } from "../../memory/table";
import { read as readDatagram } from "../rpc/dcerpc-datagram";
import { isQuestion } from "./dns-header";
import { isMessage } from "./kerberos-header";
import { DNS, KERBEROS, LLMNR, MULTICAST_DNS, NETBIOS_NAME, isServerPort } from "./ports";
import { isTeredo } from "../internet/teredo";
import { ofTunnelPort } from "../internet/vxlan";

const SOURCE_PORT: usize = 0;
const DESTINATION_PORT: usize = SOURCE_PORT + 2;
const LENGTH: usize = DESTINATION_PORT + 2;
const CHECKSUM: usize = LENGTH + 2;
const HEADER: usize = CHECKSUM + 2;

const TRANSPORT: u32 = 17;
/** A DNS message is a header at least: RFC 1035 4.1.1. NBNS and LLMNR share it. */
const DNS_HEADER: u32 = 12;

export function udp(): Protocol {
  if (!cursor.has(HEADER)) return Protocol.None;
  if (cursor.recording) describe();
  const sourcePort = cursor.u16At(SOURCE_PORT);
  const destinationPort = cursor.u16At(DESTINATION_PORT);
  cursor.set(Frame.SourcePort, sourcePort);
  cursor.set(Frame.DestinationPort, destinationPort);
  const length = cursor.u16At(LENGTH);
  // Zero means a jumbogram, RFC 2675: it reaches to the packet's end.
  if (length != min(length, cursor.wireLeft()) || length < <u32>HEADER)
    cursor.set(Frame.TcpFlags, Analysis.OtherLength);
  if (length >= <u32>HEADER) cursor.limit(length);
  else if (length != 0) {
    cursor.stop(Status.Malformed);
    return Protocol.None;
  }
  cursor.advance(HEADER);
  cursor.set(Frame.PayloadAt, <u32>(cursor.at - cursor.start));
  cursor.set(Frame.PayloadLength, cursor.wireLeft());
  const tunnel = ofTunnelPort(destinationPort);
  if (tunnel != Protocol.None) return tunnel;
  if (isTeredo(sourcePort, destinationPort)) return Protocol.Teredo;
  if (cursor.recording) cursor.field(FieldKey.Payload, 0, cursor.left(), Format.Bytes);
  else follow(sourcePort, destinationPort);
  return Protocol.None;
}

/** Adds the datagram to its conversation. */
function follow(sourcePort: u32, destinationPort: u32): void {
  const talk = stream.find(TRANSPORT, cursor.source, sourcePort, cursor.destination, destinationPort);
  if (talk.row == NONE) {
    if (isServerPort(sourcePort, destinationPort)) stream.swap(talk);
    if (stream.begin(talk, cursor.row, 0) == NONE) return;
  }
  cursor.set(Frame.Stream, talk.row);
  stream.count(talk.row, cursor.row, cursor.wireLeft());
  const neighbour = neighbourOf(sourcePort, destinationPort);
  if (neighbour == Protocol.None) {
    if (readDatagram(talk.row, stream.fromB) || isMulticastDns(sourcePort, destinationPort)) return;
    if (isQuestion(cursor.at, cursor.left())) found(Protocol.Dns, talk.row);
  } else if (cursor.left() >= DNS_HEADER && (neighbour != Protocol.Kerberos || isMessage(cursor.at))) {
    if (neighbour == Protocol.Kerberos) unseal.kerberos(cursor.at, cursor.left());
    found(neighbour, talk.row);
  }
}

function found(protocol: Protocol, stream: u32): void {
  cursor.setProtocol(protocol);
  message.add(protocol, cursor.row, stream, cursor.at, cursor.left());
}

/** Announcements and questions to a whole link are none to a server: RFC 6762. */
function isMulticastDns(sourcePort: u32, destinationPort: u32): bool {
  return sourcePort == MULTICAST_DNS || destinationPort == MULTICAST_DNS;
}

function neighbourOf(sourcePort: u32, destinationPort: u32): Protocol {
  if (sourcePort == DNS || destinationPort == DNS) return Protocol.Dns;
  if (sourcePort == NETBIOS_NAME || destinationPort == NETBIOS_NAME) return Protocol.Nbns;
  if (sourcePort == LLMNR || destinationPort == LLMNR) return Protocol.Llmnr;
  return sourcePort == KERBEROS || destinationPort == KERBEROS ? Protocol.Kerberos : Protocol.None;
}

function describe(): void {
  cursor.field(FieldKey.Udp, 0, <u32>HEADER, Format.None, 0);
  cursor.field(FieldKey.SourcePort, SOURCE_PORT, 2, Format.Number);
  cursor.field(FieldKey.DestinationPort, DESTINATION_PORT, 2, Format.Number);
  cursor.field(FieldKey.Length, LENGTH, 2, Format.Number);
  cursor.field(FieldKey.Checksum, CHECKSUM, 2, Format.Hex);
}
