// snoop captures of Solaris: RFC 1761. Everything is big-endian.
import { add } from "../frame/frame";
import { FileFormat, Protocol } from "../layout";
import { NONE } from "../memory/table";
import * as interfaces from "./interfaces";
import * as window from "./window";

const MAGIC: usize = 0;
const VERSION: usize = MAGIC + 8;
const DATA_LINK: usize = VERSION + 4;
const FILE_HEADER: usize = DATA_LINK + 4;

const LENGTH: usize = 0;
const CAPTURED: usize = LENGTH + 4;
const RECORD_LENGTH: usize = CAPTURED + 4;
const SECONDS: usize = RECORD_LENGTH + 4 + 4;
const MICROSECONDS: usize = SECONDS + 4;
const RECORD_HEADER: usize = MICROSECONDS + 4;

const SNOOP: u64 = 0x0000_0070_6f6f_6e73;

/** 802.3 and Ethernet, which the frame itself distinguishes; the others are of another century. */
const IEEE_802_3: u32 = 0;
const ETHERNET: u32 = 4;
const ETHERNET_LINK_TYPE: u32 = 1;
/** No pcap link type has this number. */
const UNKNOWN_LINK_TYPE: u32 = 0xffff;

let interfaceRow: u32 = NONE;
let link: Protocol = Protocol.Unknown;

export function detect(at: usize): FileFormat {
  return load<u64>(at + MAGIC) == SNOOP ? FileFormat.Snoop : FileFormat.Unknown;
}

/** Reads the file header at `at`; returns where the first record begins, 0 when more bytes are needed. */
export function begin(at: usize): usize {
  if (at + FILE_HEADER > window.end) return 0;
  const dataLink = word(at + DATA_LINK);
  const isEthernet = dataLink == IEEE_802_3 || dataLink == ETHERNET;
  interfaceRow = interfaces.add(isEthernet ? ETHERNET_LINK_TYPE : UNKNOWN_LINK_TYPE, 0, 0);
  link = interfaces.protocol(interfaceRow);
  return at + FILE_HEADER;
}

/** Reads records from `at` as far as the window holds them whole; returns the first byte that it did not use. */
export function read(at: usize): usize {
  while (at + RECORD_HEADER <= window.end) {
    const captured = word(at + CAPTURED);
    const size = word(at + RECORD_LENGTH);
    if (captured > interfaces.MAX_FRAME || size < captured + <u32>RECORD_HEADER) return window.abandon(at, captured);
    const from = at + RECORD_HEADER;
    if (captured > <u32>(window.end - from)) return at;
    add(from, captured, word(at + LENGTH), word(at + SECONDS), word(at + MICROSECONDS) * 1000, interfaceRow, link);
    at = window.pass(at, size);
  }
  return at;
}

function word(at: usize): u32 {
  return bswap<u32>(load<u32>(at));
}
