// Words for small numbers: protocols, RPC and its security. Each group names its document.

import { NDR, NDR64 } from './well-known'

/** C706 12.6.4, 12.5; MS-RPCE 2.2.2; MS-RPCH 2.2.3.2 (rts). */
export const PDU_TYPES: Readonly<Record<number, string>> = {
  0: 'Request',
  1: 'Ping',
  2: 'Response',
  3: 'Fault',
  4: 'Working',
  5: 'Nocall',
  6: 'Reject',
  7: 'Ack',
  8: 'Cl_cancel',
  9: 'Fack',
  10: 'Cancel_ack',
  11: 'Bind',
  12: 'Bind_ack',
  13: 'Bind_nak',
  14: 'Alter_context',
  15: 'Alter_context_resp',
  16: 'AUTH3',
  17: 'Shutdown',
  18: 'Co_cancel',
  19: 'Orphaned',
  20: 'RTS',
}

/** Security providers. MS-RPCE 2.2.1.1.7, and the SDK's RPC_C_AUTHN_* for those that it leaves out. */
export const AUTH_TYPES: Readonly<Record<number, string>> = {
  0: 'none',
  1: 'DCE private',
  2: 'DCE public',
  4: 'DEC public',
  9: 'SPNEGO',
  10: 'NTLM',
  14: 'Schannel',
  16: 'Kerberos',
  17: 'DPA',
  18: 'MSN',
  20: 'kernel',
  21: 'Digest',
  30: 'NegoExtender',
  31: 'PKU2U',
  68: 'Netlogon',
  100: 'MQ',
  255: 'default',
}

/** MS-RPCE 2.2.1.1.8. */
export const AUTH_LEVELS: Readonly<Record<number, string>> = {
  0: 'default',
  1: 'none',
  2: 'connect',
  3: 'call',
  4: 'packet',
  5: 'packet integrity',
  6: 'packet privacy',
}

/** p_cont_def_result_t: C706 12.6.3.1; 3 is MS-RPCE 2.2.2.4. */
export const CONTEXT_RESULTS: Readonly<Record<number, string>> = {
  0: 'acceptance',
  1: 'user rejection',
  2: 'provider rejection',
  3: 'negotiate ack',
}

/** p_provider_reason_t: C706 12.6.3.1. */
export const PROVIDER_REASONS: Readonly<Record<number, string>> = {
  0: 'reason not specified',
  1: 'abstract syntax not supported',
  2: 'proposed transfer syntaxes not supported',
  3: 'local limit exceeded',
}

/** p_reject_reason_t of a bind_nak: C706 12.6.3.1; 8 and 9 are MS-RPCE 2.2.2.5. */
export const NAK_REASONS: Readonly<Record<number, string>> = {
  0: 'reason not specified',
  1: 'temporary congestion',
  2: 'local limit exceeded',
  3: 'called paddr unknown',
  4: 'protocol version not supported',
  5: 'default context not supported',
  6: 'user data not readable',
  7: 'no psap available',
  8: 'authentication type not recognized',
  9: 'invalid checksum',
}

/** Bind-time features, as bits. MS-RPCE 2.2.2.14. */
export const BIND_TIME_FEATURES: Readonly<Record<number, string>> = {
  1: 'security context multiplexing',
  2: 'keep connection on orphan',
}

/** Transfer syntaxes. C706 14, MS-RPCE 2.2.5. */
export const TRANSFER_SYNTAXES: Readonly<Record<string, string>> = {
  [NDR]: 'NDR',
  [NDR64]: 'NDR64',
}

/** IEEE 802 numbers that captures of RPC come across. */
export const ETHER_TYPES: Readonly<Record<number, string>> = {
  0x0800: 'IPv4',
  0x0806: 'ARP',
  0x8100: '802.1Q VLAN',
  0x86dd: 'IPv6',
  0x8847: 'MPLS',
  0x8863: 'PPPoE discovery',
  0x8864: 'PPPoE session',
  0x88a8: '802.1ad VLAN',
  0x88cc: 'LLDP',
}

/** IANA protocol numbers. */
export const IP_PROTOCOLS: Readonly<Record<number, string>> = {
  1: 'ICMP',
  2: 'IGMP',
  4: 'IPv4',
  6: 'TCP',
  17: 'UDP',
  41: 'IPv6',
  43: 'IPv6 routing',
  44: 'IPv6 fragment',
  47: 'GRE',
  50: 'ESP',
  51: 'AH',
  58: 'ICMPv6',
  59: 'no next header',
  60: 'IPv6 destination options',
}
