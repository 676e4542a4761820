// Buffers lent for a while: the beginning of a PDU whose end has not come, segments that wait for a hole before
// them to be filled. Sizes are powers of two. No more than LIMIT bytes are ever taken from the heap: beyond it
// the holder that has kept a buffer the longest loses it, and finds 0 in the slot that pointed to it.

/** Bytes taken in all, as much as a hostile capture can make the parser hold. */
const LIMIT: usize = 0x1000000;
const SMALLEST_BITS: u32 = 6;
const LARGEST_BITS: u32 = 21;

/** The longest buffer that can be lent. */
export const LONGEST: u32 = 1 << LARGEST_BITS;

/** The header that precedes a buffer's bytes. */
@unmanaged
class Loan {
  /** Neighbours in the order of lending; a free buffer uses `next` for its free list. */
  previous: usize;
  next: usize;
  /** The borrower's word that holds the address of the bytes. */
  slot: usize;
  bits: u32;
}

const HEADER: usize = offsetof<Loan>();
const freeLists: usize = memory.data(<i32>((LARGEST_BITS + 1) << 2), 4);
let oldest: usize = 0;
let newest: usize = 0;
let taken: usize = 0;

/** Lends at least `length` bytes and writes their address, or 0 where there are none, to `slot`; it may be written again to 0. */
export function borrow(length: u32, slot: usize): void {
  store<usize>(slot, 0);
  if (length > LONGEST) return;
  const bits = length <= 1 << SMALLEST_BITS ? SMALLEST_BITS : 32 - <u32>clz<u32>(length - 1);
  const loan = changetype<Loan>(find(bits));
  if (changetype<usize>(loan) == 0) return;
  loan.slot = slot;
  loan.previous = newest;
  loan.next = 0;
  if (newest) changetype<Loan>(newest).next = changetype<usize>(loan);
  else oldest = changetype<usize>(loan);
  newest = changetype<usize>(loan);
  store<usize>(slot, changetype<usize>(loan) + HEADER);
}

/** Takes the buffer back that `slot` points to, if it still does. */
export function giveBack(slot: usize): void {
  const at = load<usize>(slot);
  if (at) release(at - HEADER);
}

/** The borrower keeps the buffer, but under another slot. */
export function moveSlot(from: usize, to: usize): void {
  const at = load<usize>(from);
  store<usize>(from, 0);
  store<usize>(to, at);
  if (at) changetype<Loan>(at - HEADER).slot = to;
}

/** A free buffer from the heap, or the one that was held the longest; 0 when none is long enough. */
function find(bits: u32): usize {
  const size = HEADER + ((<usize>1) << bits);
  let found = free(bits);
  if (found == 0 && taken + size <= LIMIT) {
    taken += size;
    found = heap.alloc(size);
    changetype<Loan>(found).bits = bits;
  }
  // A larger one only when no more may be taken: else small loans would starve large ones.
  for (let larger = bits + 1; found == 0 && larger <= LARGEST_BITS; larger++) found = free(larger);
  while (found == 0 && oldest) {
    const bitsOfOldest = changetype<Loan>(oldest).bits;
    release(oldest);
    if (bitsOfOldest >= bits) found = free(bitsOfOldest);
  }
  return found;
}

function free(bits: u32): usize {
  const list = freeLists + ((<usize>bits) << 2);
  const loan = load<usize>(list);
  if (loan) store<usize>(list, changetype<Loan>(loan).next);
  return loan;
}

function release(at: usize): void {
  const loan = changetype<Loan>(at);
  store<usize>(loan.slot, 0);
  if (loan.previous) changetype<Loan>(loan.previous).next = loan.next;
  else oldest = loan.next;
  if (loan.next) changetype<Loan>(loan.next).previous = loan.previous;
  else newest = loan.previous;
  const list = freeLists + ((<usize>loan.bits) << 2);
  loan.next = load<usize>(list);
  store<usize>(list, at);
}

/** Zeroed memory for objects of one size, used again after they are put back. */
export class Stock {
  private free: usize = 0;

  constructor(private readonly size: usize) {}

  take(): usize {
    let at = this.free;
    if (at) this.free = load<usize>(at);
    else at = heap.alloc(this.size);
    memory.fill(at, 0, this.size);
    return at;
  }

  put(at: usize): void {
    store<usize>(at, this.free);
    this.free = at;
  }
}
