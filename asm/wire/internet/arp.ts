// ARP: RFC 826. Kept, because two machines with one address, or none, explain failures.
import * as cursor from "../../frame/cursor";
import { Format, Protocol } from "../../layout";
import * as message from "../../stream/message";
import { NONE } from "../../memory/table";

const HARDWARE: usize = 0;
const PROTOCOL: usize = HARDWARE + 2;
const HARDWARE_LENGTH: usize = PROTOCOL + 2;
const PROTOCOL_LENGTH: usize = HARDWARE_LENGTH + 1;
const OPERATION: usize = PROTOCOL_LENGTH + 1;
const ADDRESSES: usize = OPERATION + 2;
const HEADER: usize = ADDRESSES;

export function arp(): Protocol {
  if (!cursor.has(HEADER)) return Protocol.None;
  const hardware = cursor.u8At(HARDWARE_LENGTH);
  const protocol = cursor.u8At(PROTOCOL_LENGTH);
  const length = <u32>HEADER + 2 * (hardware + protocol);
  if (!cursor.has(length)) return Protocol.None;
  if (cursor.row != NONE) message.add(Protocol.Arp, cursor.row, NONE, cursor.at, length, length);
  describe(hardware, protocol);
  return Protocol.None;
}

function describe(hardware: u32, protocol: u32): void {
  if (!cursor.recording) return;
  const mac = hardware == 6 ? Format.Mac : Format.Bytes;
  const ip = protocol == 4 ? Format.Ipv4 : Format.Bytes;
  let at = ADDRESSES;
  cursor.field("Address Resolution Protocol", 0, <u32>HEADER + 2 * (hardware + protocol), Format.None, 0);
  cursor.field("Hardware type", HARDWARE, 2, Format.Number);
  cursor.field("Protocol type", PROTOCOL, 2, Format.EtherType);
  cursor.field("Operation", OPERATION, 2, Format.Number);
  cursor.field("Sender hardware address", at, hardware, mac);
  at += hardware;
  cursor.field("Sender protocol address", at, protocol, ip);
  at += protocol;
  cursor.field("Target hardware address", at, hardware, mac);
  at += hardware;
  cursor.field("Target protocol address", at, protocol, ip);
}
