// What TCP's sequence and acknowledgement numbers say about a segment: RFC 9293 3.4, 3.8, named as Wireshark's
// analysis names it (its user's guide, "TCP Analysis").
import { Analysis, TcpFlag } from "../layout";

/** Without a measured round trip: what comes within 3 ms of a later segment was overtaken, not sent again. */
const REORDERED_MICROS: u32 = 3000;
/** What answers duplicate acknowledgements within 20 ms was sent again because of them. */
const FAST_MICROS: u32 = 20000;
/** Of `Side.duplicateAcks`. */
const UNSEEN_NOTED: u32 = u32.MAX_VALUE;
/** How many packets back a packet is looked for that the sniffer saw twice. */
const RECENT: u32 = 4;

export enum SideFlag {
  /** A segment was seen; `next` means something. */
  Seen = 1,
  /** An acknowledgement was seen. */
  Acknowledged = 2,
  SynSeen = 4,
  FinSeen = 8,
  /** Payload was seen. */
  DataSeen = 0x10,
  /** `parsed` says how far the bytes were parsed before the parser's state was given up. */
  Parsed = 0x20,
  /** `contiguous` means something. */
  Contiguous = 0x40,
  /** `initial` means something. */
  Initial = 0x80,
}

/** One side of a connection, by what it sent. */
@unmanaged
export class Side {
  flags: u32;
  /** One past the highest sequence number seen, and one past those seen without a hole. */
  next: u32;
  contiguous: u32;
  ack: u32;
  /** The acknowledgement number of the last segment, whether its flags say that it acknowledges or not. */
  lastAck: u32;
  window: u32;
  /** When `next` last rose and when the last segment came, in microseconds that wrap. */
  nextMicros: u32;
  micros: u32;
  /** How often `lastAck` came again; UNSEEN_NOTED once the peer acknowledged what this side was never seen to send. */
  duplicateAcks: u32;
  /** Analysis bits of the last segment. */
  last: u32;
  /** The sequence number that the side began with: its SYN's, or as its first segment or the peer's acknowledgement says. */
  initial: u32;
  /** Of the first byte of payload, where the SYN was seen. */
  first: u32;
  parsed: u32;
  private recentAt: u32;
  private recent0: u32;
  private recent1: u32;
  private recent2: u32;
  private recent3: u32;

  /** True if `next` means something: a reset that answers a SYN has a sequence number of 0. RFC 9293 3.5.2. */
  @inline
  get isPlaced(): bool {
    return this.has(SideFlag.Seen) && this.next != 0;
  }

  @inline
  has(flag: SideFlag): bool {
    return (this.flags & flag) != 0;
  }

  /** True if this packet is among the last ones of this side. */
  isAmong(fingerprint: u32): bool {
    const recent = changetype<usize>(this) + offsetof<Side>("recent0");
    for (let i: usize = 0; i < RECENT; i++) {
      if (load<u32>(recent + (i << 2)) == fingerprint) return true;
    }
    return false;
  }

  /** The same; remembers a new one. */
  isRepeated(fingerprint: u32): bool {
    if (this.isAmong(fingerprint)) return true;
    const recent = changetype<usize>(this) + offsetof<Side>("recent0");
    store<u32>(recent + ((this.recentAt & (RECENT - 1)) << 2), fingerprint);
    this.recentAt++;
    return false;
  }
}

/** A segment as the analysis looks at it. */
@unmanaged
export class Segment {
  flags: u32;
  sequence: u32;
  ack: u32;
  window: u32;
  /** Payload on the wire. */
  length: u32;
  micros: u32;
}

/** Analysis bits of the segment that `us` sends; then remembers it. `roundTrip` is the handshake's in microseconds, 0 when unknown. */
export function analyse(us: Side, peer: Side, segment: Segment, roundTrip: u32): u32 {
  const special = segment.flags & (TcpFlag.Syn | TcpFlag.Fin | TcpFlag.Rst);
  const occupies = segment.length + (segment.flags & (TcpFlag.Syn | TcpFlag.Fin) ? 1 : 0);
  let bits: u32 = begins(us, peer, segment);
  // A SYN that comes again begins where the connection does, whatever a reset's sequence number was.
  if (us.has(SideFlag.Contiguous) && (segment.flags & (TcpFlag.Syn | TcpFlag.Ack)) == TcpFlag.Syn)
    us.next = us.contiguous;
  if (us.isPlaced) {
    const answer = answersProbe(us, peer, segment, special);
    bits |= answer;
    if (!answer) {
      const ahead = <i32>(segment.sequence - us.next);
      if (ahead == 0 && segment.length == 1 && peer.has(SideFlag.Seen) && peer.window == 0 && !special)
        bits |= Analysis.ZeroWindowProbe;
      else {
        if (ahead > 0 && !(segment.flags & TcpFlag.Rst)) bits |= Analysis.PreviousNotCaptured;
        if (ahead == -1 && segment.length <= 1 && !special) bits |= Analysis.KeepAlive;
        bits |= aboutAck(us, segment, special);
      }
    }
  }
  if (segment.window == 0 && !special) bits |= Analysis.ZeroWindow;
  if (segment.ack != us.lastAck) us.duplicateAcks = 0;
  if (acknowledgesUnseen(peer, segment)) bits |= Analysis.AckedUnseen;
  if (occupies && !(bits & (Analysis.KeepAlive | Analysis.ZeroWindowProbe)))
    bits |= again(us, peer, segment, occupies, roundTrip);
  remember(us, segment, occupies, bits);
  return bits;
}

/** Learns what the sides count from; ReusedPorts where the answer to a SYN shows that it was another connection before. */
function begins(us: Side, peer: Side, segment: Segment): u32 {
  const isSyn = (segment.flags & TcpFlag.Syn) != 0;
  const isAnswer = isSyn && (segment.flags & TcpFlag.Ack) != 0;
  const isOther = isAnswer && us.has(SideFlag.Initial) && segment.sequence != us.initial;
  if (isOther || !us.has(SideFlag.Initial)) us.initial = isSyn ? segment.sequence : segment.sequence - 1;
  us.flags |= SideFlag.Initial;
  if (segment.flags & TcpFlag.Ack && !peer.has(SideFlag.Initial)) {
    peer.initial = segment.ack - 1;
    peer.flags |= SideFlag.Initial;
  }
  return isOther ? Analysis.ReusedPorts : 0;
}

/** True if nothing about the segment is new: no byte, no acknowledgement. */
function repeats(us: Side, segment: Segment, special: u32): bool {
  return segment.length == 0 && !special && segment.sequence == us.next && segment.ack == us.lastAck;
}

/** KeepAliveAck for the answer to a keep-alive. */
function answersProbe(us: Side, peer: Side, segment: Segment, special: u32): u32 {
  if (!repeats(us, segment, special) || segment.window != us.window) return 0;
  return segment.window && peer.last & Analysis.KeepAlive ? Analysis.KeepAliveAck : 0;
}

function aboutAck(us: Side, segment: Segment, special: u32): u32 {
  if (segment.window == 0 || !repeats(us, segment, special)) return 0;
  if (segment.window != us.window) return Analysis.WindowUpdate;
  us.duplicateAcks = us.duplicateAcks == UNSEEN_NOTED ? 1 : us.duplicateAcks + 1;
  return Analysis.DuplicateAck;
}

/** True if the segment acknowledges bytes that the peer was not seen to send; said once of each hole. */
function acknowledgesUnseen(peer: Side, segment: Segment): bool {
  if (!(segment.flags & TcpFlag.Ack) || !peer.has(SideFlag.Contiguous) || peer.contiguous == 0) return false;
  if (<i32>(segment.ack - peer.contiguous) <= 0) return false;
  if (<i32>(peer.next - peer.contiguous) > 0) {
    // What was seen after the hole may be acknowledged without saying it again.
    peer.contiguous = peer.next;
    return true;
  }
  // Nothing at all of it was seen: said again only when the peer has acknowledged something new.
  const isNew = peer.duplicateAcks == 0;
  peer.duplicateAcks = UNSEEN_NOTED;
  return isNew;
}

/** Bytes that were sent before: again, or overtaken by later ones. */
function again(us: Side, peer: Side, segment: Segment, occupies: u32, roundTrip: u32): u32 {
  if (!us.isPlaced) return 0;
  const ahead = <i32>(segment.sequence - us.next);
  if (ahead >= 0 || (ahead == -1 && segment.length > 1)) return 0;
  // What the peer has acknowledged was sent before, however soon it comes again. Bytes that are new here are no repeat, whatever
  // Wireshark calls them: the capture may have the acknowledgement before them.
  const has = segment.length > 0 && peer.lastAck != 0;
  if (has && <i32>(segment.sequence + segment.length - peer.lastAck) <= 0) return Analysis.Retransmission;
  const fast =
    peer.duplicateAcks >= 2 && peer.lastAck == segment.sequence && segment.micros - peer.micros < FAST_MICROS;
  if (fast) return Analysis.Retransmission | Analysis.FastRetransmission;
  const end = segment.sequence + occupies;
  const limit = roundTrip ? roundTrip : REORDERED_MICROS;
  const overtaken = segment.micros - us.nextMicros < limit;
  if (overtaken && end != us.next) return Analysis.OutOfOrder;
  return Analysis.Retransmission;
}

function remember(us: Side, segment: Segment, occupies: u32, bits: u32): void {
  const end = segment.sequence + occupies;
  if (!(bits & Analysis.ZeroWindowProbe)) {
    if (!us.isPlaced || <i32>(end - us.next) > 0) {
      us.next = end;
      us.nextMicros = segment.micros;
    }
    if (!us.has(SideFlag.Contiguous) || us.contiguous == 0 || segment.sequence == us.contiguous)
      us.contiguous = us.next;
    us.flags |= SideFlag.Contiguous;
  }
  us.flags |= SideFlag.Seen;
  us.lastAck = segment.ack;
  if (segment.flags & TcpFlag.Ack) {
    us.ack = segment.ack;
    us.flags |= SideFlag.Acknowledged;
  }
  us.window = segment.window;
  us.micros = segment.micros;
  us.last = bits;
}
