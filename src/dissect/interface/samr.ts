// Accounts and policy: the Security Account Manager and the Local Security Authority. MS-SAMR 3.1.5, MS-LSAD 3.1.4,
// MS-LSAT 3.1.4.

import {
  access,
  counted,
  countedArray,
  enumeration,
  firstCharacter,
  handle,
  type Method,
  type Methods,
  number,
  optional,
  optionalText,
  type Parameter,
  pointedArray,
  sid,
  varyingCountedArray,
} from '../parameter'
import { hex } from '../show'

const server = handle('Server')
const domain = handle('Domain')
const account = handle('Account')
const policy = handle('Policy')
const serverName = optionalText('Server')
const level = enumeration('Information class')
const rid = number('RID')

function connect(...parameters: Parameter[]): Method {
  return { request: [...parameters], response: [server] }
}

/** Relative identifiers that belong to a domain's SID. */
const rids: Parameter = (ndr, found) => {
  const count = ndr.varyingCount() ?? 0
  for (let i = 0; i < count && ndr.from.left > 0; i++) rid(ndr, found)
}

/** SAMPR_PSID_ARRAY, LSAPR_SID_ENUM_BUFFER: a count, then pointers, then SIDs. MS-SAMR 2.2.3.6, MS-LSAT 2.2.18. */
const sids: Parameter = (ndr, found) => {
  ndr.alignToPointer()
  ndr.u32()
  ndr.alignToPointer()
  optional(pointedArray(sid('SID')))(ndr, found)
}

const newAccount: Method = { request: [domain, counted('Account'), access], response: [account] }
const openByRid: Method = { request: [domain, access, rid], response: [account] }

export const sam: Methods = {
  0: connect(firstCharacter, access),
  1: { request: [handle('Handle')] },
  3: { request: [handle('Object'), number('Security information', hex)] },
  5: { request: [server, counted('Domain')], response: [optional(sid('SID'))] },
  6: { request: [server] },
  7: { request: [server, access, sid('SID')], response: [domain] },
  8: { request: [domain, level] },
  10: newAccount,
  12: newAccount,
  14: newAccount,
  16: { request: [domain, sids] },
  17: { request: [domain, number('Names'), varyingCountedArray('Account')] },
  18: { request: [domain, number('RIDs'), rids] },
  19: openByRid,
  20: { request: [account, level] },
  27: openByRid,
  28: { request: [account, level] },
  34: openByRid,
  35: { request: [account] },
  36: { request: [account, level] },
  37: { request: [account, level] },
  39: { request: [account] },
  40: { request: [domain, level, number('Index'), number('Entries')] },
  46: { request: [domain, level] },
  47: { request: [account, level] },
  48: { request: [domain, level, number('Index'), number('Entries')] },
  50: { request: [domain, counted('Account'), number('Account type', hex), access], response: [account] },
  51: { request: [domain, level, number('Index'), number('Entries')] },
  55: { request: [optional(counted('Server')), counted('Account')] },
  57: connect(serverName, access),
  58: { request: [account, level] },
  62: connect(serverName, number('Client revision'), access),
  64: connect(serverName, access),
  73: { request: [optional(counted('Server')), counted('Account')] },
}

/** LSAPR_OBJECT_ATTRIBUTES: nothing in it matters, but the access mask is behind it. MS-LSAD 2.2.9. */
const objectAttributes: Parameter = (ndr) => {
  ndr.alignToPointer()
  ndr.u32()
  ndr.alignToPointer()
  const others = [ndr.pointer(), ndr.pointer()]
  ndr.u32('Attributes', hex)
  ndr.alignToPointer()
  others.push(ndr.pointer())
  const qualityOfService = ndr.pointer()
  // The server ignores root, name and descriptor; a client that sends them anyway is left unread.
  if (others.some(Boolean)) {
    ndr.from.skip(ndr.from.left)
    return
  }
  if (!qualityOfService) return
  ndr.u32()
  ndr.short('Impersonation level')
  ndr.u8()
  ndr.u8()
}

export const lsa: Methods = {
  0: { request: [handle('Handle')] },
  6: { request: [firstCharacter, objectAttributes, access], response: [policy] },
  7: { request: [policy, level] },
  10: { request: [policy, sid('SID'), access], response: [account] },
  14: { request: [policy, number('Names'), countedArray('Account')] },
  15: { request: [policy, sids] },
  17: { request: [policy, sid('SID'), access], response: [account] },
  25: { request: [policy, sid('SID'), access], response: [handle('Trusted domain')] },
  28: { request: [policy, counted('Secret'), access], response: [handle('Secret')] },
  37: { request: [policy, sid('SID')] },
  42: { request: [policy, counted('Secret')] },
  43: { request: [policy, counted('Secret')] },
  44: { request: [serverName, objectAttributes, access], response: [policy] },
  45: { request: [serverName] },
  46: { request: [policy, level] },
  57: { request: [policy, sids] },
  58: { request: [policy, number('Names'), countedArray('Account')] },
  68: { request: [policy, number('Names'), countedArray('Account')] },
  76: { request: [sids] },
  77: { request: [number('Names'), countedArray('Account')] },
}
