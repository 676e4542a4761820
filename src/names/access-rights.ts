// What the bits of an access mask allow, by the kind of object. MS-DTYP 2.4.3, MS-SCMR 3.1.4, MS-SAMR 2.2.1, MS-LSAD 2.2.1.1, MS-RRP 2.2.3, MS-SMB2 2.2.13.1.
import { LSARPC, SAMR, SVCCTL, WINREG } from './well-known'

/** Bits that mean the same for each kind of object. */
const COMMON: Readonly<Record<number, string>> = {
  0x10000: 'DELETE',
  0x20000: 'READ_CONTROL',
  0x40000: 'WRITE_DAC',
  0x80000: 'WRITE_OWNER',
  0x100000: 'SYNCHRONIZE',
  0x1000000: 'ACCESS_SYSTEM_SECURITY',
  0x2000000: 'MAXIMUM_ALLOWED',
  0x10000000: 'GENERIC_ALL',
  0x20000000: 'GENERIC_EXECUTE',
  0x40000000: 'GENERIC_WRITE',
  0x80000000: 'GENERIC_READ',
}

/** A kind of object: names of several rights together with the mask of them, the largest first, and the specific ones from bit 0 on. */
interface Kind {
  object: string
  sets: readonly (readonly [name: string, mask: number])[]
  rights: readonly string[]
}

const MANAGER: Kind = {
  object: 'the service manager',
  sets: [['SC_MANAGER_ALL_ACCESS', 0xf003f]],
  rights: [
    'SC_MANAGER_CONNECT',
    'SC_MANAGER_CREATE_SERVICE',
    'SC_MANAGER_ENUMERATE_SERVICE',
    'SC_MANAGER_LOCK',
    'SC_MANAGER_QUERY_LOCK_STATUS',
    'SC_MANAGER_MODIFY_BOOT_CONFIG',
  ],
}
const SERVICE: Kind = {
  object: 'the service',
  sets: [['SERVICE_ALL_ACCESS', 0xf01ff]],
  rights: [
    'SERVICE_QUERY_CONFIG',
    'SERVICE_CHANGE_CONFIG',
    'SERVICE_QUERY_STATUS',
    'SERVICE_ENUMERATE_DEPENDENTS',
    'SERVICE_START',
    'SERVICE_STOP',
    'SERVICE_PAUSE_CONTINUE',
    'SERVICE_INTERROGATE',
    'SERVICE_USER_DEFINED_CONTROL',
  ],
}
const SAM_SERVER: Kind = {
  object: 'the SAM server',
  sets: [['SAM_SERVER_ALL_ACCESS', 0xf003f]],
  rights: [
    'SAM_SERVER_CONNECT',
    'SAM_SERVER_SHUTDOWN',
    'SAM_SERVER_INITIALIZE',
    'SAM_SERVER_CREATE_DOMAIN',
    'SAM_SERVER_ENUMERATE_DOMAINS',
    'SAM_SERVER_LOOKUP_DOMAIN',
  ],
}
const DOMAIN: Kind = {
  object: 'the domain',
  sets: [['DOMAIN_ALL_ACCESS', 0xf07ff]],
  rights: [
    'DOMAIN_READ_PASSWORD_PARAMETERS',
    'DOMAIN_WRITE_PASSWORD_PARAMS',
    'DOMAIN_READ_OTHER_PARAMETERS',
    'DOMAIN_WRITE_OTHER_PARAMETERS',
    'DOMAIN_CREATE_USER',
    'DOMAIN_CREATE_GROUP',
    'DOMAIN_CREATE_ALIAS',
    'DOMAIN_GET_ALIAS_MEMBERSHIP',
    'DOMAIN_LIST_ACCOUNTS',
    'DOMAIN_LOOKUP',
    'DOMAIN_ADMINISTER_SERVER',
  ],
}
const GROUP: Kind = {
  object: 'the group',
  sets: [['GROUP_ALL_ACCESS', 0xf001f]],
  rights: [
    'GROUP_READ_INFORMATION',
    'GROUP_WRITE_ACCOUNT',
    'GROUP_ADD_MEMBER',
    'GROUP_REMOVE_MEMBER',
    'GROUP_LIST_MEMBERS',
  ],
}
const ALIAS: Kind = {
  object: 'the alias',
  sets: [['ALIAS_ALL_ACCESS', 0xf001f]],
  rights: [
    'ALIAS_ADD_MEMBER',
    'ALIAS_REMOVE_MEMBER',
    'ALIAS_LIST_MEMBERS',
    'ALIAS_READ_INFORMATION',
    'ALIAS_WRITE_ACCOUNT',
  ],
}
const USER: Kind = {
  object: 'the user',
  sets: [['USER_ALL_ACCESS', 0xf07ff]],
  rights: [
    'USER_READ_GENERAL',
    'USER_READ_PREFERENCES',
    'USER_WRITE_PREFERENCES',
    'USER_READ_LOGON',
    'USER_READ_ACCOUNT',
    'USER_WRITE_ACCOUNT',
    'USER_CHANGE_PASSWORD',
    'USER_FORCE_PASSWORD_CHANGE',
    'USER_LIST_GROUPS',
    'USER_READ_GROUP_INFORMATION',
    'USER_WRITE_GROUP_INFORMATION',
  ],
}
const POLICY: Kind = {
  object: 'the policy object',
  sets: [['POLICY_ALL_ACCESS', 0xf0fff]],
  rights: [
    'POLICY_VIEW_LOCAL_INFORMATION',
    'POLICY_VIEW_AUDIT_INFORMATION',
    'POLICY_GET_PRIVATE_INFORMATION',
    'POLICY_TRUST_ADMIN',
    'POLICY_CREATE_ACCOUNT',
    'POLICY_CREATE_SECRET',
    'POLICY_CREATE_PRIVILEGE',
    'POLICY_SET_DEFAULT_QUOTA_LIMITS',
    'POLICY_SET_AUDIT_REQUIREMENTS',
    'POLICY_AUDIT_LOG_ADMIN',
    'POLICY_SERVER_ADMIN',
    'POLICY_LOOKUP_NAMES',
    'POLICY_NOTIFICATION',
  ],
}
const LSA_ACCOUNT: Kind = {
  object: 'the account object',
  sets: [['ACCOUNT_ALL_ACCESS', 0xf000f]],
  rights: ['ACCOUNT_VIEW', 'ACCOUNT_ADJUST_PRIVILEGES', 'ACCOUNT_ADJUST_QUOTAS', 'ACCOUNT_ADJUST_SYSTEM_ACCESS'],
}
const SECRET: Kind = {
  object: 'the secret',
  sets: [['SECRET_ALL_ACCESS', 0xf0003]],
  rights: ['SECRET_SET_VALUE', 'SECRET_QUERY_VALUE'],
}
const TRUSTED_DOMAIN: Kind = {
  object: 'the trusted domain',
  sets: [['TRUSTED_ALL_ACCESS', 0xf007f]],
  rights: [
    'TRUSTED_QUERY_DOMAIN_NAME',
    'TRUSTED_QUERY_CONTROLLERS',
    'TRUSTED_SET_CONTROLLERS',
    'TRUSTED_QUERY_POSIX',
    'TRUSTED_SET_POSIX',
    'TRUSTED_SET_AUTH',
    'TRUSTED_QUERY_AUTH',
  ],
}
const KEY: Kind = {
  object: 'the registry key',
  sets: [['KEY_ALL_ACCESS', 0xf003f]],
  rights: [
    'KEY_QUERY_VALUE',
    'KEY_SET_VALUE',
    'KEY_CREATE_SUB_KEY',
    'KEY_ENUMERATE_SUB_KEYS',
    'KEY_NOTIFY',
    'KEY_CREATE_LINK',
    'bit 0x40',
    'bit 0x80',
    'KEY_WOW64_64KEY',
    'KEY_WOW64_32KEY',
  ],
}

const PIPE: Kind = {
  object: 'the pipe',
  sets: [
    ['FILE_ALL_ACCESS', 0x1f01ff],
    ['FILE_GENERIC_READ', 0x120089],
    ['FILE_GENERIC_WRITE', 0x120116],
  ],
  rights: [
    'FILE_READ_DATA',
    'FILE_WRITE_DATA',
    'FILE_APPEND_DATA',
    'FILE_READ_EA',
    'FILE_WRITE_EA',
    'FILE_EXECUTE',
    'FILE_DELETE_CHILD',
    'FILE_READ_ATTRIBUTES',
    'FILE_WRITE_ATTRIBUTES',
  ],
}
/** To read and to write, with the rights that come with it or by the generic names: what a client of RPC needs of a pipe. */
const PIPE_USUAL = 0xc012019f

/** What methods with an access mask open, by interface and opnum. Where a method creates an object, the mask is about the new one, and it is not what was denied. */
const OPENED: Readonly<Record<string, Readonly<Record<number, Kind>>>> = {
  [SVCCTL]: { 15: MANAGER, 16: SERVICE, 27: MANAGER, 28: SERVICE },
  [SAMR]: {
    0: SAM_SERVER,
    7: DOMAIN,
    19: GROUP,
    27: ALIAS,
    34: USER,
    57: SAM_SERVER,
    62: SAM_SERVER,
    64: SAM_SERVER,
  },
  [LSARPC]: { 6: POLICY, 17: LSA_ACCOUNT, 25: TRUSTED_DOMAIN, 28: SECRET, 44: POLICY },
  [WINREG]: { 0: KEY, 1: KEY, 2: KEY, 3: KEY, 4: KEY, 15: KEY, 27: KEY },
}

/**
 * The right that a method needs on its handle, by interface and opnum: the handle must have been opened with it. MS-SCMR 3.1.4,
 * MS-SAMR 3.1.5.4, MS-LSAD 3.1.4.5.1 and 3.1.4.6.1, MS-RRP 3.1.5.
 */
const NEEDED: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  [SVCCTL]: {
    2: 'DELETE on the service',
    6: 'SERVICE_QUERY_STATUS on the service',
    11: 'SERVICE_CHANGE_CONFIG on the service',
    12: 'SC_MANAGER_CREATE_SERVICE on the service manager',
    13: 'SERVICE_ENUMERATE_DEPENDENTS on the service',
    14: 'SC_MANAGER_ENUMERATE_SERVICE on the service manager',
    17: 'SERVICE_QUERY_CONFIG on the service',
    19: 'SERVICE_START on the service',
    24: 'SC_MANAGER_CREATE_SERVICE on the service manager',
    31: 'SERVICE_START on the service',
  },
  [SAMR]: {
    10: 'DOMAIN_CREATE_GROUP on the domain',
    12: 'DOMAIN_CREATE_USER on the domain',
    14: 'DOMAIN_CREATE_ALIAS on the domain',
    50: 'DOMAIN_CREATE_USER on the domain',
  },
  [LSARPC]: { 10: 'POLICY_CREATE_ACCOUNT on the policy object', 16: 'POLICY_CREATE_SECRET on the policy object' },
}

/** `SERVICE_START on the service`: the right that a method needs on the handle that it is called with; undefined where it is not listed. */
export function neededRight(interfaceUuid: string, opnum: number): string | undefined {
  return NEEDED[interfaceUuid]?.[opnum]
}

export interface AskedRights {
  /** `the service`: what the method opens. */
  object: string
  /** Names of the bits, lowest first, after one name for each set of them that the mask holds. */
  rights: string[]
}

/** The rights that a mask asks for with a method that opens an object; undefined for other methods. */
export function rightsOf(interfaceUuid: string, opnum: number, mask: number): AskedRights | undefined {
  const kind = OPENED[interfaceUuid]?.[opnum]
  return kind && { object: kind.object, rights: rightNames(kind, mask) }
}

/** The rights that a mask asks for when a pipe is opened over SMB, and if a client of RPC needs no more than these. */
export function rightsOfPipe(mask: number): AskedRights & { isUsual: boolean } {
  return { object: PIPE.object, rights: rightNames(PIPE, mask), isUsual: (mask & ~PIPE_USUAL) === 0 }
}

/** Names of the sets that a mask holds, and of the bits outside them. */
function rightNames({ sets, rights }: Kind, mask: number): string[] {
  const names: string[] = []
  let covered = 0
  for (const [name, all] of sets) {
    if ((mask & all) >>> 0 !== all || (all & ~covered) === 0) continue
    names.push(name)
    covered |= all
  }
  for (let bit = 0; bit < 32; bit++) {
    const value = (1 << bit) >>> 0
    if ((mask & ~covered & value) !== 0) names.push(rights[bit] ?? COMMON[value] ?? `bit 0x${value.toString(16)}`)
  }
  return names
}
