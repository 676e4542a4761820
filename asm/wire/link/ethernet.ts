// Ethernet II frames: IEEE 802.3 3.2.
import * as cursor from "../../frame/cursor";
import { FieldKey, Format, Protocol } from "../../layout";
import { afterTypeOrLength } from "./ether-type";

const DESTINATION: usize = 0;
const SOURCE: usize = DESTINATION + 6;
const TYPE: usize = SOURCE + 6;
const HEADER: usize = TYPE + 2;

export function ethernet(): Protocol {
  if (!cursor.has(HEADER)) return Protocol.None;
  cursor.setLinkAddresses(cursor.at + SOURCE, cursor.at + DESTINATION);
  const type = cursor.u16At(TYPE);
  cursor.field(FieldKey.Ethernet, 0, <u32>HEADER, Format.None, 0);
  cursor.field(FieldKey.Destination, DESTINATION, 6, Format.Mac);
  cursor.field(FieldKey.Source, SOURCE, 6, Format.Mac);
  cursor.field(FieldKey.Type, TYPE, 2, Format.EtherType);
  cursor.advance(HEADER);
  return afterTypeOrLength(type);
}
