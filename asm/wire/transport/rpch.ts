// RPC over HTTP: MS-RPCH. Which connections are channels of it, and the HTTP headers before their PDUs, which are those of any
// other stream.
import { now } from "../../stream/lane";
import { Protocol } from "../../layout";
import * as message from "../../stream/message";

// "RPC_IN_DATA" or "RPC_OUT_DATA", the methods of the two channels (2.1.2.1.1, 2.1.2.1.2), and what a server of
// version 1 says first (2.1.1.1.1): "ncacn_http/1.0". The first seven bytes of each.
const IN_CHANNEL: u64 = 0x5f4e495f435052; // RPC_IN_
const OUT_CHANNEL: u64 = 0x54554f5f435052; // RPC_OUT
const BANNER: u64 = 0x685f6e6361636e; // ncacn_h
const ANSWER: u64 = 0x2e312f50545448; // HTTP/1.
const SEVEN_BYTES: u64 = 0xffffffffffffff;

/** A TLS record of type alert, major version 3, two bytes long or encrypted. RFC 8446 5.1. */
const TLS_ALERT: u32 = 0x0315;
const TLS_ALERT_BYTES: u32 = 7;

/** Bytes kept of a header: the first line and the lines that say who may pass. */
const KEPT: u32 = 2048;
const kept: usize = memory.data(<i32>KEPT);

/** Names of the lines that are kept, in lower case up to and with the colon. */
const AUTHORIZATION = memory.data<u8>([97, 117, 116, 104, 111, 114, 105, 122, 97, 116, 105, 111, 110, 58]);
const PROXY_AUTHORIZATION = memory.data<u8>([
  112, 114, 111, 120, 121, 45, 97, 117, 116, 104, 111, 114, 105, 122, 97, 116, 105, 111, 110, 58,
]);
const WWW_AUTHENTICATE = memory.data<u8>([
  119, 119, 119, 45, 97, 117, 116, 104, 101, 110, 116, 105, 99, 97, 116, 101, 58,
]);
const PROXY_AUTHENTICATE = memory.data<u8>([
  112, 114, 111, 120, 121, 45, 97, 117, 116, 104, 101, 110, 116, 105, 99, 97, 116, 101, 58,
]);
const LOCATION = memory.data<u8>([108, 111, 99, 97, 116, 105, 111, 110, 58]);
/** "ntlm " and "negotiate ", the schemes whose tokens hold no password that can be read. */
const NTLM = memory.data<u8>([110, 116, 108, 109, 32]);
const NEGOTIATE = memory.data<u8>([110, 101, 103, 111, 116, 105, 97, 116, 101, 32]);

const SPACE: u32 = 0x20;
const LINE_FEED: u32 = 0x0a;
const CARRIAGE_RETURN: u32 = 0x0d;
const QUESTION_MARK: u32 = 0x3f;

/** True if a direction that begins with these bytes is a channel of RPC over HTTP. */
export function isTunnel(at: usize, captured: u32): bool {
  if (captured < 8) return false;
  const first = load<u64>(at) & SEVEN_BYTES;
  return first == IN_CHANNEL || first == OUT_CHANNEL || first == BANNER;
}

/**
 * Keeps what a segment of a channel says in HTTP, or a TLS alert in place of an answer, as a row of Message: the first line, the
 * credentials that are offered or asked for, and where a redirect leads. A password is never kept.
 */
export function keepHeader(stream: u32, at: usize, captured: u32): void {
  if (captured < TLS_ALERT_BYTES) return;
  if (load<u16>(at) == TLS_ALERT && captured < 64) {
    message.add(Protocol.Tls, now, stream, at, captured, TLS_ALERT_BYTES);
    return;
  }
  if (captured < 8) return;
  const first = load<u64>(at) & SEVEN_BYTES;
  if (first != IN_CHANNEL && first != OUT_CHANNEL && first != ANSWER) return;
  const length = keepLines(at, at + captured);
  message.add(Protocol.Http, now, stream, kept, length);
}

function keepLines(from: usize, to: usize): u32 {
  let used: u32 = 0;
  for (let at = from; at < to;) {
    let end = at;
    while (end < to && load<u8>(end) != LINE_FEED) end++;
    const length = <u32>(end - at) - (end > at && load<u8>(end - 1) == CARRIAGE_RETURN ? 1 : 0);
    // An empty line ends the header.
    if (length == 0) break;
    const worth = at == from ? length : worthKeeping(at, length);
    const count = min(worth, KEPT - used);
    memory.copy(kept + used, at, count);
    used += count;
    if (worth > 0 && used < KEPT) store<u8>(kept + used++, <u8>LINE_FEED);
    at = end + 1;
  }
  return used;
}

/** How many of a line's bytes are kept: none of most; of credentials the token, or only the scheme where it holds a password. */
function worthKeeping(at: usize, length: u32): u32 {
  if (isNamed(at, length, WWW_AUTHENTICATE, 17) || isNamed(at, length, PROXY_AUTHENTICATE, 19)) return length;
  if (isNamed(at, length, LOCATION, 9)) return upTo(at, length, 9, QUESTION_MARK);
  const name: u32 = isNamed(at, length, AUTHORIZATION, 14) ? 14 : isNamed(at, length, PROXY_AUTHORIZATION, 20) ? 20 : 0;
  if (name == 0) return 0;
  let scheme = name;
  while (scheme < length && load<u8>(at + scheme) == SPACE) scheme++;
  const isToken =
    isNamed(at + scheme, length - scheme, NTLM, 5) || isNamed(at + scheme, length - scheme, NEGOTIATE, 10);
  // Without a scheme that a space ends, all of it may be a password.
  const end = upTo(at, length, scheme, SPACE);
  return isToken ? length : end == length ? name : end;
}

/** Length of a line before the first such character, looked for behind `from`. */
function upTo(at: usize, length: u32, from: u32, character: u32): u32 {
  for (let place = from; place < length; place++) if (load<u8>(at + place) == character) return place;
  return length;
}

function isNamed(at: usize, length: u32, name: usize, count: u32): bool {
  if (length < count) return false;
  for (let place: u32 = 0; place < count; place++) {
    const character = <u32>load<u8>(at + place);
    const lower = character >= 0x41 && character <= 0x5a ? character | 0x20 : character;
    if (lower != load<u8>(name + place)) return false;
  }
  return true;
}
