// For each rule: which severities it gives and why, what it has to see, and what looks like it and is not. RULES.md prints it.
import type { Severity } from './finding'

export interface RuleNotes {
  severities: Partial<Record<Severity, string>>
  /** What must be in the capture. */
  needs: string
  /** What looks alike, and how it differs. */
  unlike: string
}

const LIMIT = 'about the capture, not about the program'
const NORMAL = 'nothing failed'
const OVERCOME = 'the client got through afterwards'

export const RULE_NOTES: Readonly<Record<string, RuleNotes>> = {
  'access-denied': {
    severities: { error: 'the call did not run', note: OVERCOME },
    needs: 'A fault with access denied on a call under a logon.',
    unlike:
      'A refused logon (no call under it ever succeeded): logon-refused. A level below what the interface demands: level-too-low.',
  },
  'activation-failed': {
    severities: { error: 'no object was created', note: OVERCOME },
    needs: 'An answer of the activator with a failing HRESULT other than access denied.',
    unlike: 'Access denied: activation-refused or hardening.',
  },
  'activation-level': {
    severities: { error: 'Windows itself logged the refusal' },
    needs: 'Event 10036, 10037 or 10038 in an event trace.',
    unlike: 'The same refusal without the event is only likely: hardening.',
  },
  'activation-refused': {
    severities: { error: 'no object was created', note: OVERCOME },
    needs:
      'Access denied in answer to an activation at packet integrity or above, or to one that the hardening does not concern.',
    unlike: 'A low level on a hardened server: hardening. A refused logon: logon-refused.',
  },
  'anonymous-logon': {
    severities: {
      error: 'the call was denied to the anonymous user',
      note: 'the same client then logged on with a name',
    },
    needs: 'An anonymous NTLM logon and a denied call under it.',
    unlike: 'Anonymous calls that are answered; a named user whose logon is refused.',
  },
  'address-conflict': {
    severities: { warning: 'a connection was reset or refused', note: 'may be by design: a proxy, a load balancer' },
    needs: 'ARP answers for one address from two link addresses, within seconds and back again.',
    unlike: 'An address that moves once, as that of a cluster does.',
  },
  'answer-lost': {
    severities: { error: 'no connection came about', note: OVERCOME },
    needs:
      'A SYN-ACK in the capture, the SYN again after it, and no confirmation by the client: a capture near the server.',
    unlike: 'No SYN-ACK at all: port-unanswered. A SYN that was repeated before the answer came: slow. A scan: scan.',
  },
  'arp-unanswered': {
    severities: { error: 'nothing could be sent to the server' },
    needs: 'ARP requests for an address that the client used or looked up before, captured on its own network.',
    unlike: 'A host that answers ARP and not its port: port-unanswered. Who asks for many addresses: a search for hosts.',
  },
  'auth3-without-answer': {
    severities: { note: NORMAL },
    needs: 'An AUTH3 and a later answered call under the same logon.',
    unlike: 'An AUTH3 after which nothing is ever answered: logon-refused.',
  },
  'bad-stub-data': {
    severities: { error: 'the server could not read the arguments', warning: 'a later call of the method succeeded' },
    needs: 'A fault with 0x6F7 or a related status.',
    unlike: 'A method that is not there: unknown-operation.',
  },
  'bind-refused': {
    severities: { error: 'no call was possible', note: 'another connection was answered' },
    needs: 'A bind_nak.',
    unlike: 'A refused presentation context in a bind_ack: interface-not-offered, no-transfer-syntax.',
  },
  'bind-time-features': {
    severities: { note: NORMAL },
    needs: 'A presentation result 3 (negotiate ack).',
    unlike: 'Results 1 and 2, which are refusals.',
  },
  'bind-unanswered': {
    severities: {
      error: 'the server ended or ignored the bind, or answered too late',
      warning: 'it answered after 3 s or more, and the client had waited',
      note: OVERCOME,
    },
    needs:
      'A bind without an answer in time, and the server’s close, reset or silence; or retransmissions of the bind.',
    unlike: 'A capture of one direction only: capture-one-sided.',
  },
  'call-rejected': {
    severities: { error: 'the call was not repeated with success', note: 'a repetition succeeded' },
    needs: 'RPC_E_CALL_REJECTED or SERVERCALL_RETRYLATER.',
    unlike: 'A server without resources: server-too-busy.',
  },
  'callback-blocked': {
    severities: { error: 'callbacks do not arrive' },
    needs: 'Calls of COM objects or printing from A to B, then failing connections or a refused logon from B to A.',
    unlike: 'A server that reaches for the client for other reasons; pairs in which both call each other with success.',
  },
  'cancelled-call': {
    severities: { warning: 'the client gave up on a call', note: 'the call waits for events by design' },
    needs: 'A co_cancel or orphaned PDU.',
    unlike: 'A connection that ends under a call: connection-lost.',
  },
  'capture-copies': {
    severities: { note: LIMIT },
    needs: 'The same packet more than once.',
    unlike: 'Retransmissions, whose IP identification differs.',
  },
  'capture-cut': {
    severities: { note: LIMIT },
    needs: 'Frames shorter in the file than on the wire.',
    unlike: 'Packets that are missing: capture-gaps.',
  },
  'capture-gaps': {
    severities: { note: LIMIT },
    needs: 'Acknowledged bytes that are not in the capture.',
    unlike: 'Loss on the network, which is sent again: tcp-trouble.',
  },
  'capture-mid-stream': {
    severities: { note: LIMIT },
    needs: 'RPC without its bind.',
    unlike: 'A bind that the server refused as the first message.',
  },
  'capture-one-sided': {
    severities: { note: LIMIT },
    needs: 'Bytes of one side of a connection only.',
    unlike: 'A server that accepts and then is silent: bind-unanswered, no-response.',
  },
  'clock-skew': {
    severities: { error: 'no ticket and no logon', note: 'the client corrected its time or got in otherwise' },
    needs: 'KRB_AP_ERR_SKEW.',
    unlike: 'An expired ticket (kerberos-refusal); 0x721 after an accepted bind.',
  },
  'cloned-machine': {
    severities: { error: 'a logon between the two was rejected', note: 'no logon between them failed' },
    needs: 'NTLMv2 messages of two computers that state the same machine identity.',
    unlike:
      'One computer with several addresses. A wrong password between computers with identities of their own: logon-refused.',
  },
  'connection-burst': {
    severities: { warning: 'some of many connections at once failed' },
    needs: 'Many connections to one port within seconds, of which some are refused or unanswered.',
    unlike: 'A scan, which goes to many ports or hosts.',
  },
  'connection-lost': {
    severities: {
      error: 'a call was lost',
      warning: 'the method ends its own connection',
      note: 'the call was repeated or the client was done',
    },
    needs: 'A FIN or RST while a call waits.',
    unlike:
      'A request over a connection that was closed before: dead-connection. A client that closes without reading.',
  },
  'dead-connection': {
    severities: { error: 'the call did not run', note: 'the client connected again at once' },
    needs: 'The server’s FIN, later a request, then a reset.',
    unlike: 'A request that crossed the FIN on the path.',
  },
  'dropped-in-host': {
    severities: { error: 'the connection did not come about', warning: 'packets were lost within the host' },
    needs: 'Drop events of pktmon or NDIS in an event trace.',
    unlike: 'A firewall on the path, which leaves no event.',
  },
  'dynamic-port-blocked': {
    severities: { error: 'the service was not reached', warning: 'the port may be another program’s' },
    needs:
      'An answer of the endpoint mapper that names the port (or cannot be read, then likely), and failing SYNs to it.',
    unlike: 'Many ports: scan. A port that worked before: port-refused.',
  },
  'encrypted-smb': {
    severities: { note: LIMIT },
    needs: 'SMB 3 transform headers.',
    unlike: 'Sealed RPC over TCP: sealed-stubs.',
  },
  'endpoint-not-registered': {
    severities: { error: 'the interface was not reached', note: 'it was reached later or in another way' },
    needs: 'ept_map answered with not registered.',
    unlike: 'A port that is named and then fails: dynamic-port-blocked.',
  },
  'firewall-dropped': {
    severities: { error: 'Windows itself logged the drop' },
    needs: 'A drop event of the Windows Filtering Platform in an event trace.',
    unlike: 'A likely firewall without an event: port-unanswered.',
  },
  hardening: {
    severities: { error: 'an activation was denied', note: 'it was granted; a hardened server refuses it' },
    needs:
      'An activation below packet integrity that was denied, from June 2021 on, by a server that grants none at that level.',
    unlike: 'A missing right, which looks the same; event 10036 decides.',
  },
  'identity-switch': {
    severities: { error: 'calls under the second identity were refused', warning: 'the program went on' },
    needs: 'A good logon and a rejected second one on the same connection.',
    unlike: 'A first logon that is refused: logon-refused.',
  },
  'http-channel-refused': {
    severities: { error: 'no channel was opened', note: OVERCOME },
    needs: 'The HTTP request of a channel of RPC over HTTP in the clear, and its answer.',
    unlike: 'The first 401 of a logon, after which credentials follow: normal. Channels inside TLS cannot be read.',
  },
  'idle-connection-dropped': {
    severities: { error: 'the next call was lost', warning: 'SMB without RPC' },
    needs: 'A pause of a minute or more, then unacknowledged segments or a reset by a side that had not closed.',
    unlike: 'A server that closed in the pause: dead-connection. Silence without a pause: peer-vanished.',
  },
  'interface-not-offered': {
    severities: {
      error: 'no call of the interface was possible',
      warning: 'others on the connection worked',
      note: 'it was reached elsewhere, was not needed, or was probed for',
    },
    needs: 'Abstract syntax not supported for every offer of an interface.',
    unlike: 'Transfer syntaxes refused: no-transfer-syntax.',
  },
  'interface-query': {
    severities: {
      warning: 'the client did nothing more afterwards',
      note: 'an optional interface that the object does not have',
    },
    needs: 'RemQueryInterface answered with E_NOINTERFACE or not registered.',
    unlike: 'Probes of the runtimes for IInspectable and others.',
  },
  'kdc-unreachable': {
    severities: { error: 'no ticket', note: OVERCOME },
    needs: 'Connections or datagrams to port 88 without an answer.',
    unlike: 'An answer with an error: kerberos-refusal.',
  },
  'kerberos-fallback': {
    severities: { note: 'NTLM worked in place of Kerberos' },
    needs: 'Negotiate with Kerberos first, and an NTLM token.',
    unlike: 'A client that names NTLM first.',
  },
  'kerberos-refusal': {
    severities: { error: 'a logon failed for it', warning: 'a user was refused, and no logon is seen', note: OVERCOME },
    needs: 'KRB-ERROR of a KDC, or of a server in a logon.',
    unlike: 'Preauthentication required, an ordinary step; clocks: clock-skew.',
  },
  'kerberos-wrong-server': {
    severities: { error: 'the logon failed', warning: 'outside a logon', note: 'the next ticket was accepted' },
    needs: 'KRB_AP_ERR_MODIFIED or another sign of a wrong key, not from a KDC.',
    unlike: 'A KDC that does not know the name: kerberos-refusal.',
  },
  'level-downgrade': {
    severities: { note: 'a remark on security' },
    needs: 'Answered calls of one interface at a low level.',
    unlike: 'A refused low level: level-too-low.',
  },
  'level-too-low': {
    severities: { error: 'the interface demands a higher level' },
    needs: 'Access denied below a level at which the interface is known, or seen, to answer.',
    unlike: 'A missing right: access-denied.',
  },
  'local-call-failed': {
    severities: { error: 'the cause is within the server' },
    needs: 'RPC events of the server’s own calls in an event trace.',
    unlike: 'A failure of the call itself.',
  },
  'logon-refused': {
    severities: { error: 'the client did not get in', note: OVERCOME },
    needs: 'A handshake and a first call that is refused, none answered under it.',
    unlike: 'A good logon before: identity-switch, access-denied. A spray: logon-storm.',
  },
  'logon-storm': {
    severities: { warning: 'accounts may be locked out' },
    needs: 'Twenty rejections of a user in a minute, or ten users of a client in ten minutes.',
    unlike: 'A few mistyped passwords.',
  },
  'method-error': {
    severities: {
      error: 'denied, or the server could not',
      warning: 'another failure that the client met',
      note: 'an expected answer, or overcome',
    },
    needs: 'A return value in clear that says failure.',
    unlike: 'A fault of RPC; answers such as "does not exist" after which the client goes on.',
  },
  'mtu-black-hole': {
    severities: { error: 'large segments never arrive', warning: 'SMB without RPC, or overcome' },
    needs: 'Full segments sent again without acknowledgement while small ones get through.',
    unlike: 'Plain loss: tcp-trouble. A peer that is gone: peer-vanished.',
  },
  'name-not-resolved': {
    severities: {
      error: 'asked in every way, and no connection follows',
      warning: 'neighbours were asked as well',
      note: 'one of many look-ups',
    },
    needs: 'Failed look-ups of a host, and no way to RPC afterwards.',
    unlike: 'Names that Windows asks for by itself, suffix search.',
  },
  'netlogon-refused': {
    severities: { error: 'no secure channel', note: OVERCOME },
    needs: 'NetrServerAuthenticate or an unauthenticated Netlogon call with a failing status.',
    unlike: 'An attempt with zero credentials: zerologon.',
  },
  'no-listener': {
    severities: { error: 'no program listened' },
    needs: 'An event of the server that no socket took the SYN.',
    unlike: 'A firewall that rejects: firewall-dropped.',
  },
  'no-response': {
    severities: {
      error: 'the client gave up',
      warning: 'open for a minute or more at the end',
      note: 'open for a short time at the end',
    },
    needs: 'A request that arrived, and no answer.',
    unlike: 'Calls that wait by design; a dead network: peer-vanished.',
  },
  'no-transfer-syntax': {
    severities: { error: 'no call of the interface was possible' },
    needs: 'Every transfer syntax of an interface refused.',
    unlike: 'One of several refused: refused-transfer-syntax.',
  },
  'ntlm-version-1': {
    severities: { note: 'a weak logon' },
    needs: 'An NTLM response of 24 bytes.',
    unlike: 'Session security with extended challenges is NTLMv1 as well; NTLMv2 is longer.',
  },
  'object-gone': {
    severities: { error: 'the client did not recover', note: 'another object served' },
    needs: 'RPC_E_DISCONNECTED, an unknown IPID, or OR_INVALID_OXID, OID or SET.',
    unlike: 'A server process that ended: connection-lost.',
  },
  'orpc-version': {
    severities: { error: 'the object refused the version', note: 'the client went on with another' },
    needs: 'RPC_E_VERSION_MISMATCH.',
    unlike: 'A version of an interface: interface-not-offered.',
  },
  'other-fault': {
    severities: { error: 'nothing was answered afterwards', warning: 'the client went on', note: 'it succeeded later' },
    needs: 'A fault that no earlier rule explains.',
    unlike: 'Every fault with a rule of its own.',
  },
  'package-refused': {
    severities: { error: 'no logon was possible', note: OVERCOME },
    needs: 'A Negotiate reject, or a fault that names the security package.',
    unlike: 'A refused user: logon-refused.',
  },
  'peer-vanished': {
    severities: { error: 'a call waits, or bytes are lost', note: 'no call was waiting' },
    needs: 'Keep-alives or segments that are never acknowledged.',
    unlike: 'A pause before it: idle-connection-dropped.',
  },
  'pipe-died': {
    severities: { error: 'a call was lost' },
    needs: 'An SMB error on a pipe with a call open.',
    unlike: 'A pipe that the client had closed.',
  },
  'pipe-not-opened': {
    severities: { error: 'no call was possible', warning: 'the client went on', note: 'a probe, or overcome' },
    needs: 'A refused create on IPC$.',
    unlike: 'Pipes that every Windows or macOS tries; refused shares.',
  },
  'port-refused': {
    severities: { error: 'RPC was not reached', note: OVERCOME },
    needs: 'SYNs to an RPC or SMB port answered by RST.',
    unlike: 'Scans and strays; SMB on port 139 where 445 works.',
  },
  'port-unanswered': {
    severities: { error: 'RPC was not reached', warning: 'it answered after a wait that hurts', note: OVERCOME },
    needs: 'Two SYNs or more to an RPC or SMB port without an answer.',
    unlike: 'A server of which nothing is captured; scans.',
  },
  'profinet-error': {
    severities: {
      error: 'the device refused the connection',
      warning: 'a record or control failed',
      note: 'an ordinary answer',
    },
    needs: 'A PROFINET status in an answer.',
    unlike: 'A fault of RPC.',
  },
  'protocol-error': {
    severities: { error: 'the call did not run', warning: 'a later call succeeded' },
    needs: 'nca_s_proto_error or RPC_S_PROTOCOL_ERROR.',
    unlike: 'The first call after a handshake: logon-refused.',
  },
  'refused-transfer-syntax': {
    severities: { note: NORMAL },
    needs: 'One encoding refused and another accepted for the same interface.',
    unlike: 'All refused: no-transfer-syntax.',
  },
  'remote-token-filter': {
    severities: { note: 'a possible reason to check' },
    needs: 'Access denied to a local account on an administrative interface after a good logon.',
    unlike: 'Domain accounts and the built-in Administrator.',
  },
  'reset-on-close': {
    severities: { note: NORMAL },
    needs: 'A reset after every call was answered.',
    unlike: 'A reset under a call: connection-lost.',
  },
  'rpc-filter': {
    severities: { error: 'Windows itself logged the filter' },
    needs: 'Microsoft-Windows-RPC event 2 in an event trace.',
    unlike: 'Access denied for other reasons.',
  },
  scan: {
    severities: { note: 'no failure of RPC' },
    needs: 'Ten ports of a host or ten hosts at a port in vain within a minute, or a stray from the Internet.',
    unlike: 'A client whose one port fails.',
  },
  'sealed-stubs': {
    severities: { note: LIMIT },
    needs: 'Answers at packet privacy.',
    unlike: 'Encrypted SMB: encrypted-smb.',
  },
  'self-connection': {
    severities: { note: 'a likely reason for a refused logon' },
    needs: 'A host that logs on to itself by another name and is refused.',
    unlike: 'Two hosts.',
  },
  'server-fault': {
    severities: { error: 'the call failed', warning: 'a later call of the method succeeded' },
    needs: 'A fault with an exception code.',
    unlike: 'Statuses that the runtime raises.',
  },
  'server-too-busy': {
    severities: { error: 'the call did not run', note: 'it succeeded later' },
    needs: 'nca_s_fault_remote_no_memory, RPC_S_SERVER_TOO_BUSY or related.',
    unlike: 'A call that the object rejected: call-rejected.',
  },
  'slow-call': {
    severities: {
      error: 'the client gave up on it',
      warning: 'long enough to be noticed',
      note: 'long by design or by distance',
    },
    needs: 'Seconds between request and answer.',
    unlike: 'Loss and idle connections; time spent in a logon: slow-logon.',
  },
  'slow-logon': {
    severities: { warning: 'long enough to be noticed', note: 'once' },
    needs: 'Seconds between the last leg of a logon and its first answer, later calls fast.',
    unlike: 'A slow method.',
  },
  'smb-abandoned': {
    severities: {
      error: 'the server refused the negotiation',
      warning: 'the client left by itself',
      note: 'a probe, or explained by Kerberos',
    },
    needs: 'A whole negotiation of SMB and the client’s close.',
    unlike: 'Spare connections of a client that is logged on.',
  },
  'smb-guest': {
    severities: { error: 'the client left', note: 'it went on as guest' },
    needs: 'A session setup with the guest flag.',
    unlike: 'Anonymous sessions.',
  },
  'smb-logon-dropped': {
    severities: { error: 'no session', note: OVERCOME },
    needs: 'The last message of a logon, then the server’s close.',
    unlike: 'A status in answer: smb-session-refused.',
  },
  'smb-no-dialect': {
    severities: { error: 'no session', note: 'the client tried a later version' },
    needs: 'An SMB 1 negotiation with no dialect, or the server’s close without an answer.',
    unlike: 'Silence: smb-unanswered.',
  },
  'smb-session-refused': {
    severities: { error: 'no session for RPC', warning: 'a share that RPC may not need', note: OVERCOME },
    needs: 'A failing status of session setup or tree connect.',
    unlike: 'Expired sessions that are renewed; data shares.',
  },
  'slow-smb': {
    severities: {
      warning: 'a logon or an open that took 3 s or more, a negotiation of 6 s or more',
      note: 'a negotiation of 3 s or more',
    },
    needs: 'A request to log on or to open a pipe, and its answer.',
    unlike: 'Slow calls: slow-call; a logon over TCP: slow-logon.',
  },
  'smb-unanswered': {
    severities: { error: 'no session', note: OVERCOME },
    needs: 'A first message of SMB without an answer.',
    unlike: 'A refused dialect: smb-no-dialect.',
  },
  'tcp-trouble': {
    severities: { warning: 'loss or a closed window that hurts', note: 'some loss' },
    needs: 'Retransmissions, or a zero window of 200 ms and more.',
    unlike: 'Retransmissions that D-SACK answers; copies.',
  },
  'unauthenticated-call': {
    severities: { error: 'the call was denied', note: 'with a logon it was answered' },
    needs: 'Access denied to a call without a verifier.',
    unlike: 'Anonymous NTLM: anonymous-logon.',
  },
  'unknown-context': {
    severities: { error: 'the call did not run', note: 'the bind is not in the capture, or overcome' },
    needs: 'nca_s_unk_if, a context mismatch, or a context handle fault.',
    unlike: 'An interface that is refused in the bind: interface-not-offered.',
  },
  'unknown-operation': {
    severities: {
      error: 'the method is not there',
      warning: 'the client went on',
      note: 'an older method served, or a probe',
    },
    needs: 'nca_s_op_rng_error or RPC_S_PROCNUM_OUT_OF_RANGE.',
    unlike: 'Bad arguments: bad-stub-data.',
  },
  unreachable: {
    severities: { error: 'RPC was not reached', note: OVERCOME },
    needs: 'An ICMP error that quotes a SYN or a request.',
    unlike: 'Fragmentation needed: mtu-black-hole.',
  },
  'unrequested-answer': {
    severities: { note: LIMIT },
    needs: 'An answer without its request.',
    unlike: 'Lost requests of a capture with gaps.',
  },
  'unusable-binding': {
    severities: { error: 'the service was not reached' },
    needs: 'An answer that names other addresses, and no connection that works.',
    unlike: 'A blocked port at the known address: dynamic-port-blocked.',
  },
  'verification-failed': {
    severities: { error: 'the message was refused', warning: 'an answer was changed' },
    needs: '0x721 after a proven logon, or a wrong signature by a known key.',
    unlike: 'A refused logon: logon-refused.',
  },
  'wmi-error': {
    severities: { error: 'the operation failed', warning: 'the client went on', note: 'not found, or overcome' },
    needs: 'A WBEM status in clear.',
    unlike: 'The end of an enumeration, which is no error.',
  },
  'wmi-operation-failed': {
    severities: { error: 'WMI itself logged the failure' },
    needs: 'WMI-Activity event 5858 in an event trace.',
    unlike: 'The same status on the wire: wmi-error.',
  },
  'wrong-address': {
    severities: { warning: 'a logon failed there, or connections wait', note: 'an alias or a cluster name' },
    needs: 'A name answer and a host that calls itself otherwise, or an address of several that does not answer.',
    unlike: 'A name that is not resolved: name-not-resolved.',
  },
  zerologon: {
    severities: { error: 'a password was set with zero credentials', warning: 'many attempts with zero credentials' },
    needs: 'Netlogon authentication with a client credential of zeros.',
    unlike: 'Ordinary secure channels, whose credentials are random.',
  },
}
