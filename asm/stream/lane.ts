// One direction of a byte stream, in order: cuts it into messages. It keeps a position, not a copy: of a message
// that spans segments it holds the first bytes, as many as its protocol wants, and the last few for the verifier.
import { Stock, borrow, giveBack, moveSlot } from "../memory/pool";
import { NONE } from "../memory/table";
import { Framing, begins, firstSizeOf, guess, headerLength, search, sizeOf, tailEnd } from "./framing";

export enum LaneFlag {
  FromB = 1,
  /** The place is lost: the next header must be found. */
  Searching = 2,
  /** The current message is the first after a search. */
  Resynchronised = 4,
  /** Bytes of the current message are not in the capture. */
  Cut = 8,
  /** The first header shows if the stream holds such messages at all. */
  Unsure = 0x10,
  /** It has refused. */
  Refused = 0x20,
  /** One end is the endpoint mapper's port: stubs are worth more bytes. */
  EndpointMapper = 0x40,
  /** Those that hold for the stream, whatever the message. */
  OF_STREAM = 0x41,
}

const INLINE: u32 = 40;
const TAIL: u32 = 44;

/** Row of the frame that brings the current bytes: messages that end now are complete in it. */
export let now: u32 = NONE;

export function setNow(frame: u32): void {
  now = frame;
}

let wanted: (lane: Lane, bytes: usize, available: u32) => u32 = () => 0;
let deliver: (lane: Lane) => void = () => {};

/** Sets who says how many of a message's first bytes are held, and who reads a complete message: messages.ts. */
export function setReader(
  howMany: (lane: Lane, bytes: usize, available: u32) => u32,
  read: (lane: Lane) => void,
): void {
  wanted = howMany;
  deliver = read;
}

@unmanaged
export class Lane {
  framing: Framing;
  flags: u32;
  /** Rows of Stream and Pipe (NONE outside SMB). */
  stream: u32;
  pipe: u32;
  /** The Connection that it belongs to; 0 for a pipe's. */
  owner: usize;
  /** The message that has begun: bytes gone by, and its length; 0 while its header is not complete. */
  have: u32;
  length: u32;
  /** Frame in which it starts, and where: counted from the frame's first byte. */
  frame: u32;
  at: u32;
  /** Where its first bytes are, and how many without a hole. Set when the message is handed over. */
  bytes: usize;
  headHave: u32;
  /** The borrowed buffer, and how many bytes are wanted in it. */
  private head: usize;
  private headWant: u32;
  /** Position in the message of the bytes kept from its end, and how many there are. */
  private tailFrom: u32;
  private tailHave: u32;
  private inline0: u64;
  private inline1: u64;
  private inline2: u64;
  private inline3: u64;
  private inline4: u64;
  private tail0: u64;
  private tail1: u64;
  private tail2: u64;
  private tail3: u64;
  private tail4: u64;
  private tail5: u32;

  @inline
  has(flag: LaneFlag): bool {
    return (this.flags & flag) != 0;
  }

  /** Address of `count` bytes at a position of the complete message, 0 when they were not kept or not captured. */
  locate(position: u32, count: u32): usize {
    if (position + count <= this.headHave) return this.bytes + position;
    if (position >= this.tailFrom && position + count <= this.tailFrom + this.tailHave)
      return changetype<usize>(this) + offsetof<Lane>("tail0") + (position - this.tailFrom);
    return 0;
  }

  /** Takes in the next `length` bytes of the stream; the first of them lies `at` bytes into `frame`. */
  feed(from: usize, length: u32, frame: u32, at: u32): void {
    const to = from + length;
    while (from < to && !this.has(LaneFlag.Refused)) {
      if (this.have == 0) {
        if (this.has(LaneFlag.Searching)) {
          const found = search(this.framing, from, to);
          if (found == 0) return;
          at += <u32>(found - from);
          from = found;
          this.flags = (this.flags & ~LaneFlag.Searching) | LaneFlag.Resynchronised;
        }
        if (this.framing == Framing.Unknown) {
          this.framing = guess(load<u8>(from));
          if (this.framing == Framing.Unknown) {
            this.lose();
            return;
          }
        }
        this.frame = frame;
        this.at = at;
        const rest = <u32>(to - from);
        if (rest >= headerLength(this.framing)) {
          const size = this.sizeOf(from, rest);
          if (size == 0) continue;
          if (size <= rest) {
            this.bytes = from;
            this.headHave = size;
            this.length = size;
            this.finish();
            from += size;
            at += size;
            continue;
          }
        }
      }
      const took = this.append(from, <u32>(to - from));
      from += took;
      at += took;
    }
  }

  /** Passes over `count` bytes of the stream that are not in the capture. */
  skip(count: u32): void {
    while (count > 0 && !this.has(LaneFlag.Refused)) {
      if (this.length == 0) {
        this.lose();
        return;
      }
      const take = min(count, this.length - this.have);
      this.flags |= LaneFlag.Cut;
      this.have += take;
      count -= take;
      if (this.have == this.length) this.complete();
    }
  }

  /** Bytes may be missing unseen: what had begun is given up, the next header must be found. */
  restart(): void {
    if (this.have == 0 || this.has(LaneFlag.Unsure)) return;
    giveBack(this.headSlot);
    this.headHave = 0;
    this.lose();
  }

  /** Ends the lane; gives back what it borrowed. */
  close(): void {
    giveBack(this.headSlot);
    lanes.put(changetype<usize>(this));
  }

  /** How many bytes are missing to the end of the current message; 0 when that is not known. */
  get missing(): u32 {
    return this.length - (this.length ? this.have : 0);
  }

  /** The other direction has shown what the stream carries: a lane that does not know yet takes its word. */
  settle(framing: Framing): void {
    if (!this.has(LaneFlag.Unsure)) return;
    this.flags &= ~LaneFlag.Unsure;
    if (this.framing == framing) return;
    this.framing = framing;
    if (this.have) this.lose();
  }

  private sizeOf(header: usize, available: u32): u32 {
    const size = this.has(LaneFlag.Unsure)
      ? firstSizeOf(this.framing, header, available)
      : sizeOf(this.framing, header);
    if (size == 0) this.lose();
    else this.flags &= ~LaneFlag.Unsure;
    return size;
  }

  private lose(): void {
    this.have = 0;
    this.length = 0;
    this.flags |= this.has(LaneFlag.Unsure) ? LaneFlag.Refused : LaneFlag.Searching;
  }

  /** Adds to the current message; returns how many bytes it took: none when they prove that it is no message. */
  private append(from: usize, rest: u32): u32 {
    if (this.length == 0) {
      const header = headerLength(this.framing);
      const take = min(rest, header - this.have);
      memory.copy(this.inline + this.have, from, take);
      if (this.have + take < header) {
        this.have += take;
        this.headHave = this.have;
        if (!begins(this.framing, this.inline, this.have)) {
          this.lose();
          return 0;
        }
        return take;
      }
      const size = this.sizeOf(this.inline, header);
      if (size == 0) return 0;
      this.have = header;
      this.headHave = header;
      this.start(size);
      if (this.have == size) this.complete();
      return take;
    }
    const take = min(rest, this.length - this.have);
    this.keepHead(from, take);
    this.keepTail(from, take);
    this.have += take;
    if (this.have == this.length) this.complete();
    return take;
  }

  /** The header is complete: decides what is to be held of the message. */
  private start(size: u32): void {
    this.length = size;
    const end = tailEnd(this.framing, this.inline, size);
    this.tailFrom = end > TAIL ? end - TAIL : 0;
    this.tailHave = 0;
    this.headWant = INLINE;
    this.want(wanted(this, this.inline, headerLength(this.framing)));
  }

  private want(count: u32): void {
    const want = min(count, this.length);
    if (want <= this.headWant) return;
    // `bytes` is free until the message is complete: it holds the new buffer while the old one is copied.
    const grown = changetype<usize>(this) + offsetof<Lane>("bytes");
    borrow(want, grown);
    this.notice();
    if (load<usize>(grown) == 0) return;
    memory.copy(load<usize>(grown), this.headBytes, this.headHave);
    giveBack(this.headSlot);
    moveSlot(grown, this.headSlot);
    this.headWant = want;
  }

  /** The pool may have taken the buffer away: what is left then is inline. */
  private notice(): void {
    if (this.head || this.headWant <= INLINE) return;
    this.headWant = INLINE;
    this.headHave = min(this.headHave, INLINE);
  }

  private keepHead(from: usize, count: u32): void {
    this.notice();
    let done: u32 = 0;
    while (this.headHave == this.have + done && this.headHave < this.headWant && done < count) {
      const take = min(count - done, this.headWant - this.headHave);
      if (this.headHave < INLINE)
        memory.copy(this.inline + this.headHave, from + done, min(take, INLINE - this.headHave));
      if (this.head) memory.copy(this.head + this.headHave, from + done, take);
      this.headHave += take;
      done += take;
      if (this.headHave == this.headWant) this.want(wanted(this, this.headBytes, this.headHave));
    }
  }

  private keepTail(from: usize, count: u32): void {
    const next = this.tailFrom + this.tailHave;
    if (this.tailHave == TAIL || this.have > next || this.have + count <= next) return;
    const into = next - this.have;
    const take = min(count - into, TAIL - this.tailHave);
    memory.copy(changetype<usize>(this) + offsetof<Lane>("tail0") + this.tailHave, from + into, take);
    this.tailHave += take;
  }

  private get headSlot(): usize {
    return changetype<usize>(this) + offsetof<Lane>("head");
  }

  private get inline(): usize {
    return changetype<usize>(this) + offsetof<Lane>("inline0");
  }

  private get headBytes(): usize {
    return this.head ? this.head : this.inline;
  }

  private complete(): void {
    this.notice();
    this.bytes = this.headBytes;
    this.finish();
    giveBack(this.headSlot);
  }

  private finish(): void {
    deliver(this);
    this.have = 0;
    this.length = 0;
    this.headHave = 0;
    this.tailHave = 0;
    this.flags &= ~(LaneFlag.Cut | LaneFlag.Resynchronised);
  }
}

const lanes = new Stock(offsetof<Lane>());

export function openLane(framing: Framing, flags: u32, stream: u32, pipe: u32, owner: usize = 0): Lane {
  const lane = changetype<Lane>(lanes.take());
  lane.framing = framing;
  lane.flags = flags;
  lane.stream = stream;
  lane.pipe = pipe;
  lane.owner = owner;
  return lane;
}
