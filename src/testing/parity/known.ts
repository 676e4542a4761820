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
    captures: /beep-oobr/,
    fields: /^ipv6$/,
    frames: [1],
    why: 'The first byte is 0x30: version 3, not 6. tshark says so and calls it ipv6 all the same.',
  },
  {
    captures: /smb-length-5786/,
    fields: /^kerberos\b/,
    frames: [8, 9, 10, 11, 12, 13, 14, 15, 16, 17],
    why: 'IAKERB tokens (mechanism 06 06 2b 06 01 05 02 05, id 05 01): behind the realm is an AS-REQ (6a), an error (7e), a TGS-REQ (6c), a TGS-REP (6d). tshark does not know the id.',
  },
  {
    captures: /arkime__ntlm_synthetic|PcapPlusPlus__ldap/,
    fields: /^(ntlmssp|spnego|kerberos)\b/,
    frames: [3, 92],
    why: 'Credentials in the answer to a bind: 4e 54 4c 4d 53 53 50 00 02 is an NTLM challenge, a1 81 a1 30 81 9e a0 03 0a 01 00 a SPNEGO answer with an AP-REP. tshark shows them as bytes.',
  },
  {
    captures: /suricata-verify__fuzz/,
    fields: /^(eth|ip|tcp|udp)\b/,
    frames: [1],
    why: 'Behind 16 bytes of record header is 08 00 27 a1 27 e8 08 00 27 7f b5 8b 08 00 45 00: two addresses of one maker, type 0800, IPv4. tshark reads 24 bytes as header and begins within the first address.',
  },
]

/** True if a difference in a frame is known. */
export function isKnown(path: string, field: string, frame: number): boolean {
  if (process.env.PARITY_RAW) return false
  return KNOWN.some(
    ({ captures, fields, frames }) => captures.test(path) && fields.test(field) && (!frames || frames.includes(frame)),
  )
}
