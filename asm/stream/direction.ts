// One side's bytes of a TCP connection, put in order: RFC 9293 3.4. Runs of bytes without a hole feed a lane each.
// A segment beyond a hole either begins a message, then a new run goes on from it and the old one may still be
// completed behind it; or it is held until the hole is filled, or until it is plain that it never will be.
import { Framing, believable, guess } from "./framing";
import { Lane, LaneFlag, openLane } from "./lane";
import { Stream, StreamFlag } from "../layout";
import { Stock, borrow, giveBack } from "../memory/pool";
import { NONE, streams } from "../memory/table";

/** No retransmission is this many bytes old: windows end at 1 GiB, and real ones far below this. */
const OLDEST: i32 = 0x4000000;
/** Segments and bytes that are held at most for one direction. */
const MOST_HELD: u32 = 32;
const MOST_HELD_BYTES: u32 = 0x10000;
/** And segments for all of them together. */
const MOST_HELD_IN_ALL: u32 = 0x10000;
let heldInAll: u32 = 0;

/** A segment that waits for the bytes before it. */
@unmanaged
class Held {
  next: usize;
  sequence: u32;
  /** On the wire, and in the capture. */
  length: u32;
  captured: u32;
  frame: u32;
  at: u32;
  /** Borrowed: 0 when the bytes were taken away. */
  bytes: usize;
}

/** Bytes from one sequence number on, in order. */
@unmanaged
class Run {
  lane: Lane;
  next: u32;
  /** First of the segments held beyond `next`, in order of their sequence numbers. */
  held: usize;

  /** Feeds bytes [from, to) of a segment, captured as far as `captured`. */
  take(segment: usize, captured: u32, from: u32, to: u32, frame: u32, at: u32): void {
    this.next += to - from;
    if (from < captured) {
      const there = min(captured, to);
      this.lane.feed(segment + from, there - from, frame, at + from);
      from = there;
    }
    if (from < to) this.lane.skip(to - from);
  }
}

const runs = new Stock(offsetof<Run>());
const waiting = new Stock(offsetof<Held>());
const directions = new Stock(offsetof<Direction>());

@unmanaged
export class Direction {
  main: Run;
  /** The run before a hole that main has left behind, 0 without; it ends where main began. */
  private back: usize;
  private backEnd: u32;
  private heldCount: u32;
  private heldBytes: u32;

  /** Sequence number that main waits for. */
  get next(): u32 {
    return this.main.next;
  }

  get lane(): Lane {
    return this.main.lane;
  }

  /** True if nothing is pending: no message begun, no hole. */
  get isIdle(): bool {
    return this.main.lane.have == 0 && this.back == 0 && this.main.held == 0;
  }

  /**
   * Takes in a segment of `length` bytes on the wire, `captured` of them at `segment`, which lies `at` bytes into
   * `frame`. `acked` is what the peer had acknowledged before, when it has at all.
   */
  push(sequence: u32, segment: usize, captured: u32, length: u32, frame: u32, at: u32, hasAck: bool, acked: u32): void {
    // More than the hole is coming, and the peer has what was in it: the sniffer has missed it.
    while (hasAck && this.hasHole && <i32>(sequence - this.hole.next) > 0 && <i32>(acked - this.holeEnd) >= 0)
      this.giveUp();
    let ahead = <i32>(sequence - this.main.next);
    if (ahead < -OLDEST && believable(guessed(this.main.lane, segment, captured), segment, captured)) {
      this.startAgain(sequence);
      ahead = 0;
    }
    if (ahead > 0) this.beyond(sequence, segment, captured, length, frame, at);
    else {
      if (ahead < 0 && this.back) this.fill(sequence, segment, captured, length, frame, at);
      const known = <u32>-ahead;
      if (known < length) {
        this.main.take(segment, captured, known, length, frame, at);
        this.drain(this.main);
      }
    }
    while (this.heldCount > 0 && this.holdsTooMuch) this.giveUp();
  }

  /** The ports were used again, and the SYN that would show it is not in the capture. */
  private startAgain(sequence: u32): void {
    while (this.hasHole) this.giveUp();
    this.main.lane.restart();
    this.main.next = sequence;
  }

  /** The stream is over: what is held goes its way, holes or not. */
  finish(): void {
    while (this.hasHole) this.giveUp();
    const lane = this.main.lane;
    if (lane.have == 0 || lane.has(LaneFlag.Unsure)) return;
    const flag = lane.has(LaneFlag.FromB) ? StreamFlag.OpenPduB : StreamFlag.OpenPduA;
    streams.set(Stream.Flags, lane.stream, streams.get(Stream.Flags, lane.stream) | flag);
  }

  close(): void {
    if (this.back) this.closeRun(changetype<Run>(this.back));
    this.closeRun(this.main);
    directions.put(changetype<usize>(this));
  }

  /** A segment beyond a hole. */
  private beyond(sequence: u32, segment: usize, captured: u32, length: u32, frame: u32, at: u32): void {
    const boundary = this.boundary(sequence, segment, captured);
    if (boundary == NONE) {
      this.hold(this.main, sequence, segment, captured, length, frame, at);
      return;
    }
    const old = this.main;
    const fresh = changetype<Run>(runs.take());
    const lane = old.lane;
    lane.settle(guessed(lane, segment, captured));
    fresh.lane = openLane(lane.framing, lane.flags & LaneFlag.OF_STREAM, lane.stream, NONE, lane.owner);
    fresh.next = sequence + boundary;
    this.back = changetype<usize>(old);
    this.backEnd = fresh.next;
    this.main = fresh;
    this.splitHeld(old, fresh);
    if (boundary > 0) this.hold(old, sequence, segment, min(captured, boundary), boundary, frame, at);
    fresh.take(segment, captured, boundary, length, frame, at);
    this.drain(fresh);
  }

  /**
   * Offset in a segment beyond a hole at which a message begins: where the current message ends, if that lies in the
   * segment, else its first byte. NONE when there is no header, or when main has left a hole behind already.
   */
  private boundary(sequence: u32, segment: usize, captured: u32): u32 {
    if (this.back || captured == 0) return NONE;
    const lane = this.main.lane;
    const ahead = sequence - this.main.next;
    const offset = lane.missing > ahead ? lane.missing - ahead : 0;
    if (offset >= captured || !believable(guessed(lane, segment, captured), segment + offset, captured - offset))
      return NONE;
    return offset;
  }

  /** Segments held beyond the place where `fresh` begins are its own. */
  private splitHeld(old: Run, fresh: Run): void {
    let link = changetype<usize>(old) + offsetof<Run>("held");
    while (load<usize>(link)) {
      const held = changetype<Held>(load<usize>(link));
      if (<i32>(held.sequence - fresh.next) >= 0) {
        fresh.held = load<usize>(link);
        store<usize>(link, 0);
        return;
      }
      link = changetype<usize>(held) + offsetof<Held>("next");
    }
  }

  /** A segment that begins before main: of use to the run behind it. */
  private fill(sequence: u32, segment: usize, captured: u32, length: u32, frame: u32, at: u32): void {
    const run = changetype<Run>(this.back);
    const room = <i32>(this.backEnd - sequence);
    if (room <= 0) return;
    const to = min(length, <u32>room);
    const known = <i32>(run.next - sequence);
    if (known < 0) {
      this.hold(run, sequence, segment, min(captured, to), to, frame, at);
    } else if (<u32>known < to) {
      run.take(segment, captured, <u32>known, to, frame, at);
      this.drain(run);
      this.dropBack();
    }
  }

  /** The run behind main has come to where main began. */
  private dropBack(): void {
    const run = changetype<Run>(this.back);
    if (<i32>(run.next - this.backEnd) < 0) return;
    this.back = 0;
    this.closeRun(run);
  }

  private hold(run: Run, sequence: u32, segment: usize, captured: u32, length: u32, frame: u32, at: u32): void {
    let link = changetype<usize>(run) + offsetof<Run>("held");
    while (load<usize>(link)) {
      const other = changetype<Held>(load<usize>(link));
      if (<i32>(other.sequence - sequence) > 0) break;
      // The same segment again adds nothing.
      if (other.sequence == sequence && other.length >= length) return;
      link = changetype<usize>(other) + offsetof<Held>("next");
    }
    const held = changetype<Held>(waiting.take());
    held.sequence = sequence;
    held.length = length;
    held.captured = captured;
    held.frame = frame;
    held.at = at;
    held.next = load<usize>(link);
    store<usize>(link, changetype<usize>(held));
    borrow(captured, changetype<usize>(held) + offsetof<Held>("bytes"));
    if (held.bytes) memory.copy(held.bytes, segment, captured);
    this.heldCount++;
    heldInAll++;
    this.heldBytes += captured;
  }

  /** Feeds what was held and is next now. */
  private drain(run: Run): void {
    while (run.held) {
      const held = changetype<Held>(run.held);
      const known = <i32>(run.next - held.sequence);
      if (known < 0) return;
      run.held = held.next;
      // What lies beyond the place where main began is main's.
      const length = changetype<usize>(run) == this.back ? min(held.length, this.backEnd - held.sequence) : held.length;
      if (<u32>known < length)
        run.take(held.bytes, held.bytes ? held.captured : 0, <u32>known, length, held.frame, held.at);
      this.release(held);
    }
  }

  private release(held: Held): void {
    this.heldCount--;
    heldInAll--;
    this.heldBytes -= held.captured;
    giveBack(changetype<usize>(held) + offsetof<Held>("bytes"));
    waiting.put(changetype<usize>(held));
  }

  private get holdsTooMuch(): bool {
    return this.heldCount > MOST_HELD || this.heldBytes > MOST_HELD_BYTES || heldInAll > MOST_HELD_IN_ALL;
  }

  private get hasHole(): bool {
    return this.back != 0 || this.main.held != 0;
  }

  /** The run before the first hole; there must be one. */
  private get hole(): Run {
    return this.back ? changetype<Run>(this.back) : this.main;
  }

  private get holeEnd(): u32 {
    const run = this.hole;
    return run.held ? changetype<Held>(run.held).sequence : this.backEnd;
  }

  /** The first hole will not be filled. */
  private giveUp(): void {
    const run = this.hole;
    const to = this.holeEnd;
    const stream = run.lane.stream;
    streams.set(Stream.Gaps, stream, streams.get(Stream.Gaps, stream) + 1);
    run.lane.skip(to - run.next);
    run.next = to;
    this.drain(run);
    if (this.back) this.dropBack();
  }

  private closeRun(run: Run): void {
    while (run.held) {
      const held = changetype<Held>(run.held);
      run.held = held.next;
      this.release(held);
    }
    run.lane.close();
    runs.put(changetype<usize>(run));
  }
}

/** What a lane carries, guessed by a segment's first byte where it does not know. */
function guessed(lane: Lane, segment: usize, captured: u32): Framing {
  if (!lane.has(LaneFlag.Unsure)) return lane.framing;
  return captured > 0 ? guess(load<u8>(segment)) : Framing.Unknown;
}

/** A direction that waits for `next`; `flags` are LaneFlag bits. */
export function openDirection(framing: Framing, flags: u32, stream: u32, next: u32, owner: usize): Direction {
  const direction = changetype<Direction>(directions.take());
  direction.main = changetype<Run>(runs.take());
  direction.main.lane = openLane(framing, flags, stream, NONE, owner);
  direction.main.next = next;
  return direction;
}
