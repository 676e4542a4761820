// The ciphers' surface: numbers in, numbers out. The caller puts keys, states and bytes where these say, and takes the results from there.
import { SCHEDULE, forgetAes } from "./aes";
import { forgetFeedback } from "./feedback";
import { GHASH, forgetGhash } from "./ghash";
import { CONSTANTS, STATE, forgetHash } from "./sha2";

/** Bytes that are worked on at a time; a block before them, and what CFB reads and writes after them. */
const AREA_BYTES: usize = 0x10000;
const SPARE_BYTES: usize = 16;
const AREA: usize = memory.data(0x100a0, 16);

export { cbcDecrypt, cbcMac, ctr } from "./aes";
export { cfb8Decrypt, spreadKey } from "./feedback";
export { ghash, ghashStart } from "./ghash";
export { sha256, sha512 } from "./sha2";

/** Address of the bytes to work on. */
export function area(): usize {
  return AREA + SPARE_BYTES;
}

export function areaBytes(): usize {
  return AREA_BYTES;
}

/** Address of the round keys of AES: words whose lowest byte comes first. */
export function schedule(): usize {
  return SCHEDULE;
}

/** Address of GHASH's key, then its sum: 16 bytes each. */
export function ghashState(): usize {
  return GHASH;
}

/** Address of the state of the hash that is being computed: eight words. */
export function hashState(): usize {
  return STATE;
}

/** Address of the 80 constants of SHA-512's rounds. */
export function hashConstants(): usize {
  return CONSTANTS;
}

/** Leaves no key and no clear text behind, of the first `bytes` of the area. */
export function forget(bytes: usize): void {
  forgetAes();
  forgetFeedback();
  forgetGhash();
  forgetHash();
  memory.fill(AREA, 0, SPARE_BYTES + bytes);
}
