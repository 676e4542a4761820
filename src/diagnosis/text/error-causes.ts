// Which rules can explain an error that a program shows or that an event log holds, and whether the wire carries it.

/** What is known of an error code. */
export interface ErrorCause {
  /** Ids of the rules that find its causes, the most frequent first. */
  rules: string[]
  /** True for an error that the client makes by itself: no packet ever holds it. */
  neverOnTheWire?: boolean | undefined
}

/** What is known of an event. */
export interface EventCause extends ErrorCause {
  /** The log and source that write it. */
  source: string
  meaning: string
}

/** By Win32 error, also of HRESULTs of that facility (0x8007xxxx), or by a whole HRESULT. */
export const errorCauses: ReadonlyMap<number, ErrorCause> = new Map<number, ErrorCause>([
  [
    5,
    {
      rules: [
        'access-denied',
        'activation-refused',
        'level-too-low',
        'hardening',
        'remote-token-filter',
        'anonymous-logon',
      ],
    },
  ],
  [53, { rules: ['name-not-resolved', 'port-unanswered', 'smb-session-refused'], neverOnTheWire: true }],
  [64, { rules: ['smb-abandoned', 'connection-lost', 'peer-vanished', 'pipe-died'], neverOnTheWire: true }],
  [233, { rules: ['pipe-died', 'connection-lost'] }],
  [1326, { rules: ['logon-refused', 'smb-session-refused', 'anonymous-logon'] }],
  [1331, { rules: ['logon-refused', 'kerberos-refusal'] }],
  [1396, { rules: ['kerberos-wrong-server', 'kerberos-refusal'] }],
  [1398, { rules: ['clock-skew'] }],
  [1702, { rules: ['wrong-address', 'name-not-resolved'], neverOnTheWire: true }],
  [1717, { rules: ['interface-not-offered', 'endpoint-not-registered'] }],
  [
    1722,
    {
      rules: [
        'port-unanswered',
        'port-refused',
        'dynamic-port-blocked',
        'name-not-resolved',
        'unreachable',
        'wrong-address',
      ],
      neverOnTheWire: true,
    },
  ],
  [1723, { rules: ['server-too-busy'] }],
  [
    1726,
    {
      rules: [
        'identity-switch',
        'connection-lost',
        'idle-connection-dropped',
        'peer-vanished',
        'dead-connection',
        'mtu-black-hole',
      ],
      neverOnTheWire: true,
    },
  ],
  [
    1727,
    {
      rules: ['dead-connection', 'idle-connection-dropped', 'identity-switch', 'bind-unanswered'],
      neverOnTheWire: true,
    },
  ],
  [1728, { rules: ['protocol-error', 'bind-refused', 'verification-failed'] }],
  [1730, { rules: ['no-transfer-syntax'] }],
  [1745, { rules: ['unknown-operation'] }],
  [1747, { rules: ['package-refused', 'bind-refused'] }],
  [1753, { rules: ['endpoint-not-registered', 'dynamic-port-blocked'] }],
  [1783, { rules: ['bad-stub-data'] }],
  [1818, { rules: ['cancelled-call', 'slow-call'], neverOnTheWire: true }],
  [1825, { rules: ['identity-switch', 'logon-refused', 'package-refused'] }],
  [0x80040154, { rules: ['activation-failed'] }],
  [0x80080005, { rules: ['activation-failed'] }],
  [0x80010001, { rules: ['call-rejected'] }],
  [0x80010108, { rules: ['object-gone'] }],
  [0x8001010a, { rules: ['call-rejected'] }],
  [0x80010105, { rules: ['server-fault'] }],
  [0x80041003, { rules: ['wmi-error', 'access-denied'] }],
  [0x80041010, { rules: ['wmi-error'] }],
])

/** By event id. */
export const eventCauses: ReadonlyMap<number, EventCause> = new Map<number, EventCause>([
  [
    1000,
    {
      source: 'Application log, Application Error',
      meaning: 'A process crashed: the server process may be the one that the call ran in.',
      rules: ['connection-lost', 'pipe-died', 'server-fault'],
    },
  ],
  [
    4625,
    {
      source: 'Security log',
      meaning: 'A logon failed. Its sub status says why: unknown user, wrong password, time, rights.',
      rules: ['logon-refused', 'identity-switch', 'smb-session-refused', 'anonymous-logon'],
    },
  ],
  [
    4768,
    {
      source: 'Security log of a domain controller',
      meaning: 'A ticket-granting ticket was asked for; a failure has a Kerberos result code.',
      rules: ['kerberos-refusal', 'clock-skew'],
    },
  ],
  [
    4769,
    {
      source: 'Security log of a domain controller',
      meaning: 'A service ticket was asked for; a failure has a Kerberos result code.',
      rules: ['kerberos-wrong-server', 'kerberos-refusal'],
    },
  ],
  [
    4771,
    {
      source: 'Security log of a domain controller',
      meaning: 'Kerberos pre-authentication failed: wrong password, or clocks too far apart.',
      rules: ['kerberos-refusal', 'clock-skew'],
    },
  ],
  [
    4776,
    {
      source: 'Security log',
      meaning: 'NTLM credentials were checked; a failure has an NTSTATUS.',
      rules: ['logon-refused', 'kerberos-fallback'],
    },
  ],
  [
    5719,
    {
      source: 'System log, NETLOGON',
      meaning: 'No secure channel to a domain controller could be set up.',
      rules: ['name-not-resolved', 'port-unanswered', 'unreachable', 'hardening'],
      neverOnTheWire: true,
    },
  ],
  [
    5783,
    {
      source: 'System log, NETLOGON',
      meaning: 'The session to the domain controller does not respond.',
      rules: ['connection-lost', 'peer-vanished', 'server-fault'],
      neverOnTheWire: true,
    },
  ],
  [
    5858,
    {
      source: 'WMI-Activity/Operational',
      meaning: 'A WMI operation failed; the event holds its result code and the client.',
      rules: ['wmi-error', 'access-denied'],
    },
  ],
  [
    7031,
    {
      source: 'System log, Service Control Manager',
      meaning: 'A service ended unexpectedly.',
      rules: ['connection-lost', 'pipe-died'],
    },
  ],
  [
    7034,
    {
      source: 'System log, Service Control Manager',
      meaning: 'A service ended unexpectedly.',
      rules: ['connection-lost', 'pipe-died'],
    },
  ],
  [
    10006,
    {
      source: 'System log, DistributedCOM',
      meaning: 'The server answered the activation of a class with an error.',
      rules: ['activation-failed', 'activation-refused'],
    },
  ],
  [
    10009,
    {
      source: 'System log, DistributedCOM',
      meaning: 'DCOM could not reach a computer with any of its protocols.',
      rules: ['port-unanswered', 'port-refused', 'name-not-resolved', 'dynamic-port-blocked'],
      neverOnTheWire: true,
    },
  ],
  [
    10016,
    {
      source: 'System log, DistributedCOM',
      meaning:
        'An account has no launch or activation permission for a class. Local ones of Windows itself are harmless.',
      rules: ['activation-refused'],
    },
  ],
  [
    10028,
    {
      source: 'System log, DistributedCOM',
      meaning: 'DCOM could not reach a computer with any of its protocols.',
      rules: ['port-unanswered', 'port-refused', 'name-not-resolved', 'dynamic-port-blocked'],
      neverOnTheWire: true,
    },
  ],
  [
    10036,
    {
      source: 'System log of the server, DistributedCOM',
      meaning: 'A client activated a class below packet integrity, which CVE-2021-26414 forbids.',
      rules: ['hardening', 'level-too-low'],
    },
  ],
  [
    10037,
    {
      source: 'System log of the client, DistributedCOM',
      meaning: 'A program asks for an authentication level that servers refuse since CVE-2021-26414.',
      rules: ['hardening', 'level-too-low'],
    },
  ],
  [
    10038,
    {
      source: 'System log of the client, DistributedCOM',
      meaning: 'A program uses the default authentication level, which is below packet integrity.',
      rules: ['hardening', 'level-too-low'],
    },
  ],
])

/** What is known of a code as a 32-bit number. */
export function causeOf(code: number): ErrorCause | undefined {
  return errorCauses.get(code) ?? (code >>> 16 === 0x8007 ? errorCauses.get(code & 0xffff) : undefined)
}
