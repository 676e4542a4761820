// Tags between MAC addresses and EtherType that are no VLAN: VN-Tag (IEEE 802.1BR) and the service instance
// tag of provider backbone bridges (IEEE 802.1ah), behind which another whole frame follows.
import * as cursor from "../../frame/cursor";
import { FieldKey, Format, Protocol } from "../../layout";
import { afterTypeOrLength } from "./ether-type";

const TAG: usize = 0;
const TYPE: usize = TAG + 4;
const HEADER: usize = TYPE + 2;

const INSTANCE: usize = 0;
const INSTANCE_HEADER: usize = INSTANCE + 4;

export function vnTag(): Protocol {
  if (!cursor.has(HEADER)) return Protocol.None;
  const type = cursor.u16At(TYPE);
  cursor.field(FieldKey.VnTag, 0, <u32>HEADER, Format.None, 0);
  cursor.field(FieldKey.DirectionAndInterfaces, TAG, 4, Format.Hex);
  cursor.field(FieldKey.Type, TYPE, 2, Format.EtherType);
  cursor.advance(HEADER);
  return afterTypeOrLength(type);
}

export function providerBackbone(): Protocol {
  if (!cursor.has(INSTANCE_HEADER)) return Protocol.None;
  cursor.field(FieldKey.ServiceInstance, 0, <u32>INSTANCE_HEADER, Format.None, 0);
  cursor.field(FieldKey.PriorityAndServiceIdentifier, INSTANCE, 4, Format.Hex);
  cursor.advance(INSTANCE_HEADER);
  return Protocol.Ethernet;
}
