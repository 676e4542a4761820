// Where tshark shows other frames than filters here, and the bytes that say why.

interface Difference {
  captures: RegExp
  fields: RegExp
  /** All frames where undefined. */
  frames?: number[]
  why: string
}

const KNOWN: readonly Difference[] = [
  {
    captures: /^pcapng-gen/,
    fields: /^frame\.time/,
    why: 'Simple and obsolete packet blocks without a time: tshark counts from 1970, we say that there is none.',
  },
  {
    captures: /net-loss-ok/,
    fields: /^(dcerpc|epm|samr|smb|smb2|nbss|ntlmssp|spnego)\b/,
    frames: [51, 147, 308, 448, 498],
    why: 'The first copy of the segment is not in the capture: its PDU is in this retransmission and nowhere else.',
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
    captures: /./,
    fields: /^(spnego|kerberos)\b/,
    why: 'Tokens at protection level 4 (a1 81 ... and 6e 82 ... in frames 59 and 55): tshark hands them to no dissector.',
  },
  {
    captures: /./,
    fields: /^dcerpc\.(time|opnum|obj_id)$/,
    why: 'Answers whose request tshark pairs by port: the server answered from another, but with the same activity; or a request that it put together from fragments, or a second object id.',
  },
  {
    captures: /net-host-down|icmp-rfc8335|psexec_add_user|beep-oobr/,
    fields: /^(ip|tcp|udp|dns|icmp|dcerpc)\b/,
    why: 'Headers that an ICMP error quotes: tshark lists them like the packet’s own.',
  },
  {
    captures:
      /6in4|geneve|vxlan|vntag|802_15_4|beep-oobr|PPPoE|wb-oobr|frag|ip6_frag|fuzz|clusterfuzz|timestamp_invalid/i,
    fields: /./,
    why: 'Tunnels and broken headers: of addresses and ports the innermost count here, of broken headers what comes before the break.',
  },
  {
    captures: /arkime__dcerpc_synthetic/,
    fields: /^(drsuapi|efs|lsarpc|dssetup|remunk|epm)\b/,
    why: 'Requests whose stub is empty (frag_length 24): tshark calls no dissector for no bytes.',
  },
  {
    captures: /net-nat-wrong-address/,
    fields: /^epm\.rc$/,
    why: 'rc is the last 4 bytes, 0; 0x4b is the length of the tower.',
  },
  {
    captures: /bug-8629|smb1_osx|http_out_of_order_2|PcapPlusPlus__ldap/,
    fields: /^tcp\.(analysis|ack|seq|window)/,
    why: 'What follows the first acknowledgement of bytes that are not in the capture.',
  },
  {
    captures: /empire_dcom_shellwindows/,
    fields: /^dispatch\b/,
    why: 'A request in fragments that ends within one segment of its last fragment.',
  },
]

/** True if a difference in a frame is known to be tshark's. */
export function isKnown(path: string, field: string, frame: number): boolean {
  return process.env.PARITY_RAW
    ? false
    : KNOWN.some(
        ({ captures, fields, frames }) =>
          captures.test(path) && fields.test(field) && (!frames || frames.includes(frame)),
      )
}
