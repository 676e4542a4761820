// What filters call a recorded field: Wireshark's names, by protocol and label, for fields that the filter knows.
import { Protocol } from '../../asm/layout'
import type { RecordedField } from '../capture/field'

const NAMES: Partial<Record<Protocol, Readonly<Record<string, string>>>> = {
  [Protocol.Ethernet]: { Destination: 'eth.dst', Source: 'eth.src' },
  [Protocol.Ipv4]: {
    'Internet Protocol Version 4': 'ip',
    'Source address': 'ip.src',
    'Destination address': 'ip.dst',
  },
  [Protocol.Ipv6]: {
    'Internet Protocol Version 6': 'ipv6',
    'Source address': 'ipv6.src',
    'Destination address': 'ipv6.dst',
  },
  [Protocol.Tcp]: {
    'Transmission Control Protocol': 'tcp',
    'Source port': 'tcp.srcport',
    'Destination port': 'tcp.dstport',
    'Sequence number (raw)': 'tcp.seq_raw',
    'Acknowledgment number (raw)': 'tcp.ack_raw',
    Flags: 'tcp.flags',
    Window: 'tcp.window_size_value',
  },
  [Protocol.Udp]: {
    'User Datagram Protocol': 'udp',
    'Source port': 'udp.srcport',
    'Destination port': 'udp.dstport',
    Length: 'udp.length',
  },
  [Protocol.Dcerpc]: {
    'DCE/RPC': 'dcerpc',
    Version: 'dcerpc.ver',
    'Packet type': 'dcerpc.pkt_type',
    'Packet flags': 'dcerpc.cn_flags',
    'Frag length': 'dcerpc.cn_frag_len',
    'Auth length': 'dcerpc.cn_auth_len',
    'Call ID': 'dcerpc.cn_call_id',
    'Context ID': 'dcerpc.cn_ctx_id',
    Opnum: 'dcerpc.opnum',
    'Object UUID': 'dcerpc.obj_id',
    Status: 'dcerpc.cn_status',
    'Auth type': 'dcerpc.auth_type',
    'Auth level': 'dcerpc.auth_level',
    'Auth pad length': 'dcerpc.auth_pad_len',
    'Auth context ID': 'dcerpc.auth_ctx_id',
  },
}

/** The field's name in a display filter; undefined where filters do not know it. */
export function fieldFilter({ protocol, label }: RecordedField): string | undefined {
  return NAMES[protocol]?.[label]
}
