// SMB 2 and 3: MS-SMB2 2.2. Of interest is what goes through named pipes, and what the server refused.
import * as kept from "../../memory/excerpts";
import { Lane, now } from "../../stream/lane";
import { Protocol } from "../../layout";
import { NONE } from "../../memory/table";
import * as message from "../../stream/message";
import { OpenPipe, Request, Session, TreeKind } from "../../stream/pipe";
import { HEADER as RPC_HEADER, callIdOf, convincing } from "../rpc/dcerpc-header";

// The header, 2.2.1.2.
const STRUCTURE_SIZE: usize = 4;
const STATUS: usize = 8;
const COMMAND: usize = 12;
const FLAGS: usize = 16;
const NEXT_COMMAND: usize = 20;
const MESSAGE_ID: usize = 24;
const TREE_ID: usize = 36;
const SESSION_ID: usize = 40;
const HEADER: u32 = 64;

const IS_ANSWER: u32 = 1;
const IS_RELATED: u32 = 4;

enum Command {
  Negotiate = 0,
  SessionSetup = 1,
  TreeConnect = 3,
  Create = 5,
  Close = 6,
  Read = 8,
  Write = 9,
  Ioctl = 11,
}

// Bodies, counted from the header's end.
const SHARE_TYPE: u32 = HEADER + 2;
const CREATE_ACCESS: u32 = HEADER + 24;
const CREATE_NAME_OFFSET: u32 = HEADER + 44;
const CREATED_FILE: u32 = HEADER + 64;
const CLOSE_FILE: u32 = HEADER + 8;
const READ_FILE: u32 = HEADER + 16;
const READ_DATA_OFFSET: u32 = HEADER + 2;
const WRITE_DATA_OFFSET: u32 = HEADER + 2;
const DATA_LENGTH: u32 = HEADER + 4;
const WRITE_FILE: u32 = HEADER + 16;
const CONTROL_CODE: u32 = HEADER + 4;
const IOCTL_FILE: u32 = HEADER + 8;
const IOCTL_INPUT: u32 = HEADER + 24;
const IOCTL_OUTPUT: u32 = HEADER + 32;

/** ShareType of IPC$. */
const PIPE_SHARE: u32 = 2;
const FSCTL_PIPE_TRANSCEIVE: u32 = 0x0011c017;

const STATUS_PENDING: u32 = 0x103;
/** The answer holds the first part of what the pipe has. */
const STATUS_BUFFER_OVERFLOW: u32 = 0x80000005;

const KEPT_OF_MESSAGE: u32 = HEADER + 512;
const LONGEST_NAME: u32 = 1024;
/** A chain of commands goes on in steps of eight bytes; real ones have two or three links. */
const LONGEST_CHAIN: u32 = 64;

/** The message that the commands lie in. */
let lane: Lane = changetype<Lane>(0);
let session: Session = changetype<Session>(0);
/** The file that a related command means. */
let chainFile: u64 = 0;

/** Reads the commands of the message at `position` of what `carrier` has delivered. */
export function read(carrier: Lane, known: Session, position: u32): void {
  lane = carrier;
  session = known;
  chainFile = 0;
  for (let links: u32 = 0; links < LONGEST_CHAIN && position + HEADER <= lane.headHave; links++) {
    const at = lane.bytes + position;
    if (load<u16>(at + STRUCTURE_SIZE) != HEADER) return;
    const next = load<u32>(at + NEXT_COMMAND);
    const end = next && next < lane.length - position ? position + next : lane.length;
    if (load<u32>(at + FLAGS) & IS_ANSWER) answer(position, end);
    else request(position, end);
    if (end == lane.length || next < HEADER) return;
    position = end;
  }
}

/** True if a message of which `available` bytes are at `at` carries bytes of a pipe, as far as they show. */
export function carriesPipe(known: Session, at: usize, available: u32): bool {
  if (available < HEADER + 32) return false;
  const command = <u32>load<u16>(at + COMMAND);
  const isAnswer = (load<u32>(at + FLAGS) & IS_ANSWER) != 0;
  if (command == Command.Ioctl || command == Command.SessionSetup) return true;
  let data: u32;
  if (command == Command.Write && !isAnswer) {
    if (known.pipe(fileAt(at + WRITE_FILE))) return true;
    data = load<u16>(at + WRITE_DATA_OFFSET);
  } else if (command == Command.Read && isAnswer) {
    const asked = known.asked(load<u64>(at + MESSAGE_ID));
    if (asked && known.pipe(changetype<Request>(asked).file)) return true;
    data = load<u8>(at + READ_DATA_OFFSET);
  } else return false;
  return data + RPC_HEADER <= available && convincing(at + data, available - data);
}

function request(position: u32, end: u32): void {
  const at = lane.bytes + position;
  const id = load<u64>(at + MESSAGE_ID);
  const there = min(end, lane.headHave) - position;
  const isRelated = (load<u32>(at + FLAGS) & IS_RELATED) != 0;
  switch (<u32>load<u16>(at + COMMAND)) {
    case Command.SessionSetup:
      keep(position, end, message.KEPT);
      break;
    case Command.TreeConnect:
      session.ask(id, Command.TreeConnect, 0);
      keep(position, end, KEPT_OF_MESSAGE);
      break;
    case Command.Create:
      if (there >= CREATE_NAME_OFFSET + 4) askCreate(position, there, id);
      break;
    case Command.Close:
      if (there >= CLOSE_FILE + 16) session.close(fileOf(at + CLOSE_FILE, isRelated));
      break;
    case Command.Read: {
      if (there < READ_FILE + 16) break;
      const file = fileOf(at + READ_FILE, isRelated);
      if (session.pipe(file) || treeOf(at) == TreeKind.Unseen) session.ask(id, Command.Read, file);
      break;
    }
    case Command.Write: {
      if (there < WRITE_FILE + 16) break;
      const file = fileOf(at + WRITE_FILE, isRelated);
      pass(file, position, end, load<u16>(at + WRITE_DATA_OFFSET), load<u32>(at + DATA_LENGTH));
      if (session.pipe(file)) session.ask(id, Command.Write, file);
      break;
    }
    case Command.Ioctl: {
      if (there < IOCTL_OUTPUT || load<u32>(at + CONTROL_CODE) != FSCTL_PIPE_TRANSCEIVE) break;
      const file = fileOf(at + IOCTL_FILE, isRelated);
      session.ask(id, Command.Ioctl, file);
      pass(file, position, end, load<u32>(at + IOCTL_INPUT), load<u32>(at + IOCTL_INPUT + 4));
    }
  }
}

/** A create on a tree of pipes, or on one that the capture does not say. */
function askCreate(position: u32, there: u32, id: u64): void {
  const at = lane.bytes + position;
  const kind = treeOf(at);
  if (kind == TreeKind.Other) return;
  const asked = session.ask(id, Command.Create, 0);
  asked.access = load<u32>(at + CREATE_ACCESS);
  const offset = <u32>load<u16>(at + CREATE_NAME_OFFSET);
  const length = min(<u32>load<u16>(at + CREATE_NAME_OFFSET + 2), LONGEST_NAME);
  if (kind != TreeKind.Pipes || offset + length > there) return;
  asked.name = kept.keep(at + offset, length);
  asked.nameLength = asked.name ? length : 0;
}

function answer(position: u32, end: u32): void {
  const at = lane.bytes + position;
  const status = load<u32>(at + STATUS);
  if (status == STATUS_PENDING) return;
  const id = load<u64>(at + MESSAGE_ID);
  const command = <u32>load<u16>(at + COMMAND);
  const asked = session.asked(id);
  if (command == Command.SessionSetup) keep(position, end, message.KEPT);
  else if (command == Command.Negotiate) {
    if (status) keep(position, end, KEPT_OF_MESSAGE);
  } else if (command == Command.TreeConnect) connectTree(position, end, status);
  else if (asked && changetype<Request>(asked).command == command) {
    if (command == Command.Create) create(position, end, status, asked);
    else finishTransfer(position, end, status, command, changetype<Request>(asked).file);
  } else if (command == Command.Read || command == Command.Ioctl) finishTransfer(position, end, status, command, 0);
  session.answered(id);
}

function connectTree(position: u32, end: u32, status: u32): void {
  const at = lane.bytes + position;
  if (status) keep(position, end, KEPT_OF_MESSAGE);
  else if (position + SHARE_TYPE < lane.headHave)
    session.setTree(treeKey(at), load<u8>(at + SHARE_TYPE) == PIPE_SHARE ? TreeKind.Pipes : TreeKind.Other);
}

function create(position: u32, end: u32, status: u32, asked: usize): void {
  const at = lane.bytes + position;
  // A file of a tree that was connected before the capture began is a pipe only once RPC is seen in it.
  if (changetype<Request>(asked).name == 0) return;
  if (status) {
    keep(position, end, KEPT_OF_MESSAGE);
    session.add(lane.stream, load<u64>(at + SESSION_ID), 0, 2, status, asked);
  } else if (position + CREATED_FILE + 16 <= lane.headHave) {
    chainFile = fileAt(at + CREATED_FILE);
    session.add(lane.stream, load<u64>(at + SESSION_ID), chainFile, 2, 0, asked);
  }
}

/** The answer to a read, a write, or the control code that writes and reads. */
function finishTransfer(position: u32, end: u32, status: u32, command: u32, file: u64): void {
  if (status && status != STATUS_BUFFER_OVERFLOW) {
    const pipe = session.pipe(file);
    if (pipe) keep(position, end, KEPT_OF_MESSAGE, changetype<OpenPipe>(pipe).row);
    return;
  }
  const at = lane.bytes + position;
  const there = min(end, lane.headHave) - position;
  if (command == Command.Read) {
    if (there >= DATA_LENGTH + 4)
      pass(file, position, end, load<u8>(at + READ_DATA_OFFSET), load<u32>(at + DATA_LENGTH));
  } else if (
    command == Command.Ioctl &&
    there >= IOCTL_OUTPUT + 8 &&
    load<u32>(at + CONTROL_CODE) == FSCTL_PIPE_TRANSCEIVE
  )
    pass(
      file ? file : fileAt(at + IOCTL_FILE),
      position,
      end,
      load<u32>(at + IOCTL_OUTPUT),
      load<u32>(at + IOCTL_OUTPUT + 4),
    );
}

/** Hands bytes of the command to the pipe that the file is; one that was opened before the capture shows itself by RPC. */
function pass(file: u64, position: u32, end: u32, offset: u32, length: u32): void {
  if (offset < HEADER || offset > end - position || length == 0) return;
  const from = position + offset;
  const count = min(length, end - from);
  let pipe = session.pipe(file);
  if (pipe == 0) {
    if (from + RPC_HEADER > lane.headHave || !convincing(lane.bytes + from, min(lane.headHave - from, count))) return;
    const smbSession = load<u64>(lane.bytes + position + SESSION_ID);
    if (file == 0) pipe = session.pipeOfCall(smbSession, callIdOf(lane.bytes + from));
    if (pipe == 0) pipe = session.add(lane.stream, smbSession, file, 2, 0, 0);
    if (pipe == 0) return;
  }
  changetype<OpenPipe>(pipe).feed(lane, from, count);
}

function keep(position: u32, end: u32, most: u32, pipe: u32 = NONE): void {
  const there = min(end, lane.headHave) - position;
  message.add(Protocol.Smb2, now, lane.stream, lane.bytes + position, there, most, pipe);
}

function treeOf(at: usize): TreeKind {
  return session.treeKind(treeKey(at));
}

/** Sessions share a connection, and each numbers its own trees. */
function treeKey(at: usize): u64 {
  return load<u64>(at + SESSION_ID) * 0x9e3779b97f4a7c15 + <u64>load<u32>(at + TREE_ID);
}

function fileOf(at: usize, isRelated: bool): u64 {
  const isPrevious = isRelated && load<u64>(at, 8) == u64.MAX_VALUE;
  if (!isPrevious) chainFile = fileAt(at);
  return chainFile;
}

/** One number for the two halves of a FileId; never 0. */
function fileAt(at: usize): u64 {
  return (load<u64>(at) * 0x9e3779b97f4a7c15 + load<u64>(at, 8)) | 1;
}
