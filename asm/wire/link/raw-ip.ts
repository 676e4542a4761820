// An IP packet that nothing announces: its version says what it is.
import * as cursor from "../../frame/cursor";
import { Protocol, Status } from "../../layout";

export function rawIp(): Protocol {
  if (!cursor.has(1)) return Protocol.None;
  const version = cursor.u8At(0) >> 4;
  if (version == 4) return Protocol.Ipv4;
  if (version == 6) return Protocol.Ipv6;
  cursor.stop(Status.Malformed);
  return Protocol.None;
}
