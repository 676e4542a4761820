// What the bits of an access mask allow, by the kind of object. MS-DTYP 2.4.3, MS-SCMR 3.1.4, MS-SAMR 2.2.1, MS-LSAD 2.2.1.1, MS-RRP 2.2.3.
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

/** A kind of object: the name of all its rights together, the mask of them, and the specific ones from bit 0 on. */
interface Kind {
  object: string
  all: string
  mask: number
  rights: readonly string[]
}

const MANAGER: Kind = {
  object: 'the service manager',
  all: 'SC_MANAGER_ALL_ACCESS',
  mask: 0xf003f,
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
  all: 'SERVICE_ALL_ACCESS',
  mask: 0xf01ff,
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
  all: 'SAM_SERVER_ALL_ACCESS',
  mask: 0xf003f,
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
  all: 'DOMAIN_ALL_ACCESS',
  mask: 0xf07ff,
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
  all: 'GROUP_ALL_ACCESS',
  mask: 0xf001f,
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
  all: 'ALIAS_ALL_ACCESS',
  mask: 0xf001f,
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
  all: 'USER_ALL_ACCESS',
  mask: 0xf07ff,
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
  all: 'POLICY_ALL_ACCESS',
  mask: 0xf0fff,
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
  all: 'ACCOUNT_ALL_ACCESS',
  mask: 0xf000f,
  rights: ['ACCOUNT_VIEW', 'ACCOUNT_ADJUST_PRIVILEGES', 'ACCOUNT_ADJUST_QUOTAS', 'ACCOUNT_ADJUST_SYSTEM_ACCESS'],
}
const SECRET: Kind = {
  object: 'the secret',
  all: 'SECRET_ALL_ACCESS',
  mask: 0xf0003,
  rights: ['SECRET_SET_VALUE', 'SECRET_QUERY_VALUE'],
}
const TRUSTED_DOMAIN: Kind = {
  object: 'the trusted domain',
  all: 'TRUSTED_ALL_ACCESS',
  mask: 0xf007f,
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
  all: 'KEY_ALL_ACCESS',
  mask: 0xf003f,
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
  /** Names of the bits, lowest first; one name where the mask holds all of them. */
  rights: string[]
}

/** The rights that a mask asks for with a method that opens an object; undefined for other methods. */
export function rightsOf(interfaceUuid: string, opnum: number, mask: number): AskedRights | undefined {
  const kind = OPENED[interfaceUuid]?.[opnum]
  if (!kind) return undefined
  const isAll = (mask & kind.mask) >>> 0 === kind.mask
  const rest = isAll ? (mask & ~kind.mask) >>> 0 : mask
  const names = isAll ? [kind.all] : []
  for (let bit = 0; bit < 32; bit++) {
    const value = (1 << bit) >>> 0
    if ((rest & value) !== 0) names.push(kind.rights[bit] ?? COMMON[value] ?? `bit 0x${value.toString(16)}`)
  }
  return { object: kind.object, rights: names }
}
