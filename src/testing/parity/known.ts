// Where tshark 4.0.17 shows other frames than filters here, and the bytes that say why.

interface Difference {
  captures: RegExp
  fields: RegExp
  /** All frames where undefined. */
  frames?: readonly number[]
  why: string
}

const KNOWN: readonly Difference[] = [
  {
    captures: /^pcapng-gen__output_(be|le)_(advanced_test10[01]|basic_test01[126]|difficult_test20[12])/,
    fields: /^frame\.time_(relative|delta)$/,
    frames: [2, 3, 4, 5, 6, 9, 11],
    why: 'Simple packet blocks (type 00 00 00 03) and the frames behind them: the block has no time, tshark counts from 1970.',
  },
  {
    captures: /clusterfuzz|timestamp_invalid_nano|suricata-verify__fuzz/,
    fields: /^(frame|tcp)(\.time|$|\.(number|len|cap_len)$)/,
    why: 'Record headers with 3b 9a ca 00 nanoseconds and more, or a length that no record has: no time, and no frame or one more.',
  },
  {
    captures: /net-loss-ok/,
    fields: /^(dcerpc|epm|samr|smb2|nbss|ntlmssp|spnego)\b/,
    frames: [51, 147, 308, 448, 498],
    why: 'The first copy of the segment is not in the capture: its PDU is in this retransmission and nowhere else.',
  },
  {
    captures: /suricata-verify__smb1_osx/,
    fields: /^(nbss|smb|tcp\.analysis)\b/,
    frames: [9],
    why: 'Frame 8 acknowledges sequence 52 before frame 9 brings 1 to 51: the frames lie in another order. No other frame has these bytes.',
  },
  {
    captures: /smb-eicar-file-segmentation-random/,
    fields: /^(nbss|smb|ntlmssp)\b/,
    frames: [4, 41, 102, 183, 204, 229, 253, 266, 278],
    why: 'Segments of 1 to 9 bytes: tshark shows the single byte of frame 4 as a packet, and the message that ends in frame 41 nowhere.',
  },
  {
    captures: /CVE-2020-1472_exploit_win2019|zerologon__input/,
    fields: /^(dcerpc|rpc_netlogon)\b/,
    frames: [419, 420],
    why: 'Frame 419 fills the gap that tshark found in 418; its request is in no other frame, and 420 answers it.',
  },
  {
    captures: /truncate-applayer-test-01/,
    fields: /^(dcerpc|iremotewinspool)\b/,
    frames: [44, 50, 60, 67, 69],
    why: 'Fragments of one request: PFC flags 01 and 00. tshark reads the stub with each, as for the others with the last.',
  },
  {
    captures: /covenant_wmi_remote_event|empire_msbuild|truncate-applayer-test-01/,
    fields: /^(spnego|kerberos)\b/,
    why: 'Tokens at protection level 4 (a1 81 ... and 6e 82 ... in frames 59 and 55): tshark hands them to no dissector.',
  },
  {
    captures: /SAMR-Enum-Lab__acl_1\.(13|3|8)_|proto-unknown-pctx/,
    fields: /^dcerpc\.(time|opnum)$/,
    frames: [16, 23, 92],
    why: 'Answers on a context whose bind is not in the capture (call id 31 in frames 15 and 16), or that was never bound: tshark pairs others only.',
  },
  {
    captures: /profinet_io_cm/,
    fields: /^dcerpc\.time$/,
    why: 'The server answers from another port (34964 asked, 49155 answers) with the same activity: tshark pairs by port.',
  },
  {
    captures: /dcerpc_synthetic/,
    fields: /^(drsuapi|efs|lsarpc|dssetup|remunk|epm)\b/,
    frames: [6, 61, 62, 68, 69, 82, 83, 89, 90, 103, 104],
    why: 'Requests and answers whose stub is empty (frag_length 24): tshark calls no dissector for no bytes.',
  },
  {
    captures: /net-nat-wrong-address/,
    fields: /^epm\.rc$/,
    frames: [10],
    why: 'rc is the last 4 bytes, 0; 0x4b is the length of the tower.',
  },
  {
    captures: /net-host-down/,
    fields: /^(tcp\.(seq|ack|stream|window_size|time_relative)|dcerpc\b.*)$/,
    frames: [7, 8, 9, 10],
    why: 'Segments that ICMP errors quote: they were sent before, in the frames that tshark counts them in already.',
  },
  {
    captures: /PcapPlusPlus__ldap|http_out_of_order_2|bug-8629__input/,
    fields: /^tcp\.analysis\b/,
    frames: [3, 11, 19],
    why: 'What follows the first acknowledgement of bytes that are not in the capture.',
  },
  {
    captures: /wb-oobr/,
    fields: /^udp\.length$/,
    why: 'The length field is 0x3030 in a fragment of 1,480 bytes; here it is what the datagram has.',
  },
]

/** What Faultline does not read, or not as tshark does: limits here, or not decided, and no mistakes of tshark. */
const LIMITS: readonly Difference[] = [
  {
    captures: /chained-patternv1/,
    fields: /^smb2\.(cmd|nt_status)$/,
    why: 'Compressed messages are not opened for filters.',
  },
  { captures: /smb-length-5786/, fields: /^kerberos$/, why: 'Messages over TCP in pieces: not decided.' },
  { captures: /mercury__emix/, fields: /^(dns|tls)$/, why: 'Cut quotes, and TLS on other ports: not decided.' },
  {
    captures: /smb-length-57(70|86)/,
    fields: /^smb2\.nt_status$/,
    why: 'Statuses within create contexts.',
  },
  {
    captures: /OTRF|SAMR|mercury|psexec_add_user/,
    fields: /^smb\.(cmd|nt_status)$/,
    why: 'Of mailslots, only “smb” is read.',
  },
  {
    captures: /dcerpc_privacy_ntlm/,
    fields: /^svcctl\b/,
    frames: [34],
    why: 'A sealed answer over several segments: not decided.',
  },
  {
    captures: /suricata-verify__fuzz/,
    fields: /^(eth|ip|tcp|udp)\b/,
    frames: [1],
    why: 'An altered record: not decided.',
  },
  {
    captures: /802_15_4|beep-oobr/,
    fields: /^(ipv6|tcp)\b/,
    why: 'IPv6 headers that are compressed, or cut behind the tunnel.',
  },
  {
    captures: /icmp-rfc8335/,
    fields: /^(icmp|ip)\b/,
    why: 'A message that ends within its extension is not read further.',
  },
  { captures: /isis_poi/, fields: /^eth\b/, why: 'Ethernet within a record of another link type.' },
  { captures: /frag-ppp-ip-tcp-syn/, fields: /^tcp\b/, frames: [3], why: 'Header fields of reassembled fragments.' },
  {
    captures: /vntag|geneve|vxlan_truncated/,
    fields: /^(tcp|udp)\.(seq|ack|stream|time_relative)$/,
    why: 'Streams of outer headers.',
  },
  {
    captures: /mercury__emix/,
    fields: /^(ipv6|browser)\b/,
    why: 'Teredo (frame 2343), and mailslot messages of the browser.',
  },
  { captures: /mixed-denied/, fields: /^tcp\.analysis\.flags$/, why: 'Full windows are not among what is analysed.' },
  { captures: /./, fields: /^udp\.stream$/, why: 'Datagrams that ICMP errors quote are in no stream.' },
  {
    captures: /dcerpc-udp-scapy|profinet_io_cm_control|truncate-applayer/,
    fields: /^dcerpc\.obj_id$/,
    why: 'Each datagram has an object; here it is that of the request.',
  },
]

/** True if a difference in a frame is known. */
export function isKnown(path: string, field: string, frame: number): boolean {
  if (process.env.PARITY_RAW) return false
  return [...KNOWN, ...LIMITS].some(
    ({ captures, fields, frames }) => captures.test(path) && fields.test(field) && (!frames || frames.includes(frame)),
  )
}
