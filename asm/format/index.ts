// The register of file formats: the first bytes say which one it is, then that one reads on.
import { FileFormat } from "../layout";
import * as etl from "./etl";
import * as netmon from "./netmon";
import * as pcap from "./pcap";
import * as pcapng from "./pcapng";
import * as snoop from "./snoop";
import * as window from "./window";

/** As many bytes as it takes to distinguish the formats; a whole file may be shorter. */
const MAGIC_BYTES: usize = etl.HEADER;
const SHORTEST: usize = 12;

/** The current format; Unknown until its first bytes are there. */
export let format: FileFormat = FileFormat.Unknown;
let begun: bool = false;

/** Reads from `at` to the window's end; returns the first byte that must come again with the next window. */
export function read(at: usize): usize {
  if (!begun) {
    const from = begin(at);
    if (!begun) return from;
    at = from;
  }
  switch (format) {
    case FileFormat.Pcap:
    case FileFormat.PcapModified:
      return pcap.read(at);
    case FileFormat.PcapNg:
      return pcapng.read(at);
    case FileFormat.NetMon1:
    case FileFormat.NetMon2:
      return netmon.read(at);
    case FileFormat.Snoop:
      return snoop.read(at);
    default:
      return window.end;
  }
}

/** Finds the format and reads its file header; returns where records begin, or `at` when more bytes are needed. */
function begin(at: usize): usize {
  if (at + MAGIC_BYTES > window.end && !window.last) return at;
  if (at + SHORTEST > window.end) return tooShort(at);
  format = detect(at);
  const from = header(at);
  if (from == 0) return tooShort(at);
  begun = true;
  return from;
}

/** Reads the file header of formats that have one; returns where records begin, 0 when more bytes are needed. */
function header(at: usize): usize {
  switch (format) {
    case FileFormat.Pcap:
    case FileFormat.PcapModified:
      return pcap.begin(at);
    case FileFormat.NetMon1:
    case FileFormat.NetMon2:
      return netmon.begin(at);
    case FileFormat.Snoop:
      return snoop.begin(at);
    default:
      return at;
  }
}

function tooShort(at: usize): usize {
  if (window.last) format = FileFormat.TooShort;
  return at;
}

function detect(at: usize): FileFormat {
  let found = pcap.detect(at);
  if (found == FileFormat.Unknown) found = pcapng.detect(at);
  if (found == FileFormat.Unknown) found = netmon.detect(at);
  if (found == FileFormat.Unknown) found = snoop.detect(at);
  if (found == FileFormat.Unknown) found = etl.detect(at);
  return found;
}
