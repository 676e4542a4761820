// SMB 1: MS-CIFS 2.2, MS-SMB 2.2. Of interest is what goes through named pipes, and what the server refused.
import * as kept from "../../memory/excerpts";
import { Lane, now } from "../../stream/lane";
import { Protocol } from "../../layout";
import { NONE } from "../../memory/table";
import * as message from "../../stream/message";
import { OpenPipe, Request, Session, TreeKind } from "../../stream/pipe";
import { HEADER as RPC_HEADER, callIdOf, convincing } from "../rpc/dcerpc-header";

// The header, MS-CIFS 2.2.3.1.
const COMMAND: usize = 4;
const STATUS: usize = 5;
const FLAGS: usize = 9;
const FLAGS2: usize = 10;
const TREE_ID: usize = 24;
const PROCESS_ID: usize = 26;
const USER_ID: usize = 28;
const MULTIPLEX_ID: usize = 30;
const HEADER: u32 = 32;

const IS_ANSWER: u32 = 0x80;
const IS_UNICODE: u32 = 0x8000;

enum Command {
  Close = 0x04,
  Transaction = 0x25,
  ReadAndX = 0x2e,
  WriteAndX = 0x2f,
  Negotiate = 0x72,
  SessionSetupAndX = 0x73,
  TreeConnectAndX = 0x75,
  NtCreateAndX = 0xa2,
}

// Parameter words of each command, in bytes from the first.
const ANDX_OFFSET: u32 = 2;
const CLOSE_FILE: u32 = 0;
const READ_FILE: u32 = 4;
const READ_LENGTH: u32 = 10;
const READ_OFFSET: u32 = 12;
const READ_LENGTH_HIGH: u32 = 14;
const WRITE_FILE: u32 = 4;
const WRITE_LENGTH_HIGH: u32 = 18;
const WRITE_LENGTH: u32 = 20;
const WRITE_OFFSET: u32 = 22;
const CREATED_FILE: u32 = 5;
/** ResourceType of what was opened: MS-CIFS 2.2.4.64.2. */
const CREATED_TYPE: u32 = 63;
const CREATE_NAME_LENGTH: u32 = 5;
const CREATE_ACCESS: u32 = 15;
const TRANSACTION_DATA: u32 = 22;
const TRANSACTION_FUNCTION: u32 = 28;
const TRANSACTION_FILE: u32 = 30;
const TRANSACTED_DATA: u32 = 12;

const TRANSACT_NAMED_PIPE: u32 = 0x26;
const STATUS_BUFFER_OVERFLOW: u32 = 0x80000005;
/** The same for a client that wants DOS errors: class ERRDOS, code ERROR_MORE_DATA. MS-CIFS 2.2.2.4. */
const DOS_MORE_DATA: u32 = 0x00ea0001;
const NO_ANDX: u32 = 0xff;
/** DialectIndex of a negotiation where the server has none of the dialects. */
const NO_DIALECT: u32 = 0xffff;

const KEPT_OF_MESSAGE: u32 = HEADER + 512;
const LONGEST_NAME: u32 = 1024;
/** ResourceType: pipes that pass bytes, and those that pass messages. */
const BYTE_PIPE: u32 = 1;
const MESSAGE_PIPE: u32 = 2;
/** Names of pipes are short; a longer one on a tree that the capture does not show is that of a file. In bytes. */
const LONGEST_UNSEEN_NAME: u32 = 64;
/** Windows chains two commands. */
const LONGEST_CHAIN: u32 = 8;

let lane: Lane = changetype<Lane>(0);
let session: Session = changetype<Session>(0);
/** The message's place in what the lane delivered. */
let base: u32 = 0;
/** First parameter word of the current command, counted from the header, and how many bytes of words there are. */
let words: u32 = 0;
let wordBytes: u32 = 0;

/** Reads the message at `position` of what `carrier` has delivered. */
export function read(carrier: Lane, known: Session, position: u32): void {
  lane = carrier;
  session = known;
  base = position;
  const at = lane.bytes + base;
  const isAnswer = ((<u32>load<u8>(at + FLAGS)) & IS_ANSWER) != 0;
  let command = <u32>load<u8>(at + COMMAND);
  let offset = HEADER;
  for (let links: u32 = 0; links < LONGEST_CHAIN && findWords(offset); links++) {
    if (isAnswer) answer(command);
    else request(command);
    if (!isChained(command) || wordBytes < 4) return;
    command = load<u8>(at + words);
    const next = <u32>load<u16>(at + words + ANDX_OFFSET);
    if (command == NO_ANDX || next <= offset) return;
    offset = next;
  }
}

/** True if a message of which `available` bytes are at `at` carries bytes of a pipe, as far as they show. */
export function carriesPipe(known: Session, at: usize, available: u32): bool {
  const command = <u32>load<u8>(at + COMMAND);
  if (command == Command.Transaction || command == Command.SessionSetupAndX) return true;
  const isAnswer = ((<u32>load<u8>(at + FLAGS)) & IS_ANSWER) != 0;
  const first = HEADER + 1;
  let data: u32;
  if (command == Command.WriteAndX && !isAnswer) {
    if (known.pipe(fileKey(load<u16>(at + first + WRITE_FILE)))) return true;
    data = load<u16>(at + first + WRITE_OFFSET);
  } else if (command == Command.ReadAndX && isAnswer) {
    const asked = known.asked(requestKey(at));
    if (asked && known.pipe(changetype<Request>(asked).file)) return true;
    data = load<u16>(at + first + READ_OFFSET);
  } else return false;
  return data + RPC_HEADER <= available && convincing(at + data, available - data);
}

/** Finds the parameter words of the command at `offset`; false when they were not captured. */
function findWords(offset: u32): bool {
  if (base + offset + 1 > lane.headHave) return false;
  words = offset + 1;
  wordBytes = (<u32>load<u8>(lane.bytes + base + offset)) << 1;
  return base + words + wordBytes <= lane.headHave;
}

function isChained(command: u32): bool {
  return (
    command == Command.ReadAndX ||
    command == Command.WriteAndX ||
    command == Command.SessionSetupAndX ||
    command == Command.TreeConnectAndX ||
    command == Command.NtCreateAndX
  );
}

function request(command: u32): void {
  const at = lane.bytes + base;
  const key = requestKey(at);
  switch (command) {
    case Command.Negotiate:
      keep(KEPT_OF_MESSAGE);
      break;
    case Command.SessionSetupAndX:
      keep(message.KEPT);
      break;
    case Command.TreeConnectAndX:
      session.ask(key, command, 0);
      keep(KEPT_OF_MESSAGE);
      break;
    case Command.NtCreateAndX:
      if (wordBytes > CREATE_NAME_LENGTH + 2) askCreate(key);
      break;
    case Command.Close:
      if (wordBytes >= 2) session.close(fileKey(word(CLOSE_FILE)));
      break;
    case Command.ReadAndX: {
      if (wordBytes < READ_FILE + 2) break;
      const file = fileKey(word(READ_FILE));
      if (session.pipe(file) || session.treeKind(treeKey(at)) == TreeKind.Unseen) session.ask(key, command, file);
      break;
    }
    case Command.WriteAndX: {
      if (wordBytes < WRITE_OFFSET + 2) break;
      const file = fileKey(word(WRITE_FILE));
      pass(file, word(WRITE_OFFSET), word(WRITE_LENGTH) | (word(WRITE_LENGTH_HIGH) << 16));
      if (session.pipe(file)) session.ask(key, command, file);
      break;
    }
    case Command.Transaction: {
      if (wordBytes < TRANSACTION_FILE + 2 || word(TRANSACTION_FUNCTION) != TRANSACT_NAMED_PIPE) break;
      const file = fileKey(word(TRANSACTION_FILE));
      session.ask(key, command, file);
      pass(file, word(TRANSACTION_DATA + 2), word(TRANSACTION_DATA));
    }
  }
}

/**
 * A create on a tree of pipes, or on one that was connected before the capture. The name follows the words and two bytes of
 * length, at an even place when it is Unicode.
 */
function askCreate(key: u64): void {
  const at = lane.bytes + base;
  const kind = session.treeKind(treeKey(at));
  if (kind == TreeKind.Other) return;
  const asked = session.ask(key, Command.NtCreateAndX, 0);
  if (wordBytes >= CREATE_ACCESS + 4) asked.access = word(CREATE_ACCESS) | (word(CREATE_ACCESS + 2) << 16);
  const isUnicode = ((<u32>load<u16>(at + FLAGS2)) & IS_UNICODE) != 0;
  let offset = words + wordBytes + 2;
  if (isUnicode) offset = (offset + 1) & ~1;
  const length = min(word(CREATE_NAME_LENGTH), LONGEST_NAME);
  if (base + offset + length > lane.headHave || length == 0) return;
  if (kind == TreeKind.Unseen && length > LONGEST_UNSEEN_NAME) return;
  asked.nameLength = isUnicode ? length : length << 1;
  asked.name = kept.room(asked.nameLength);
  if (asked.name == 0) asked.nameLength = 0;
  else if (isUnicode) memory.copy(asked.name, at + offset, length);
  else for (let i: u32 = 0; i < length; i++) store<u16>(asked.name + (i << 1), load<u8>(at + offset + i));
}

function answer(command: u32): void {
  const at = lane.bytes + base;
  const status = load<u32>(at + STATUS);
  const key = requestKey(at);
  if (command == Command.SessionSetupAndX) keep(message.KEPT);
  else if (command == Command.TreeConnectAndX) connectTree(status);
  else if (command == Command.Negotiate) {
    if (status || (wordBytes >= 2 && word(0) == NO_DIALECT)) keep(KEPT_OF_MESSAGE);
  } else {
    const asked = session.asked(key);
    const file = asked ? changetype<Request>(asked).file : 0;
    if (command == Command.NtCreateAndX) create(status, asked);
    else if (command == Command.ReadAndX || command == Command.WriteAndX || command == Command.Transaction)
      finishTransfer(command, status, file);
    session.answered(key);
  }
}

/** The answer names the kind of service: `IPC` for pipes. */
function connectTree(status: u32): void {
  const at = lane.bytes + base;
  if (status) return keep(KEPT_OF_MESSAGE);
  const service = words + wordBytes + 2;
  if (base + service + 4 > lane.headHave) return;
  session.setTree(treeKey(at), load<u32>(at + service) == 0x00435049 ? TreeKind.Pipes : TreeKind.Other);
}

function create(status: u32, asked: usize): void {
  if (asked == 0 || !isPipe(status)) return;
  if (status) {
    keep(KEPT_OF_MESSAGE);
    session.add(lane.stream, userId(), 0, 1, status, asked);
  } else if (wordBytes >= CREATED_FILE + 2)
    session.add(lane.stream, userId(), fileKey(word(CREATED_FILE)), 1, 0, asked);
}

/** True if an answered create is about a pipe. Of a tree that the capture does not show, what was opened says so. */
function isPipe(status: u32): bool {
  const tree = treeKey(lane.bytes + base);
  const kind = session.treeKind(tree);
  if (kind != TreeKind.Unseen) return kind == TreeKind.Pipes;
  if (status || wordBytes < CREATED_TYPE + 2) return false;
  const type = word(CREATED_TYPE);
  const pipes = type == BYTE_PIPE || type == MESSAGE_PIPE;
  session.setTree(tree, pipes ? TreeKind.Pipes : TreeKind.Other);
  return pipes;
}

function finishTransfer(command: u32, status: u32, file: u64): void {
  if (status && status != STATUS_BUFFER_OVERFLOW && status != DOS_MORE_DATA) {
    const pipe = session.pipe(file);
    if (pipe) keep(KEPT_OF_MESSAGE, changetype<OpenPipe>(pipe).row);
    return;
  }
  if (command == Command.ReadAndX) {
    if (wordBytes >= READ_LENGTH_HIGH + 2)
      pass(file, word(READ_OFFSET), word(READ_LENGTH) | (word(READ_LENGTH_HIGH) << 16));
  } else if (command == Command.Transaction && wordBytes >= TRANSACTED_DATA + 4)
    pass(file, word(TRANSACTED_DATA + 2), word(TRANSACTED_DATA));
}

/** Hands bytes of the message to the pipe that the file is; one that was opened before the capture shows itself by RPC. */
function pass(file: u64, offset: u32, length: u32): void {
  const all = lane.length - base;
  if (offset < HEADER || offset > all || length == 0) return;
  let from = base + offset;
  let count = min(length, all - offset);
  const there = from < lane.headHave ? min(lane.headHave - from, count) : 0;
  // Before the first write of a message, its length may stand: MS-CIFS 2.2.4.43.1, WriteMode.
  if (
    there >= RPC_HEADER + 2 &&
    !convincing(lane.bytes + from, there) &&
    convincing(lane.bytes + from + 2, there - 2)
  ) {
    from += 2;
    count -= 2;
  }
  let pipe = session.pipe(file);
  if (pipe == 0) {
    if (there < RPC_HEADER + 2 || !convincing(lane.bytes + from, min(there, count))) return;
    if (file == 0) pipe = session.pipeOfCall(userId(), callIdOf(lane.bytes + from));
    if (pipe == 0) pipe = session.add(lane.stream, userId(), file, 1, 0, 0);
    if (pipe == 0) return;
  }
  changetype<OpenPipe>(pipe).feed(lane, from, count);
}

function keep(most: u32, pipe: u32 = NONE): void {
  message.add(Protocol.Smb1, now, lane.stream, lane.bytes + base, lane.headHave - base, most, pipe);
}

/** A parameter word of the current command, by its place in bytes. */
function word(place: u32): u32 {
  return load<u16>(lane.bytes + base + words + place);
}

/** The session that the message belongs to. */
function userId(): u64 {
  return load<u16>(lane.bytes + base + USER_ID);
}

/** What a request and its answer have in common. */
function requestKey(at: usize): u64 {
  return (
    (<u64>load<u16>(at + MULTIPLEX_ID)) |
    ((<u64>load<u16>(at + PROCESS_ID)) << 16) |
    ((<u64>load<u16>(at + USER_ID)) << 32)
  );
}

function treeKey(at: usize): u64 {
  return load<u16>(at + TREE_ID);
}

/** Never 0. */
function fileKey(file: u32): u64 {
  return <u64>file + 1;
}
