// Ethernet II frames: IEEE 802.3 3.2.
import * as cursor from "../../frame/cursor";
import { Format, Protocol } from "../../layout";
import { afterTypeOrLength } from "./ether-type";

const DESTINATION: usize = 0;
const SOURCE: usize = DESTINATION + 6;
const TYPE: usize = SOURCE + 6;
const HEADER: usize = TYPE + 2;

export function ethernet(): Protocol {
  if (!cursor.has(HEADER)) return Protocol.None;
  cursor.setLinkAddresses(cursor.at + SOURCE, cursor.at + DESTINATION);
  const type = cursor.u16At(TYPE);
  cursor.field("Ethernet II", 0, <u32>HEADER, Format.None, 0);
  cursor.field("Destination", DESTINATION, 6, Format.Mac);
  cursor.field("Source", SOURCE, 6, Format.Mac);
  cursor.field("Type", TYPE, 2, Format.EtherType);
  cursor.advance(HEADER);
  return afterTypeOrLength(type);
}
