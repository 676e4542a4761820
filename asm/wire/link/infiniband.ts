// IP over InfiniBand as captured on Linux: https://www.tcpdump.org/linktypes/LINKTYPE_IPOIB.html. Two link
// addresses of 20 bytes, then the encapsulation header of RFC 4391.
import * as cursor from "../../frame/cursor";
import { FieldKey, Format, Protocol } from "../../layout";
import { ofEtherType } from "./ether-type";

const SOURCE: usize = 0;
const DESTINATION: usize = SOURCE + 20;
const TYPE: usize = DESTINATION + 20;
const HEADER: usize = TYPE + 2 + 2;

export function infiniband(): Protocol {
  if (!cursor.has(HEADER)) return Protocol.None;
  const type = cursor.u16At(TYPE);
  cursor.field(FieldKey.IpOverInfiniBand, 0, <u32>HEADER, Format.None, 0);
  cursor.field(FieldKey.Addresses, SOURCE, 40, Format.Bytes);
  cursor.field(FieldKey.Type, TYPE, 2, Format.EtherType);
  cursor.advance(HEADER);
  return ofEtherType(type);
}
