// MPLS label stacks: RFC 3032; pseudowires behind them: RFC 4385.
import * as cursor from "../../frame/cursor";
import { FieldKey, Format, Protocol } from "../../layout";

const LABEL: usize = 0;
const ENTRY: usize = LABEL + 4;

const BOTTOM_OF_STACK: u32 = 0x100;
const CONTROL_WORD: usize = 4;

/** Reads one entry of the stack; nothing says what follows the last but its first four bits. */
export function mpls(): Protocol {
  if (!cursor.has(ENTRY)) return Protocol.None;
  const entry = cursor.u32At(LABEL);
  cursor.field(FieldKey.Mpls, 0, <u32>ENTRY, Format.None, 0);
  cursor.field(FieldKey.MplsLabel, LABEL, 4, Format.Hex);
  cursor.advance(ENTRY);
  if (!(entry & BOTTOM_OF_STACK)) return Protocol.Mpls;
  if (!cursor.has(1)) return Protocol.None;
  const first = cursor.u8At(0) >> 4;
  if (first == 4) return Protocol.Ipv4;
  if (first == 6) return Protocol.Ipv6;
  if (first != 0 || !cursor.has(CONTROL_WORD)) return Protocol.None;
  cursor.field(FieldKey.PseudowireControl, 0, <u32>CONTROL_WORD, Format.Hex);
  cursor.advance(CONTROL_WORD);
  return Protocol.Ethernet;
}
