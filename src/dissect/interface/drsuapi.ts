// Directory replication. MS-DRSR 4.1. Its callers must seal, so that its arguments are seldom readable.
import type { Ndr } from '../ndr'
import {
  type Arguments,
  handle,
  keep,
  type Methods,
  number,
  optional,
  type Parameter,
  pointedArray,
  text,
} from '../parameter'
import { hex } from '../show'

const connection = handle('Connection')
/** SID that a DSNAME has room for. MS-DRSR 5.50. */
const SID_BYTES = 28
/** Versions of a GetNCChanges request that begin in the same way. MS-DRSR 4.1.10.2. */
const CHANGES_VERSIONS = [5, 8, 10, 11]

/** A message of one of several versions: the version, the same again as the union's tag, and the message. */
function versioned(
  versions: readonly number[],
  read: (ndr: Ndr, found: Arguments, version: number) => void,
): Parameter {
  return (ndr, found) => {
    const version = ndr.u32('Version')
    ndr.u32()
    if (version === undefined || !versions.includes(version)) return
    read(ndr, found, version)
  }
}

/** DSNAME: sizes, GUID, SID, and the distinguished name. MS-DRSR 5.50. */
function distinguishedName(ndr: Ndr, label: string): string | undefined {
  ndr.count()
  ndr.u32()
  ndr.u32()
  ndr.uuid('GUID')
  ndr.from.skip(SID_BYTES)
  const length = ndr.u32()
  return length === undefined ? undefined : ndr.wideText(length, label)
}

/** DRS_MSG_GETCHGREQ: a pointer among the fields leads to the naming context, the first data behind them. */
function changes(ndr: Ndr, found: Arguments, version: number): void {
  ndr.from.align(8)
  ndr.uuid('Destination DSA')
  ndr.uuid('Source invocation id')
  ndr.alignToPointer()
  const name = ndr.pointer()
  for (const label of ['USN of objects', 'Reserved', 'USN of properties']) ndr.u64(label)
  ndr.pointer()
  for (const label of ['Flags', 'Most objects', 'Most bytes', 'Extended operation']) ndr.u32(label, hex)
  ndr.u64()
  if (version >= 8) {
    ndr.pointer()
    ndr.pointer()
    ndr.u32('Prefixes')
    ndr.alignToPointer()
    ndr.pointer()
  }
  if (version >= 10) ndr.u32('More flags', hex)
  if (version >= 11) {
    ndr.uuid('Correlation id')
    ndr.alignToPointer()
    ndr.pointer()
  }
  if (name) keep(found, 'Naming context', distinguishedName(ndr, 'Naming context'))
}

/** DRS_MSG_CRACKREQ_V1. MS-DRSR 4.1.4.1.2. */
function crack(ndr: Ndr, found: Arguments): void {
  ndr.alignToPointer()
  ndr.u32('Code page')
  ndr.u32('Locale')
  number('Flags', hex)(ndr, found)
  number('Format offered', hex)(ndr, found)
  number('Format desired', hex)(ndr, found)
  ndr.u32('Names')
  ndr.alignToPointer()
  optional(pointedArray(text('Name')))(ndr, found)
}

/** DRS_MSG_DCINFOREQ_V1. MS-DRSR 4.1.5.1.2. */
function controllers(ndr: Ndr, found: Arguments): void {
  ndr.alignToPointer()
  const domain = ndr.pointer()
  number('Level')(ndr, found)
  if (domain) text('Domain')(ndr, found)
}

export const replication: Methods = {
  0: { request: [optional((ndr) => void ndr.uuid('Client DSA'))] },
  1: { request: [connection] },
  3: { request: [connection, versioned(CHANGES_VERSIONS, changes)] },
  12: { request: [connection, versioned([1], crack)] },
  16: { request: [connection, versioned([1], controllers)] },
}
