// Kerberos 5 over TCP: RFC 4120 7.2.2, a length of four bytes before each message. Its inside is read elsewhere.
import * as cursor from "../../frame/cursor";
import { Lane, now } from "../../stream/lane";
import { Protocol } from "../../layout";
import * as unseal from "../../stream/unseal";
import * as message from "../../stream/message";

const LENGTH: usize = 0;
const TAG: usize = LENGTH + 4;

/** Length field and first byte of the message. */
export const HEADER: u32 = <u32>TAG + 1;
/** Bytes of a message that are held, its length field included. */
const KEPT: u32 = message.KEPT + <u32>TAG;
/** Tickets with large authorization data reach 64 kB; more is no Kerberos. */
const LONGEST: u32 = 0x20000;

/** Every message is an ASN.1 APPLICATION tag, constructed. */
export function isMessage(at: usize): bool {
  const tag = load<u8>(at);
  return tag >= 0x6a && tag <= 0x7e;
}

/** Length of the message with its length field, 0 when this is none. */
export function sizeOf(at: usize): u32 {
  const length = bswap<u32>(load<u32>(at + LENGTH));
  return length > 1 && length < LONGEST && isMessage(at + TAG) ? length + <u32>TAG : 0;
}

/** How many of a message's first bytes to hold: with secrets all, since there may be keys in it. */
export function wanted(): u32 {
  return unseal.isUnsealing ? LONGEST : KEPT;
}

export function read(lane: Lane): void {
  cursor.setProtocol(Protocol.Kerberos);
  unseal.kerberos(lane.bytes + TAG, lane.headHave - <u32>TAG);
  message.add(Protocol.Kerberos, now, lane.stream, lane.bytes + TAG, lane.headHave - <u32>TAG);
}
