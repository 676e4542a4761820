// Linux cooked capture, version 1 and 2: https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html,
// LINKTYPE_LINUX_SLL2.html. What "any" captures: the sender's link address only.
import * as cursor from "../../frame/cursor";
import { FieldKey, Format, Protocol } from "../../layout";
import { ofEtherType } from "./ether-type";

const PACKET_TYPE: usize = 0;
const DEVICE_TYPE: usize = PACKET_TYPE + 2;
const ADDRESS_LENGTH: usize = DEVICE_TYPE + 2;
const ADDRESS: usize = ADDRESS_LENGTH + 2;
const PROTOCOL: usize = ADDRESS + 8;
const HEADER: usize = PROTOCOL + 2;

const PROTOCOL_2: usize = 0;
const INTERFACE_2: usize = PROTOCOL_2 + 2 + 2;
const DEVICE_TYPE_2: usize = INTERFACE_2 + 4;
const PACKET_TYPE_2: usize = DEVICE_TYPE_2 + 2;
const ADDRESS_LENGTH_2: usize = PACKET_TYPE_2 + 1;
const ADDRESS_2: usize = ADDRESS_LENGTH_2 + 1;
const HEADER_2: usize = ADDRESS_2 + 8;

const MAC_BYTES: u32 = 6;
/** In place of an EtherType: an LLC header follows. */
const IEEE_802_2: u32 = 4;
/** Device types of tunnels that hand up whole frames or bare IP. */
const RAW_IP_DEVICE: u32 = 519;

export function linuxCooked(): Protocol {
  if (!cursor.has(HEADER)) return Protocol.None;
  const device = cursor.u16At(DEVICE_TYPE);
  const protocol = cursor.u16At(PROTOCOL);
  if (cursor.u16At(ADDRESS_LENGTH) == MAC_BYTES) cursor.setLinkAddresses(cursor.at + ADDRESS, 0);
  cursor.field(FieldKey.LinuxCooked, 0, <u32>HEADER, Format.None, 0);
  cursor.field(FieldKey.PacketType, PACKET_TYPE, 2, Format.Number);
  cursor.field(FieldKey.LinkLayerDeviceType, DEVICE_TYPE, 2, Format.Number);
  cursor.field(FieldKey.LinkLayerAddressLength, ADDRESS_LENGTH, 2, Format.Number);
  cursor.field(FieldKey.Source, ADDRESS, MAC_BYTES, Format.Mac);
  cursor.field(FieldKey.Protocol, PROTOCOL, 2, Format.EtherType);
  cursor.advance(HEADER);
  return follows(device, protocol);
}

export function linuxCooked2(): Protocol {
  if (!cursor.has(HEADER_2)) return Protocol.None;
  const device = cursor.u16At(DEVICE_TYPE_2);
  const protocol = cursor.u16At(PROTOCOL_2);
  if (cursor.u8At(ADDRESS_LENGTH_2) == MAC_BYTES) cursor.setLinkAddresses(cursor.at + ADDRESS_2, 0);
  cursor.field(FieldKey.LinuxCooked2, 0, <u32>HEADER_2, Format.None, 0);
  cursor.field(FieldKey.Protocol, PROTOCOL_2, 2, Format.EtherType);
  cursor.field(FieldKey.InterfaceIndex, INTERFACE_2, 4, Format.Number);
  cursor.field(FieldKey.LinkLayerDeviceType, DEVICE_TYPE_2, 2, Format.Number);
  cursor.field(FieldKey.PacketType, PACKET_TYPE_2, 1, Format.Number);
  cursor.field(FieldKey.LinkLayerAddressLength, ADDRESS_LENGTH_2, 1, Format.Number);
  cursor.field(FieldKey.Source, ADDRESS_2, MAC_BYTES, Format.Mac);
  cursor.advance(HEADER_2);
  return follows(device, protocol);
}

function follows(device: u32, protocol: u32): Protocol {
  if (protocol == IEEE_802_2) return Protocol.Llc;
  const known = ofEtherType(protocol);
  return known == Protocol.None && device == RAW_IP_DEVICE ? Protocol.RawIp : known;
}
