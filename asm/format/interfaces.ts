// The interfaces that frames were captured on, and what their link types mean.
import { Interface, Protocol } from "../layout";
import { NONE, interfaces } from "../memory/table";
import { ofLinkType } from "../wire/link/link-type";

/** No container holds a longer frame than this; a greater length is a broken record (libpcap's bound). */
export const MAX_FRAME: u32 = 0x40000;

/** Adds an interface; returns its row, NONE when there is no room. */
export function add(linkType: u32, snapLength: u32, section: u32): u32 {
  const row = interfaces.next();
  if (row == NONE) return NONE;
  interfaces.set(Interface.LinkType, row, linkType);
  interfaces.set(Interface.SnapLength, row, snapLength);
  interfaces.set(Interface.Resolution, row, 6);
  interfaces.set(Interface.OffsetLow, row, 0);
  interfaces.set(Interface.OffsetHigh, row, 0);
  interfaces.set(Interface.Section, row, section);
  interfaces.set(Interface.Name, row, 0);
  interfaces.set(Interface.NameLength, row, 0);
  interfaces.set(Interface.Description, row, 0);
  interfaces.set(Interface.DescriptionLength, row, 0);
  interfaces.set(Interface.Received, row, NONE);
  interfaces.set(Interface.Dropped, row, NONE);
  interfaces.publish();
  return row;
}

/** The current interface: its row, and what its frames begin with. */
export let selected: u32 = NONE;
export let link: Protocol = Protocol.Unknown;
let resolution: u32 = 0;
let offset: i64 = 0;
/** How many units of its clock make a second; 0 when more than can be counted. */
let unitsPerSecond: u64 = 0;
/** What time() computed; NONE where there is no time. */
export let seconds: u32 = 0;
export let nanos: u32 = 0;

/** Turns to the interface numbered `id` in the section whose first is `first`; false when there is no such. */
export function select(first: u32, id: u32): bool {
  const row = first + id;
  if (row == selected) return true;
  if (row < first || row >= interfaces.rows) return false;
  selected = row;
  link = protocol(row);
  resolution = interfaces.get(Interface.Resolution, row);
  offset = ((<i64>interfaces.get(Interface.OffsetHigh, row)) << 32) | (<i64>interfaces.get(Interface.OffsetLow, row));
  unitsPerSecond = units(resolution);
  return true;
}

/** Forgets the current interface, because one was added or changed. */
export function forget(): void {
  selected = NONE;
}

/** if_tsresol: a negative power of ten, or of two where the highest bit is set. */
function units(resolution: u32): u64 {
  const exponent = resolution & 0x7f;
  if (resolution & 0x80) return exponent < 64 ? (<u64>1) << exponent : 0;
  if (exponent > 19) return 0;
  let value: u64 = 1;
  for (let i: u32 = 0; i < exponent; i++) value *= 10;
  return value;
}

/** Works out seconds and nanos from a time stamp of the current interface. */
export function time(stamp: u64): void {
  if (resolution == 6) {
    // The usual case, apart so that the compiler can divide by a constant.
    const whole = stamp / 1_000_000;
    seconds = <u32>(whole + offset);
    nanos = <u32>(stamp - whole * 1_000_000) * 1000;
    return;
  }
  if (unitsPerSecond == 0) {
    seconds = NONE;
    nanos = NONE;
    return;
  }
  const whole = stamp / unitsPerSecond;
  seconds = <u32>(whole + offset);
  nanos = <u32>nanosOf(stamp - whole * unitsPerSecond);
}

/** Nanoseconds in less than a second's units, without overflow. */
function nanosOf(fraction: u64): u64 {
  const exponent = resolution & 0x7f;
  if ((resolution & 0x80) == 0) {
    return exponent <= 9 ? fraction * (1_000_000_000 / unitsPerSecond) : fraction / (unitsPerSecond / 1_000_000_000);
  }
  // 34 bits leave room for the factor, which takes 30.
  const spare: u32 = exponent > 34 ? exponent - 34 : 0;
  return ((fraction >> spare) * 1_000_000_000) >> (exponent - spare);
}

/** What a frame of this interface begins with; Unknown for a link type that is not read. */
export function protocol(row: u32): Protocol {
  return row < interfaces.rows ? ofLinkType(interfaces.get(Interface.LinkType, row)) : Protocol.Unknown;
}
