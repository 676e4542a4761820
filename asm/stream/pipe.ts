// Named pipes of an SMB connection: MS-SMB2 3.3.1, MS-CIFS 3.3.1. What was asked and not yet answered, which trees
// hold pipes, which files are pipes, and the bytes that go through each pipe, in order.
import { LaneFlag, Lane, now, openLane } from "./lane";
import { Framing } from "./framing";
import { Pipe } from "../layout";
import { Stock } from "../memory/pool";
import { NONE, pipes } from "../memory/table";
import { HEADER as RPC_HEADER, asksForAnswer, callIdOf, convincing } from "../wire/rpc/dcerpc-header";

/** How many trees, unanswered requests and open pipes are remembered for one connection; the oldest is forgotten. */
const MOST: u32 = 64;

export enum TreeKind {
  /** The tree was connected before the capture began. */
  Unseen,
  Pipes,
  Other,
}

/** What every remembered thing begins with: a chain, newest first. */
@unmanaged
class Entry {
  next: usize;
  key: u64;
}

@unmanaged
class Tree extends Entry {
  kind: TreeKind;
}

/** A request that waits for its answer. */
@unmanaged
export class Request extends Entry {
  command: u32;
  /** The file that it is about; 0 without. */
  file: u64;
  /** Create: the kept name, and the access mask. */
  name: usize;
  nameLength: u32;
  access: u32;
}

/** An open pipe. */
@unmanaged
export class OpenPipe extends Entry {
  row: u32;
  /** SMB session that opened it, and the id of the last call that the client wrote to it; 0 before the first. */
  smbSession: u64;
  lastCall: u32;
  /** Lanes of what A and what B of the stream send, 0 before the first byte. */
  private laneA: usize;
  private laneB: usize;

  /** Takes in `count` bytes at `position` of the message that `carrier` has delivered. */
  feed(carrier: Lane, position: u32, count: u32): void {
    const fromB = carrier.has(LaneFlag.FromB);
    let lane = changetype<Lane>(fromB ? this.laneB : this.laneA);
    const there = carrier.headHave > position ? min(count, carrier.headHave - position) : 0;
    const data = carrier.bytes + position;
    if (changetype<usize>(lane) == 0) {
      const flags = carrier.flags & LaneFlag.OF_STREAM;
      lane = openLane(Framing.Rpc, flags | LaneFlag.Unsure, carrier.stream, this.row);
      if (fromB) this.laneB = changetype<usize>(lane);
      else this.laneA = changetype<usize>(lane);
    }
    if (there >= RPC_HEADER && asksForAnswer(data)) this.lastCall = callIdOf(data);
    // A pipe that began with something else may still come to RPC.
    if (lane.has(LaneFlag.Refused) && there >= RPC_HEADER && convincing(data, there)) lane.flags &= ~LaneFlag.Refused;
    lane.feed(data, there, carrier.frame, carrier.at + position);
    if (there < count) lane.skip(count - there);
  }

  /** Messages between may be lost: whatever had begun has not ended. */
  restart(): void {
    if (this.laneA) changetype<Lane>(this.laneA).restart();
    if (this.laneB) changetype<Lane>(this.laneB).restart();
  }

  close(): void {
    if (this.laneA) changetype<Lane>(this.laneA).close();
    if (this.laneB) changetype<Lane>(this.laneB).close();
  }
}

const trees = new Stock(offsetof<Tree>());
const requests = new Stock(offsetof<Request>());
const openPipes = new Stock(offsetof<OpenPipe>());
const sessions = new Stock(offsetof<Session>());

/** All that is remembered of one SMB connection. */
@unmanaged
export class Session {
  private trees: usize;
  private requests: usize;
  private pipes: usize;

  setTree(key: u64, kind: TreeKind): void {
    let tree = changetype<Tree>(find(this.treesAt, key));
    if (changetype<usize>(tree) == 0) {
      tree = changetype<Tree>(trees.take());
      const forgotten = add(this.treesAt, changetype<usize>(tree), key);
      if (forgotten) trees.put(forgotten);
    }
    tree.kind = kind;
  }

  treeKind(key: u64): TreeKind {
    const tree = find(this.treesAt, key);
    return tree ? changetype<Tree>(tree).kind : TreeKind.Unseen;
  }

  /** Remembers a request until it is answered. */
  ask(key: u64, command: u32, file: u64): Request {
    const request = changetype<Request>(requests.take());
    request.command = command;
    request.file = file;
    const forgotten = add(this.requestsAt, changetype<usize>(request), key);
    if (forgotten) requests.put(forgotten);
    return request;
  }

  /** The request with this key, 0 when it is not known. */
  asked(key: u64): usize {
    return find(this.requestsAt, key);
  }

  /** The request has its final answer. */
  answered(key: u64): void {
    const request = take(this.requestsAt, key);
    if (request) requests.put(request);
  }

  /** Appends a row for a pipe whose create was answered, or which is met without one; opens it when it is there. */
  add(stream: u32, smbSession: u64, file: u64, version: u32, status: u32, request: usize): usize {
    const row = pipes.next();
    if (row == NONE) return 0;
    pipes.set(Pipe.Stream, row, stream);
    pipes.set(Pipe.Name, row, request ? <u32>changetype<Request>(request).name : 0);
    pipes.set(Pipe.NameLength, row, request ? changetype<Request>(request).nameLength : 0);
    pipes.set(Pipe.OpenFrame, row, request ? now : NONE);
    pipes.set(Pipe.CloseFrame, row, NONE);
    pipes.set(Pipe.Status, row, status);
    pipes.set(Pipe.Access, row, request ? changetype<Request>(request).access : 0);
    pipes.set(Pipe.Version, row, version);
    pipes.set(Pipe.Session, row, (<u32>smbSession) ^ (<u32>(smbSession >> 32)));
    pipes.publish();
    if (status) return 0;
    this.close(file);
    const open = changetype<OpenPipe>(openPipes.take());
    open.row = row;
    open.smbSession = smbSession;
    const forgotten = add(this.pipesAt, changetype<usize>(open), file);
    if (forgotten) release(forgotten);
    return changetype<usize>(open);
  }

  /** The OpenPipe of a file, 0 when it is none. */
  pipe(file: u64): usize {
    return find(this.pipesAt, file);
  }

  /**
   * The OpenPipe of an SMB session whose last call has this id: what an answer belongs to when the read that asked for it
   * is not in the capture. 0 when none or several fit.
   */
  pipeOfCall(smbSession: u64, id: u32): usize {
    if (id == 0) return 0;
    let found: usize = 0;
    for (let at = this.pipes; at; at = changetype<Entry>(at).next) {
      const open = changetype<OpenPipe>(at);
      if (open.lastCall != id || open.smbSession != smbSession) continue;
      if (found) return 0;
      found = at;
    }
    return found;
  }

  close(file: u64): void {
    const open = take(this.pipesAt, file);
    if (open == 0) return;
    pipes.set(Pipe.CloseFrame, changetype<OpenPipe>(open).row, now);
    release(open);
  }

  /** Bytes of the connection are missing. */
  restart(): void {
    for (let at = this.pipes; at; at = changetype<Entry>(at).next) changetype<OpenPipe>(at).restart();
  }

  finish(): void {
    while (this.trees) trees.put(pop(this.treesAt));
    while (this.requests) requests.put(pop(this.requestsAt));
    while (this.pipes) release(pop(this.pipesAt));
    sessions.put(changetype<usize>(this));
  }

  private get treesAt(): usize {
    return changetype<usize>(this) + offsetof<Session>("trees");
  }

  private get requestsAt(): usize {
    return changetype<usize>(this) + offsetof<Session>("requests");
  }

  private get pipesAt(): usize {
    return changetype<usize>(this) + offsetof<Session>("pipes");
  }
}

export function openSession(): Session {
  return changetype<Session>(sessions.take());
}

function release(open: usize): void {
  changetype<OpenPipe>(open).close();
  openPipes.put(open);
}

/** The entry with this key in the chain that `link` points to, 0 without. */
function find(link: usize, key: u64): usize {
  let at = load<usize>(link);
  while (at && changetype<Entry>(at).key != key) at = changetype<Entry>(at).next;
  return at;
}

/** Puts an entry first; returns the last when the chain has become too long, for its memory. */
function add(link: usize, entry: usize, key: u64): usize {
  changetype<Entry>(entry).key = key;
  changetype<Entry>(entry).next = load<usize>(link);
  store<usize>(link, entry);
  let count: u32 = 1;
  let at = entry;
  while (changetype<Entry>(at).next && count < MOST) {
    at = changetype<Entry>(at).next;
    count++;
  }
  const last = changetype<Entry>(at).next;
  changetype<Entry>(at).next = 0;
  return last;
}

/** Takes the entry with this key out of the chain; 0 when there is none. */
function take(link: usize, key: u64): usize {
  let at = load<usize>(link);
  while (at && changetype<Entry>(at).key != key) {
    link = at + offsetof<Entry>("next");
    at = changetype<Entry>(at).next;
  }
  if (at) store<usize>(link, changetype<Entry>(at).next);
  return at;
}

function pop(link: usize): usize {
  const at = load<usize>(link);
  store<usize>(link, changetype<Entry>(at).next);
  return at;
}
