// What Network Monitor 3.x puts before frames: its 802.11 header, and events of Windows (EVENT_HEADER of
// evntcons.h), of which those of the provider Microsoft-Windows-NDIS-PacketCapture carry frames.
import * as cursor from "../../frame/cursor";
import { FieldKey, Format, Protocol, Status } from "../../layout";

// Little-endian.
const EVENT_TIME: usize = 16;
const PROVIDER: usize = EVENT_TIME + 8;
const EVENT_ID: usize = PROVIDER + 16;
const KEYWORD: usize = EVENT_ID + 8;
const EVENT_HEADER: usize = KEYWORD + 8 + 8 + 16;
const EXTENDED_ITEMS: usize = EVENT_HEADER + 4;
const USER_LENGTH: usize = EXTENDED_ITEMS + 2;
const HEADER: usize = USER_LENGTH + 2 + 1;

// What the provider's packet event holds.
const FRAGMENT_LENGTH: usize = 4 + 4;
const PACKET_HEADER: usize = FRAGMENT_LENGTH + 4;

/** {2ED6006E-4729-4609-B423-3EE7BCD678EF} as it lies in memory. */
const NDIS_CAPTURE_LOW: u64 = 0x4609_4729_2ed6_006e;
const NDIS_CAPTURE_HIGH: u64 = 0xef78_d6bc_e73e_23b4;
const PACKET_FRAGMENT: u32 = 1001;

const KEYWORD_ETHERNET: u64 = 1;
const KEYWORD_MOBILE: u64 = 0x200;
const KEYWORD_TUNNEL: u64 = 0x8000;
const KEYWORD_WIRELESS: u64 = 0x10000;
const KEYWORD_PACKET_START: u64 = 0x40000000;

const WIRELESS_LENGTH: usize = 1;
const WIRELESS_HEADER: usize = WIRELESS_LENGTH + 2;

export function netmonEvent(): Protocol {
  if (!cursor.has(HEADER)) return Protocol.None;
  const id: u32 = load<u16>(cursor.at + EVENT_ID);
  const keyword = load<u64>(cursor.at + KEYWORD);
  const items: u32 = load<u16>(cursor.at + EXTENDED_ITEMS);
  const isCapture =
    load<u64>(cursor.at + PROVIDER) == NDIS_CAPTURE_LOW && load<u64>(cursor.at + PROVIDER + 8) == NDIS_CAPTURE_HIGH;
  cursor.field(FieldKey.NetworkMonitorEvent, 0, <u32>HEADER, Format.None, 0);
  cursor.field(FieldKey.Provider, PROVIDER, 16, Format.UuidLittle);
  cursor.field(FieldKey.EventId, EVENT_ID, 2, Format.NumberLittle);
  cursor.field(FieldKey.Keyword, KEYWORD, 8, Format.HexLittle);
  cursor.field(FieldKey.UserDataLength, USER_LENGTH, 2, Format.NumberLittle);
  cursor.advance(HEADER);
  // A packet that continues an earlier event's cannot be read by itself.
  const isPacket = isCapture && id == PACKET_FRAGMENT && items == 0 && (keyword & KEYWORD_PACKET_START) != 0;
  if (!isPacket || !cursor.has(PACKET_HEADER)) return Protocol.None;
  const length = load<u32>(cursor.at + FRAGMENT_LENGTH);
  cursor.field(FieldKey.FragmentLength, FRAGMENT_LENGTH, 4, Format.NumberLittle);
  cursor.advance(PACKET_HEADER);
  cursor.limit(length);
  if (keyword & KEYWORD_ETHERNET) return Protocol.Ethernet;
  if (keyword & KEYWORD_WIRELESS) return Protocol.Ieee80211;
  return keyword & (KEYWORD_MOBILE | KEYWORD_TUNNEL) ? Protocol.RawIp : Protocol.None;
}

/** A version, a length, and what the card said; then the 802.11 frame. */
export function netmonWireless(): Protocol {
  if (!cursor.has(WIRELESS_HEADER)) return Protocol.None;
  const length: u32 = load<u16>(cursor.at + WIRELESS_LENGTH);
  if (length < <u32>WIRELESS_HEADER) {
    cursor.stop(Status.Malformed);
    return Protocol.None;
  }
  if (!cursor.has(length)) return Protocol.None;
  cursor.field(FieldKey.NetworkMonitorWireless, 0, length, Format.None, 0);
  cursor.advance(length);
  return Protocol.Ieee80211;
}
