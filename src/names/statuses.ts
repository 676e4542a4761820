// Statuses that code decides by: each once, and the forms in which the same answer travels as a set. A runtime's fault, a method's
// return value and SMB say the same in numbers of their own: nca_* (C706 appendix E), Win32 (MS-ERREF 2.2), HRESULT (2.1), NTSTATUS (2.3).

/** The HRESULT of a Win32 error. MS-ERREF 2.1.2. */
export function hresultOfWin32(win32: number): number {
  return (0x80070000 | win32) >>> 0
}

/** The forms of a Win32 error in RPC: as it is, and as an HRESULT. */
function forms(win32: number): number[] {
  return [win32, hresultOfWin32(win32)]
}

export const NCA_UNKNOWN_OPERATION = 0x1c010002
export const NCA_UNKNOWN_INTERFACE = 0x1c010003
export const NCA_PROTOCOL_ERROR = 0x1c01000b
export const NCA_SERVER_TOO_BUSY = 0x1c010014
export const NCA_CONTEXT_MISMATCH = 0x1c00001a
export const NCA_INVALID_CONTEXT_ID = 0x1c00001c
export const NCA_OUT_OF_MEMORY = 0x1c00001b
export const NCA_BAD_DATA: readonly number[] = [0x1c000006, 0x1c000007]
const NCA_CANCELLED = 0x1c00000d

export const STATUS_MORE_PROCESSING_REQUIRED = 0xc0000016
export const STATUS_PENDING = 0x103
export const STATUS_BUFFER_OVERFLOW = 0x80000005
export const STATUS_ACCESS_DENIED = 0xc0000022
export const STATUS_PRIVILEGE_NOT_HELD = 0xc0000061
export const STATUS_NO_SUCH_USER = 0xc0000064
export const STATUS_WRONG_PASSWORD = 0xc000006a
export const STATUS_LOGON_FAILURE = 0xc000006d
export const STATUS_ACCOUNT_DISABLED = 0xc0000072
export const STATUS_INSUFFICIENT_RESOURCES = 0xc000009a
export const STATUS_DUPLICATE_NAME = 0xc00000bd
const STATUS_NETWORK_NAME_DELETED = 0xc00000c9
export const STATUS_BAD_NETWORK_NAME = 0xc00000cc
export const STATUS_PIPE_EMPTY = 0xc00000d9
export const STATUS_CANCELLED = 0xc0000120
export const STATUS_NO_TRUST_SAM_ACCOUNT = 0xc000018b
const STATUS_USER_SESSION_DELETED = 0xc0000203
const STATUS_CONNECTION_RESET = 0xc000020d
export const STATUS_ACCOUNT_LOCKED_OUT = 0xc0000234
const STATUS_NETWORK_SESSION_EXPIRED = 0xc000035c
export const STATUS_DOWNGRADE_DETECTED = 0xc0000388

export const ERROR_ACCESS_DENIED = 5
export const ERROR_PRIVILEGE_NOT_HELD = 1314
export const RPC_X_BAD_STUB_DATA = 1783
export const RPC_S_SEC_PKG_ERROR = 0x721

/** Access denied, as a fault or a return value of RPC and COM. */
export const ACCESS_DENIED: ReadonlySet<number> = new Set(forms(ERROR_ACCESS_DENIED))
/** A security package failed: a signature or a message that it could not verify. */
export const PACKAGE_ERROR: ReadonlySet<number> = new Set(forms(RPC_S_SEC_PKG_ERROR))
/** The server saw bytes that break the protocol. */
export const PROTOCOL_ERROR: ReadonlySet<number> = new Set([NCA_PROTOCOL_ERROR, ...forms(1728)])
/** The operation's number is beyond the interface's last. */
export const UNKNOWN_OPERATION: ReadonlySet<number> = new Set([NCA_UNKNOWN_OPERATION, ...forms(1745)])
/** The stub could not be decoded. */
export const BAD_STUB_DATA: ReadonlySet<number> = new Set([
  ...NCA_BAD_DATA,
  ...forms(RPC_X_BAD_STUB_DATA),
  ...forms(1734),
])
/** The call was cancelled. */
export const CALL_CANCELLED: ReadonlySet<number> = new Set([NCA_CANCELLED, ...forms(1818)])
/** The user, the password or the logon itself is wrong: each one counts towards a lockout. */
export const WRONG_CREDENTIALS: ReadonlySet<number> = new Set([
  STATUS_LOGON_FAILURE,
  STATUS_WRONG_PASSWORD,
  STATUS_NO_SUCH_USER,
])
/** An SMB session that has ended or expired on the server. */
export const SESSION_GONE: ReadonlySet<number> = new Set([STATUS_NETWORK_SESSION_EXPIRED, STATUS_USER_SESSION_DELETED])
/** The same, or the connection or the share behind it. */
export const SESSION_ENDED: ReadonlySet<number> = new Set([
  ...SESSION_GONE,
  STATUS_CONNECTION_RESET,
  STATUS_NETWORK_NAME_DELETED,
])
