// Kerberos 5 messages over TCP: RFC 4120 7.2.2. Their inside is read elsewhere.
import * as cursor from "../../frame/cursor";
import { Lane, now } from "../../stream/lane";
import { Protocol } from "../../layout";
import * as unseal from "../../stream/unseal";
import * as message from "../../stream/message";
import { LONGEST, TAG } from "./kerberos-header";

/** Bytes of a message that are held, its length field included. */
const KEPT: u32 = message.KEPT + <u32>TAG;

/** How many of a message's first bytes to hold: with secrets all, since there may be keys in it. */
export function wanted(): u32 {
  return unseal.isUnsealing ? LONGEST : KEPT;
}

export function read(lane: Lane): void {
  cursor.setProtocol(Protocol.Kerberos);
  unseal.kerberos(lane.bytes + TAG, lane.headHave - <u32>TAG);
  message.add(Protocol.Kerberos, now, lane.stream, lane.bytes + TAG, lane.headHave - <u32>TAG);
}
