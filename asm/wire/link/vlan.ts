// VLAN tags: IEEE 802.1Q 9.6. The tag's own EtherType has been read by the header before it.
import * as cursor from "../../frame/cursor";
import { FieldKey, Format, Protocol } from "../../layout";
import { afterTypeOrLength } from "./ether-type";

const CONTROL: usize = 0;
const TYPE: usize = CONTROL + 2;
const HEADER: usize = TYPE + 2;

export function vlan(): Protocol {
  if (!cursor.has(HEADER)) return Protocol.None;
  const type = cursor.u16At(TYPE);
  cursor.field(FieldKey.VirtualLan, 0, <u32>HEADER, Format.None, 0);
  cursor.field(FieldKey.VlanControl, CONTROL, 2, Format.Hex);
  cursor.field(FieldKey.Type, TYPE, 2, Format.EtherType);
  cursor.advance(HEADER);
  return afterTypeOrLength(type);
}
