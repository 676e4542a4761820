// ARP: RFC 826. Kept, because two machines with one address, or none, explain failures.
import * as cursor from "../../frame/cursor";
import { FieldKey, Format, Protocol } from "../../layout";
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
  cursor.field(FieldKey.Arp, 0, <u32>HEADER + 2 * (hardware + protocol), Format.None, 0);
  cursor.field(FieldKey.HardwareType, HARDWARE, 2, Format.Number);
  cursor.field(FieldKey.ProtocolType, PROTOCOL, 2, Format.EtherType);
  cursor.field(FieldKey.Operation, OPERATION, 2, Format.Number);
  cursor.field(FieldKey.SenderHardwareAddress, at, hardware, mac);
  at += hardware;
  cursor.field(FieldKey.SenderProtocolAddress, at, protocol, ip);
  at += protocol;
  cursor.field(FieldKey.TargetHardwareAddress, at, hardware, mac);
  at += hardware;
  cursor.field(FieldKey.TargetProtocolAddress, at, protocol, ip);
}
