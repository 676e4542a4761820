// What filters call a recorded field: Wireshark's names, by protocol and key, for fields that the filter knows.
import { FieldKey, Protocol } from '../../asm/layout'
import type { RecordedField } from '../capture/field'

const NAMES: Partial<Record<Protocol, Readonly<Partial<Record<FieldKey, string>>>>> = {
  [Protocol.Ethernet]: { [FieldKey.Destination]: 'eth.dst', [FieldKey.Source]: 'eth.src' },
  [Protocol.Ipv4]: {
    [FieldKey.Ipv4]: 'ip',
    [FieldKey.SourceAddress]: 'ip.src',
    [FieldKey.DestinationAddress]: 'ip.dst',
  },
  [Protocol.Ipv6]: {
    [FieldKey.Ipv6]: 'ipv6',
    [FieldKey.SourceAddress]: 'ipv6.src',
    [FieldKey.DestinationAddress]: 'ipv6.dst',
  },
  [Protocol.Tcp]: {
    [FieldKey.Tcp]: 'tcp',
    [FieldKey.SourcePort]: 'tcp.srcport',
    [FieldKey.DestinationPort]: 'tcp.dstport',
    [FieldKey.SequenceRaw]: 'tcp.seq_raw',
    [FieldKey.AcknowledgmentRaw]: 'tcp.ack_raw',
    [FieldKey.Flags]: 'tcp.flags',
    [FieldKey.Window]: 'tcp.window_size_value',
  },
  [Protocol.Udp]: {
    [FieldKey.Udp]: 'udp',
    [FieldKey.SourcePort]: 'udp.srcport',
    [FieldKey.DestinationPort]: 'udp.dstport',
    [FieldKey.Length]: 'udp.length',
  },
  [Protocol.Dcerpc]: {
    [FieldKey.Rpc]: 'dcerpc',
    [FieldKey.Version]: 'dcerpc.ver',
    [FieldKey.PacketType]: 'dcerpc.pkt_type',
    [FieldKey.PacketFlags]: 'dcerpc.cn_flags',
    [FieldKey.FragLength]: 'dcerpc.cn_frag_len',
    [FieldKey.AuthLength]: 'dcerpc.cn_auth_len',
    [FieldKey.CallId]: 'dcerpc.cn_call_id',
    [FieldKey.ContextId]: 'dcerpc.cn_ctx_id',
    [FieldKey.Opnum]: 'dcerpc.opnum',
    [FieldKey.ObjectUuid]: 'dcerpc.obj_id',
    [FieldKey.Status]: 'dcerpc.cn_status',
    [FieldKey.AuthType]: 'dcerpc.auth_type',
    [FieldKey.AuthLevel]: 'dcerpc.auth_level',
    [FieldKey.AuthPadLength]: 'dcerpc.auth_pad_len',
    [FieldKey.AuthContextId]: 'dcerpc.auth_ctx_id',
  },
}

/** The field's name in a display filter; undefined where filters do not know it. */
export function fieldFilter({ protocol, key }: RecordedField): string | undefined {
  return NAMES[protocol]?.[key]
}
