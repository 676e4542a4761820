// DNS messages away from their port, recognised by header and question: RFC 1035 4.1.

const FLAGS: usize = 2;
const QUESTIONS: usize = 4;
const ANSWERS: usize = 6;
const AUTHORITY: usize = 8;
const ADDITIONAL: usize = 10;
const HEADER: u32 = 12;

const RESPONSE: u32 = 0x8000;
const OPCODE: u32 = 0x7800;
/** More records than these no message in use has. */
const MOST_ANSWERS: u32 = 100;
const MOST_OTHERS: u32 = 10;
const LONGEST_LABEL: u32 = 63;
const LONGEST_NAME: u32 = 255;
/** Type and class behind a name. */
const TYPE_AND_CLASS: u32 = 4;
const CLASS_INTERNET: u32 = 1;

/** True for a query of one question or the answer to one: a whole name of class IN, few records, opcode 0. */
export function isQuestion(at: usize, length: u32): bool {
  if (length <= HEADER + TYPE_AND_CLASS) return false;
  const flags = u16At(at + FLAGS);
  if ((flags & OPCODE) != 0 || u16At(at + QUESTIONS) != 1) return false;
  const isResponse = (flags & RESPONSE) != 0;
  if (u16At(at + ANSWERS) > (isResponse ? MOST_ANSWERS : 0)) return false;
  if (u16At(at + AUTHORITY) > (isResponse ? MOST_OTHERS : 0) || u16At(at + ADDITIONAL) > MOST_OTHERS) return false;
  const name = nameLength(at + HEADER, length - HEADER - TYPE_AND_CLASS);
  if (name == 0) return false;
  const type = at + HEADER + name;
  return u16At(type) != 0 && u16At(type + 2) == CLASS_INTERNET;
}

/** Bytes of a name without pointers, which the first has no place to point to; 0 for none. RFC 1035 2.3.4. */
function nameLength(at: usize, most: u32): u32 {
  let length: u32 = 0;
  while (length < min(most, LONGEST_NAME)) {
    const label = <u32>load<u8>(at + length);
    if (label > LONGEST_LABEL) return 0;
    length += 1 + label;
    if (label == 0) return length;
  }
  return 0;
}

function u16At(at: usize): u32 {
  return bswap<u16>(load<u16>(at));
}
