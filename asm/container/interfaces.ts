// The interfaces that frames were captured on, and what their link types mean.
import { Interface, Protocol } from "../layout";
import { NONE, interfaces } from "../table";

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

/** What a frame of this interface begins with; Unknown for a link type that is not read. */
export function protocol(row: u32): Protocol {
  return row < interfaces.rows ? ofLinkType(interfaces.get(Interface.LinkType, row)) : Protocol.Unknown;
}

/** https://www.tcpdump.org/linktypes.html; raw IP bears several numbers, as some systems wrote their own DLT. */
function ofLinkType(linkType: u32): Protocol {
  switch (linkType) {
    case 1:
      return Protocol.Ethernet;
    default:
      return Protocol.Unknown;
  }
}
