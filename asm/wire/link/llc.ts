// Logical link control: IEEE 802.2, and SNAP: RFC 1042.
import * as cursor from "../../frame/cursor";
import { FieldKey, Format, Protocol } from "../../layout";
import { ofEtherType } from "./ether-type";

const DESTINATION: usize = 0;
const SOURCE: usize = DESTINATION + 1;
const CONTROL: usize = SOURCE + 1;
const HEADER: usize = CONTROL + 1;

const ORGANIZATION: usize = HEADER;
const TYPE: usize = ORGANIZATION + 3;
const SNAP_HEADER: usize = TYPE + 2;

const SNAP: u32 = 0xaa;
const IP: u32 = 0x06;
const UNNUMBERED_INFORMATION: u32 = 0x03;

/** Organizations whose codes are EtherTypes: encapsulated Ethernet, and the bridge-tunnel of RFC 1042 and 802.1H. */
const ETHERNET: u32 = 0x000000;
const BRIDGE_TUNNEL: u32 = 0x0000f8;

export function llc(): Protocol {
  if (!cursor.has(HEADER)) return Protocol.None;
  const destination = cursor.u8At(DESTINATION);
  const control = cursor.u8At(CONTROL);
  cursor.field(FieldKey.Llc, 0, <u32>HEADER, Format.None, 0);
  cursor.field(FieldKey.Dsap, DESTINATION, 1, Format.Hex);
  cursor.field(FieldKey.Ssap, SOURCE, 1, Format.Hex);
  cursor.field(FieldKey.Control, CONTROL, 1, Format.Hex);
  if (control != UNNUMBERED_INFORMATION) return Protocol.None;
  if (destination == IP) {
    cursor.advance(HEADER);
    return Protocol.Ipv4;
  }
  if (destination != SNAP || !cursor.has(SNAP_HEADER)) return Protocol.None;
  const organization = (cursor.u8At(ORGANIZATION) << 16) | cursor.u16At(ORGANIZATION + 1);
  const type = cursor.u16At(TYPE);
  cursor.field(FieldKey.OrganizationCode, ORGANIZATION, 3, Format.Hex);
  cursor.field(FieldKey.Type, TYPE, 2, Format.EtherType);
  cursor.advance(SNAP_HEADER);
  return organization == ETHERNET || organization == BRIDGE_TUNNEL ? ofEtherType(type) : Protocol.None;
}
