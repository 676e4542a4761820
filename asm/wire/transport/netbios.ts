// Packets of the NetBIOS session service, and the SMB messages in them: RFC 1002 4.3.1, MS-SMB2 2.1.
import { Connection } from "../../stream/connection";
import * as cursor from "../../frame/cursor";
import { Lane, LaneFlag, now } from "../../stream/lane";
import { Protocol, Stream, StreamFlag } from "../../layout";
import { Session } from "../../stream/pipe";
import { streams } from "../../memory/table";
import * as unseal from "../../stream/unseal";
import { COMPRESSED, ENCRYPTED, HEADER, MESSAGE, SHORTEST, SMB1, SMB2, TRANSFORM, TYPE } from "./netbios-header";
import * as smb1 from "../smb/smb1";
import * as smb2 from "../smb/smb2";

/** Enough to see what a message carries: header, body, and the beginning of the data. */
const LOOK: u32 = 256;
/** Shorter messages are held whole; so are longer ones that go through a pipe. */
const SHORT: u32 = 4096;

/** How many of a message's first bytes to hold, as far as `available` of them show. */
export function wanted(lane: Lane, bytes: usize, available: u32): u32 {
  if (available < min(LOOK, lane.length)) return LOOK;
  if (lane.length <= SHORT) return lane.length;
  const magic = load<u32>(bytes + HEADER);
  if ((magic == ENCRYPTED || magic == COMPRESSED) && unseal.isUnsealing) return lane.length;
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
