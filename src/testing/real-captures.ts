// Captures of real hosts that are not part of the project, and what their packets say, read frame by frame with tshark: what
// must be among the first three findings, and what must not be reported. They are looked for beside the project, in ../shared.

/** A recording and the truth about it. */
export interface RealCapture {
  /** Path below ../shared/captures. */
  file: string
  /** Rules of which each must be among the first three findings. */
  first?: readonly string[]
  /** The severity of the first finding. */
  severity?: 'error' | 'warning' | 'note'
  /** Everything worked: no error and no warning. */
  healthy?: true
  /** Rules that must find nothing that is an error or a warning. */
  never?: readonly string[]
  /** What the packets show, with the frame that decides. */
  truth: string
}

const lab = (file: string, truth: string, rest: Omit<RealCapture, 'file' | 'truth'>): RealCapture => ({
  file: `lab/${file}`,
  truth,
  ...rest,
})
const works = { healthy: true } as const

const REACH = ['port-unanswered', 'port-refused', 'dynamic-port-blocked', 'unreachable', 'unusable-binding']
const LOGON = ['logon-refused', 'smb-session-refused', 'anonymous-logon']
const CONNECTION = ['connection-lost', 'dead-connection', 'idle-connection-dropped', 'peer-vanished', 'no-response']

/** Recordings of failing and working servers, with what was done to them known. */
const LAB: readonly RealCapture[] = [
  lab('net-135-dropped.pcap', 'SYNs to port 135 are never answered (frames 41 to 52), SMB to the host works', {
    first: ['port-unanswered'],
    severity: 'error',
    never: [...LOGON, 'name-not-resolved'],
  }),
  lab('net-135-reset-middlebox.pcap', 'the RST of frame 44 has TTL 64, all packets of the server 63', {
    first: ['port-refused'],
    severity: 'error',
    never: LOGON,
  }),
  lab('net-dynamic-dropped.pcap', 'port 135 names a port (frame 10), whose SYNs are never answered (13 to 20)', {
    first: ['dynamic-port-blocked'],
    severity: 'error',
    never: ['endpoint-not-registered', ...LOGON],
  }),
  lab('net-idle-dropped-smb.pcap', 'after 190 s without a packet the request of frame 64 is never acknowledged', {
    first: ['idle-connection-dropped'],
    severity: 'error',
    never: ['slow-call', 'peer-vanished', ...LOGON],
  }),
  lab('net-idle-keepalive-ok.pcap', 'keep-alives every 20 s, and the next call is answered', works),
  lab('net-mtu-blackhole.pcap', 'segments of 1448 bytes are never acknowledged (40 to 47), smaller ones are', {
    first: ['mtu-black-hole'],
    severity: 'error',
    never: ['slow-call', 'no-response', 'tcp-trouble'],
  }),
  lab('net-nat-wrong-address.pcap', 'the tower of frame 10 names another address, whose SYNs are never answered', {
    first: ['unusable-binding'],
    severity: 'error',
    never: ['dynamic-port-blocked', ...LOGON],
  }),
  lab('net-nat-ok.pcap', 'the tower names another address; the client keeps the one that it knows', works),
  lab('net-loss-ok.pcap', 'segments are lost and sent again; every call is answered', works),
  lab('net-slow-server.pcap', 'the request of frame 28 is acknowledged at once and answered 3.5 s later', {
    first: ['slow-call'],
    severity: 'warning',
    never: ['tcp-trouble', ...CONNECTION],
  }),
  lab('net-server-killed.pcap', 'the server ends the connection in frame 30 with a call open', {
    first: ['connection-lost'],
    severity: 'error',
    never: REACH,
  }),
  lab('net-host-down.pcap', 'the router answers the SYN with ICMP host unreachable (frames 8 to 10)', {
    first: ['unreachable'],
    severity: 'error',
    never: LOGON,
  }),
  lab('net-peer-vanished.pcap', 'the request of frame 28 is sent again and again without an acknowledgement', {
    first: ['peer-vanished'],
    severity: 'error',
    never: ['slow-call', 'idle-connection-dropped'],
  }),
  lab('net-name-nxdomain.pcap', 'the name does not exist under any suffix (frames 2 to 8), no connection follows', {
    first: ['name-not-resolved'],
    severity: 'error',
    never: REACH,
  }),
  lab('net-v6-refused-v4-ok.pcap', 'IPv6 refuses port 135 (frame 6), IPv4 accepts it (frame 8)', works),
  lab('net-long-line-ok.pcap', 'the handshake takes 0.9 s, and so does each call', works),
  lab('net-smb-worker-killed.pcap', 'the read of the pipe is answered STATUS_PIPE_BROKEN (frame 38)', {
    first: ['pipe-died'],
    severity: 'error',
    never: ['connection-lost', ...LOGON],
  }),
  lab('enc-samr-ok.pcap', 'SMB is encrypted, and nothing fails', works),
  lab('enc-worker-killed.pcap', 'SMB is encrypted: that the service was killed is not visible', works),
  lab('proto-reuse-after-idle-close.pcap', 'the server closes (frame 54); the next request is met with RST (61)', {
    first: ['dead-connection'],
    severity: 'error',
    never: REACH,
  }),
  lab('proto-epm-dump-ok.pcap', 'all endpoints are listed', works),
  lab('proto-level-integrity-ok.pcap', 'every call is answered', works),
  lab('proto-identity-switch-ok.pcap', 'two users on one connection, both accepted', works),
  lab('logon-ok-ntlm-tcp.pcap', 'every call is answered', works),
  lab('logon-anonymous-ok.pcap', 'anonymous calls are answered', works),
  lab('krb-ok.pcap', 'ticket, session and calls succeed', works),
  lab('spnego-fallback-ok.pcap', 'no SPN for the alias (frame 60); NTLM is accepted', works),
  lab('logon-retry-ok.pcap', 'a wrong password (frame 15), then the right one', works),
  lab('rights-samr-create-ok.pcap', 'every call is answered with success', works),
  lab('rights-srvsvc-ok.pcap', 'every call is answered with success', works),
  lab('logon-wrong-password-smb.pcap', 'STATUS_LOGON_FAILURE (frame 14)', {
    first: ['smb-session-refused'],
    severity: 'error',
    never: REACH,
  }),
  lab('logon-disabled.pcap', 'STATUS_ACCOUNT_DISABLED (frame 13)', {
    first: ['smb-session-refused'],
    severity: 'error',
  }),
  lab('logon-locked-out.pcap', 'STATUS_ACCOUNT_LOCKED_OUT (frames 100, 114) after wrong passwords', {
    first: ['smb-session-refused'],
    severity: 'error',
  }),
  lab('krb-clock-skew.pcap', 'KRB_AP_ERR_SKEW (frame 48)', { first: ['clock-skew'], severity: 'error' }),
  lab('krb-spn-unknown.pcap', 'KDC_ERR_S_PRINCIPAL_UNKNOWN (frames 85, 101), and the client gives up', {
    first: ['kerberos-refusal'],
    severity: 'error',
  }),
  lab('krb-expired-ticket.pcap', 'KRB_AP_ERR_TKT_EXPIRED (frame 19)', {
    first: ['kerberos-refusal'],
    severity: 'error',
    never: ['clock-skew'],
  }),
  lab('proto-smb-signing.pcap', 'the tree connect is not signed and denied (frame 13)', {
    first: ['smb-session-refused'],
    severity: 'error',
  }),
  lab('proto-interface-missing.pcap', 'abstract syntax not supported (frame 18)', {
    first: ['interface-not-offered'],
    severity: 'error',
    never: ['no-transfer-syntax', ...LOGON],
  }),
  lab('proto-opnum.pcap', 'nca_s_op_rng_error (frame 26)', {
    first: ['unknown-operation'],
    severity: 'error',
    never: LOGON,
  }),
  lab('proto-unknown-pctx.pcap', 'a call on context 7, which was never offered (frame 22)', {
    first: ['unknown-context'],
    severity: 'error',
    never: ['interface-not-offered'],
  }),
  lab('proto-level-connect.pcap', 'denied at level connect (frame 25), answered at integrity', {
    first: ['level-too-low'],
    severity: 'error',
    never: LOGON,
  }),
  lab('proto-identity-switch-bad.pcap', 'the second identity is denied and the connection closed (frame 38)', {
    first: ['identity-switch'],
    severity: 'error',
    never: REACH,
  }),
  lab('proto-epm-missing.pcap', 'ept_s_not_registered (frame 9)', {
    first: ['endpoint-not-registered'],
    severity: 'error',
    never: ['dynamic-port-blocked', ...LOGON],
  }),
  lab('rights-samr-create-denied.pcap', 'SamrCreateUser2InDomain returns STATUS_ACCESS_DENIED (frame 39)', {
    first: ['method-error'],
    severity: 'error',
    never: [...LOGON, ...REACH],
  }),
  lab('rights-sessenum-denied.pcap', 'NetSessEnum returns WERR_ACCESS_DENIED (frame 28); other calls succeed', {
    first: ['method-error'],
    severity: 'error',
    never: [...LOGON, ...REACH],
  }),
  lab('mixed-denied.pcap.gz', 'one SamrCreateUser2InDomain of many sessions is denied (frame 3479)', {
    first: ['method-error'],
    severity: 'error',
    never: [...LOGON, ...REACH, ...CONNECTION],
  }),
  lab('rights-lsarpc-tcp-denied.pcap', 'the first call of the logon faults with access denied (frame 24)', {
    first: ['logon-refused'],
    severity: 'error',
    never: ['method-error', ...REACH],
  }),
]

const DROPPED = 'ept_map names a port whose SYNs are never answered; the client then uses the pipe over SMB'
const top = (file: string, truth: string, rest: Omit<RealCapture, 'file' | 'truth'>): RealCapture => ({
  file,
  truth,
  ...rest,
})

/** Captures that others published. */
const PUBLISHED: readonly RealCapture[] = [
  top('OTRF-SecDatasets__covenant_sc_query_dcerpc_smb_svcctl_2020-08-05034820.cap', DROPPED, {
    first: ['dynamic-port-blocked'],
    severity: 'warning',
  }),
  top('OTRF-SecDatasets__covenant_sharpsc_query_dcerpc_smb_svcctl_2020-08-06012009.cap', DROPPED, {
    first: ['dynamic-port-blocked'],
    severity: 'warning',
  }),
  top('OTRF-SecDatasets__covenant_sharpsc_stop_dcerpc_smb_svcctl_2020-08-06031938.cap', DROPPED, {
    first: ['dynamic-port-blocked'],
    never: ['method-error'],
  }),
  top('suricata-verify__20171220_smb_psexec_add_user.pcap', DROPPED, {
    first: ['dynamic-port-blocked'],
    severity: 'warning',
  }),
  top(
    'OTRF-SecDatasets__covenant_dcom_registerxll_2020-09-18145959.cap',
    'the Invoke of frame 159 is acknowledged and never answered; the server resets in frame 161',
    { first: ['connection-lost'], severity: 'error', never: REACH },
  ),
  top('suricata-verify__dce-gap-handling__input.pcap', 'fault 0x721 (frame 12); the next request crosses the FIN', {
    first: ['verification-failed'],
    severity: 'error',
    never: ['dead-connection', 'connection-lost'],
  }),
  top('mercury__smb.pcap', 'one host tries port 139 of 101 hosts that do not answer', { never: REACH }),
  top('suricata-verify__bug-8629__input.pcap', 'the client opens pipes and leaves without waiting', {
    never: CONNECTION,
  }),
  top('suricata-verify__dcerpc-bind-no-frag-flag__input.pcap', 'operation 42 is out of range (frames 33, 43)', {
    first: ['unknown-operation'],
    severity: 'error',
  }),
  top('suricata-verify__smb-dce_iface__input.pcap', 'AddPrinterDriverEx returns access denied (frame 34)', {
    first: ['method-error'],
    severity: 'error',
  }),
  top(
    'suricata-verify__truncate-applayer-test-01__input.pcap',
    'OpenPrinter is denied (frame 95) and allowed with less (97); a print processor is not known (24)',
    works,
  ),
  top(
    'suricata-verify__filestore-filecontainer-smb1-data-offset__input.pcap',
    'OpenService: does not exist (frame 789), then created; StartService times out (799)',
    { first: ['method-error'], severity: 'warning' },
  ),
  top(
    'arkime__dcerpc_synthetic.pcap',
    'bind_nak (frame 20); co_cancel (41) and orphaned (48) before an answer; frame 7 overlaps frame 5, so the answer in it is not read',
    { first: ['bind-refused', 'cancelled-call'], severity: 'error', never: ['no-response'] },
  ),
  top('icsnpp-profinet-io-cm__profinet_io_cm_control.pcapng', 'each request is answered from another port', works),
  top('icsnpp-profinet-io-cm__profinet_io_cm_read.pcapng', 'each record is read, PNIOStatus 0', works),
  top(
    'malcolm-test__CVE-2020-1472_exploit_win2016.pcap',
    'zero credentials, one accepted (frame 8066), a password set (8068)',
    {
      first: ['zerologon'],
      severity: 'error',
      never: ['netlogon-refused'],
    },
  ),
  top('suricata-verify__dcerpc-dce-iface-many__input.pcap', 'three zero credentials, all refused (frames 8, 12, 16)', {
    first: ['zerologon'],
    severity: 'warning',
    never: ['netlogon-refused', 'method-error'],
  }),
  top('malcolm-test__KRB5.pcap', 'logons that the KDC refuses for good (frames 73, 319, 362, 402)', {
    first: ['kerberos-refusal'],
    severity: 'error',
    never: ['clock-skew', 'kerberos-wrong-server'],
  }),
  top('SAMR-Enum-Lab__acl_2.0_summary.pcapng', 'STATUS_NO_SUCH_USER (frame 22), and the client leaves', {
    first: ['smb-session-refused'],
    severity: 'error',
  }),
]

export const realCaptures: readonly RealCapture[] = [...LAB, ...PUBLISHED]
