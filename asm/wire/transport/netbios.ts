// NetBIOS session service: RFC 1002 4.3.1, and the same four bytes before SMB on port 445: MS-SMB2 2.1.
import { Connection } from "../../stream/connection";
import * as cursor from "../../frame/cursor";
import { Lane, LaneFlag, now } from "../../stream/lane";
import { Protocol, Stream, StreamFlag } from "../../layout";
import { Session } from "../../stream/pipe";
import { streams } from "../../memory/table";
import * as unseal from "../../stream/unseal";
import * as smb1 from "../smb/smb1";
import * as smb2 from "../smb/smb2";

const TYPE: usize = 0;
export const HEADER: u32 = 4;

const MESSAGE: u32 = 0;
const KEEP_ALIVE: u32 = 0x85;
const LONGEST_CONTROL: u32 = 0xff;

/** The first four bytes of SMB messages. 0xfd is an encrypted, 0xfc a compressed one: MS-SMB2 2.2.41, 2.2.42. */
const SMB1: u32 = 0x424d53ff;
const SMB2: u32 = 0x424d53fe;
const ENCRYPTED: u32 = 0x424d53fd;
const COMPRESSED: u32 = 0x424d53fc;
const SHORTEST: u32 = 32;
/** The header before encrypted messages. */
const TRANSFORM: u32 = 52;

/** Enough to see what a message carries: header, body, and the beginning of the data. */
const LOOK: u32 = 256;
/** Shorter messages are held whole; so are longer ones that go through a pipe. */
const SHORT: u32 = 4096;

/** Length of the packet with its header; 0 for a type that does not exist. */
export function sizeOf(at: usize): u32 {
  const type = <u32>load<u8>(at + TYPE);
  const length = bswap<u32>(load<u32>(at)) & 0xffffff;
  if (type != MESSAGE && (type < 0x81 || type > KEEP_ALIVE || length > LONGEST_CONTROL)) return 0;
  return length + HEADER;
}

/** Whether a session message begins here that holds SMB. */
export function convincing(at: usize, available: u32): bool {
  if (available < HEADER + 4 || load<u8>(at + TYPE) != MESSAGE) return false;
  const magic = load<u32>(at + HEADER);
  return magic >= COMPRESSED && magic <= SMB1 && sizeOf(at) >= HEADER + SHORTEST;
}

export function search(from: usize, to: usize): usize {
  for (let at = from; at + HEADER + 4 <= to; at++) {
    if (convincing(at, <u32>(to - at))) return at;
  }
  return 0;
}

/** How many of a message's first bytes to hold, as far as `available` of them tell. */
export function wanted(lane: Lane, bytes: usize, available: u32): u32 {
  if (available < min(LOOK, lane.length)) return LOOK;
  if (lane.length <= SHORT) return lane.length;
  const magic = load<u32>(bytes + HEADER);
  if (magic == ENCRYPTED && unseal.isUnsealing) return lane.length;
  const smb = bytes + HEADER;
  const there = available - HEADER;
  const session = sessionOf(lane);
  const carries =
    (magic == SMB2 && smb2.carriesPipe(session, smb, there)) ||
    (magic == SMB1 && smb1.carriesPipe(session, smb, there));
  return carries ? lane.length : available;
}

/** The lane's packet is complete. */
export function read(lane: Lane): void {
  if (load<u8>(lane.bytes + TYPE) != MESSAGE || lane.headHave < HEADER + SHORTEST) return;
  const magic = load<u32>(lane.bytes + HEADER);
  const clear = unseal.smb(lane.stream, lane.has(LaneFlag.FromB), now, lane.bytes + HEADER, lane.headHave - HEADER);
  if (clear >= SHORTEST) return readClear(lane, clear);
  if (magic != SMB1 && magic != SMB2) {
    if (magic == ENCRYPTED || magic == COMPRESSED) cursor.setProtocol(Protocol.Smb2);
    if (magic == ENCRYPTED)
      streams.set(Stream.Flags, lane.stream, streams.get(Stream.Flags, lane.stream) | StreamFlag.SmbEncrypted);
    return;
  }
  const session = sessionOf(lane);
  if (lane.has(LaneFlag.Resynchronised)) session.restart();
  cursor.setProtocol(magic == SMB1 ? Protocol.Smb1 : Protocol.Smb2);
  if (magic == SMB1) smb1.read(lane, session, HEADER);
  else smb2.read(lane, session, HEADER);
}

/** Reads the messages that an encrypted one held in place of it. */
function readClear(lane: Lane, length: u32): void {
  cursor.setProtocol(Protocol.Smb2);
  const bytes = lane.bytes;
  const have = lane.headHave;
  const whole = lane.length;
  const at = lane.at;
  lane.bytes = unseal.clearAt;
  lane.headHave = length;
  lane.length = length;
  lane.at = at + HEADER + TRANSFORM;
  unseal.setDecrypted(true);
  if (load<u32>(lane.bytes) == SMB2) smb2.read(lane, sessionOf(lane), 0);
  unseal.setDecrypted(false);
  lane.bytes = bytes;
  lane.headHave = have;
  lane.length = whole;
  lane.at = at;
}

function sessionOf(lane: Lane): Session {
  return changetype<Connection>(lane.owner).session;
}
