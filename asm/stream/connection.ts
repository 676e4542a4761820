// A TCP connection while it lives: what each side sent, and where the parser is in its bytes. What a
// connection carries is recognised by its ports or by its first bytes; a PDU in the middle of something else as well.
import { Direction, openDirection } from "./direction";
import { Framing, believable, guess } from "./framing";
import { LaneFlag } from "./lane";
import { Protocol, StreamFlag } from "../layout";
import * as message from "./message";
import { Session, openSession } from "./pipe";
import { Stock } from "../memory/pool";
import { Side, SideFlag } from "./sequence";
import { addFlag } from "./stream-flags";
import { isEndpointMapper, isRpcPort } from "../wire/rpc/dcerpc-ports";
import { KERBEROS, NETBIOS_SESSION, SMB, assignedTo } from "../wire/transport/ports";
import { isTunnel, keepHeader } from "../wire/transport/rpch";

/** What is known of a connection's bytes. */
enum Content {
  /** Nothing was said yet. */
  Unknown,
  /** Nothing that is parsed; a message of a known kind may still turn up. */
  Other,
  /** Messages of a Framing. */
  Known,
}

/** The first byte of a PDU of connection-oriented RPC. C706 12.6.3.1. */
const RPC_VERSION: u8 = 5;
/** Types of NetBIOS session packets; 0 is a message. RFC 1002 4.3.1. */
const SESSION_REQUEST: u8 = 0x81;
const SESSION_KEEP_ALIVE: u8 = 0x85;
/** Bytes kept of another protocol: enough for the magic numbers of SMB, TLS, HTTP, SSH and LDAP, and for no secret. */
const FOREIGN_BYTES: u32 = 8;

@unmanaged
export class Connection {
  /** Row of Stream. */
  stream: u32;
  content: Content;
  framing: Framing;
  /** LaneFlag bits for lanes of both directions. */
  laneFlags: u32;
  /** From the SYN to the acknowledgement that ends the handshake, in microseconds; 0 when not seen. */
  roundTrip: u32;
  synMicros: u32;
  /** Reset, or finished by both sides. */
  hasEnded: bool;
  /** A channel of RPC over HTTP. */
  private tunnels: bool;
  private smb: usize;
  private directionA: usize;
  private directionB: usize;

  /** What is known of SMB on it. */
  get session(): Session {
    if (this.smb == 0) this.smb = changetype<usize>(openSession());
    return changetype<Session>(this.smb);
  }

  side(ofB: bool): Side {
    return changetype<Side>(changetype<usize>(this) + offsetof<Connection>() + (ofB ? offsetof<Side>() : 0));
  }

  /** Parses a segment's payload: `length` bytes on the wire, `captured` of them at `segment`, `at` bytes into `frame`. */
  data(fromB: bool, sequence: u32, segment: usize, captured: u32, length: u32, frame: u32, at: u32): void {
    const isFirst = !this.side(fromB).has(SideFlag.DataSeen);
    this.side(fromB).flags |= SideFlag.DataSeen;
    if (isFirst && this.content != Content.Known && isTunnel(segment, captured)) {
      // The PDUs are behind HTTP headers, which the search passes over.
      this.becomes(Framing.Rpc);
      addFlag(this.stream, StreamFlag.Http);
      this.tunnels = true;
    }
    if (this.tunnels) keepHeader(this.stream, segment, captured);
    else if (isFirst && this.content == Content.Known) this.keepForeign(fromB, sequence, segment, captured, frame);
    let direction = this.direction(fromB);
    if (direction == 0) {
      direction = this.open(fromB, isFirst, sequence, segment, captured);
      if (direction == 0) return;
    }
    const peer = this.side(!fromB);
    const open = changetype<Direction>(direction);
    open.push(sequence, segment, captured, length, frame, at, peer.has(SideFlag.Acknowledged), peer.ack);
    if (this.content == Content.Unknown) this.settle(open);
  }

  private isForeign(first: u8): bool {
    if (this.framing == Framing.Rpc) return first != RPC_VERSION;
    // The length of a Kerberos message, highest byte first. RFC 4120 7.2.2.
    if (this.framing == Framing.Kerberos) return first != 0;
    return this.framing == Framing.Netbios && first != 0 && (first < SESSION_REQUEST || first > SESSION_KEEP_ALIVE);
  }

  /** Keeps how a direction of a connection for RPC, SMB or Kerberos begins where that is neither: the other protocol can be told by it. */
  private keepForeign(fromB: bool, sequence: u32, segment: usize, captured: u32, frame: u32): void {
    const side = this.side(fromB);
    if (captured < FOREIGN_BYTES || !this.isForeign(load<u8>(segment))) return;
    if (side.has(SideFlag.SynSeen) && sequence == side.first)
      message.add(Protocol.Unknown, frame, this.stream, segment, FOREIGN_BYTES);
  }

  /** The connection has ended, or the capture: holes stay holes. */
  finish(): void {
    for (let ofB = 0; ofB < 2; ofB++) {
      const direction = this.direction(ofB != 0);
      if (direction) changetype<Direction>(direction).finish();
      this.drop(ofB != 0);
    }
    if (this.smb) this.session.finish();
    this.smb = 0;
  }

  /** Both sides have said that they are done: drops what waits for nothing. */
  rest(): void {
    for (let ofB = 0; ofB < 2; ofB++) {
      const direction = this.direction(ofB != 0);
      if (direction && changetype<Direction>(direction).isIdle) this.drop(ofB != 0);
    }
  }

  private direction(ofB: bool): usize {
    return ofB ? this.directionB : this.directionA;
  }

  private drop(ofB: bool): void {
    const at = this.direction(ofB);
    if (at == 0) return;
    const direction = changetype<Direction>(at);
    const side = this.side(ofB);
    side.parsed = direction.next;
    side.flags |= SideFlag.Parsed;
    direction.close();
    if (ofB) this.directionB = 0;
    else this.directionA = 0;
  }

  /** The direction for a segment, where there is something to parse; 0 where there is not. */
  private open(fromB: bool, isFirst: bool, sequence: u32, segment: usize, captured: u32): usize {
    const side = this.side(fromB);
    const flags = this.laneFlags | (fromB ? LaneFlag.FromB : 0);
    const atStart = isFirst && side.has(SideFlag.SynSeen);
    const owner = changetype<usize>(this);
    let opened: Direction;
    if (this.content == Content.Known) {
      if (atStart) opened = openDirection(this.framing, flags, this.stream, side.first, owner);
      else if (side.has(SideFlag.Parsed))
        opened = openDirection(this.framing, flags | LaneFlag.Searching, this.stream, side.parsed, owner);
      else {
        const known = believable(this.framing, segment, captured);
        opened = openDirection(this.framing, known ? flags : flags | LaneFlag.Searching, this.stream, sequence, owner);
      }
    } else if (this.content == Content.Unknown && atStart)
      opened = openDirection(Framing.Unknown, flags | LaneFlag.Unsure, this.stream, side.first, owner);
    else {
      this.content = Content.Other;
      const framing = captured > 0 ? guess(load<u8>(segment)) : Framing.Unknown;
      if (!believable(framing, segment, captured)) return 0;
      this.becomes(framing);
      opened = openDirection(framing, flags, this.stream, sequence, owner);
    }
    if (fromB) this.directionB = changetype<usize>(opened);
    else this.directionA = changetype<usize>(opened);
    return changetype<usize>(opened);
  }

  private becomes(framing: Framing): void {
    this.content = Content.Known;
    this.framing = framing;
  }

  /** The first message of a direction has shown what the connection carries, or that it is nothing known. */
  private settle(direction: Direction): void {
    const lane = direction.lane;
    if (lane.has(LaneFlag.Refused)) {
      this.content = Content.Other;
      this.drop(false);
      this.drop(true);
      this.side(false).flags &= ~SideFlag.Parsed;
      this.side(true).flags &= ~SideFlag.Parsed;
    } else if (!lane.has(LaneFlag.Unsure)) {
      this.becomes(lane.framing);
      for (let ofB = 0; ofB < 2; ofB++) {
        const other = this.direction(ofB != 0);
        if (other) changetype<Direction>(other).lane.settle(lane.framing);
      }
    }
  }
}

const connections = new Stock(offsetof<Connection>() + 2 * offsetof<Side>());

/** A connection between these ports, for a row of Stream. */
export function openConnection(stream: u32, portA: u32, portB: u32): Connection {
  const connection = changetype<Connection>(connections.take());
  connection.stream = stream;
  if (isEndpointMapper(portA) || isEndpointMapper(portB)) connection.laneFlags = LaneFlag.EndpointMapper;
  const framing = framingOf(portA, portB);
  if (framing != Framing.Unknown) {
    connection.content = Content.Known;
    connection.framing = framing;
  }
  return connection;
}

export function closeConnection(connection: Connection): void {
  connection.finish();
  connections.put(changetype<usize>(connection));
}

/** The user's choice comes first, then ports that are assigned to services: a client may take by chance what the endpoint mapper has named for a server. */
function framingOf(portA: u32, portB: u32): Framing {
  switch (assignedTo(portA, portB)) {
    case Protocol.Dcerpc:
      return Framing.Rpc;
    case Protocol.Smb2:
      return Framing.Netbios;
    case Protocol.Kerberos:
      return Framing.Kerberos;
  }
  if (portA == SMB || portB == SMB || portA == NETBIOS_SESSION || portB == NETBIOS_SESSION) return Framing.Netbios;
  if (portA == KERBEROS || portB == KERBEROS) return Framing.Kerberos;
  return isRpcPort(portA) || isRpcPort(portB) ? Framing.Rpc : Framing.Unknown;
}
