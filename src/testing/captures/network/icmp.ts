// ICMP destination unreachable, quoting the packet that could not be delivered. RFC 792, RFC 4443.
import { ByteWriter } from '../../bytes'
import { internetChecksum } from './checksum'
import type { Host } from './host'
import { ipFrame, PROTOCOL_ICMP, PROTOCOL_ICMPV6, pseudoHeaderSum } from './ip'

const ETHERNET_HEADER = 14
const VLAN_TAG = 4
const TYPE_VLAN = 0x8100
const TYPE_UNREACHABLE = 3
const TYPE_UNREACHABLE_V6 = 1
const QUOTED_V4 = 20 + 8
const QUOTED_V6 = 40 + 20

/**
 * `router` reports to `sender` that `frame` (Ethernet) went nowhere. Codes: 0 net, 1 host, 3 port, 4 fragmentation needed
 * (give `nextMtu`), 13 administratively prohibited; for IPv6 1 administratively prohibited, 3 address, 4 port.
 */
export function unreachable(
  router: Host,
  sender: Host,
  frame: Uint8Array,
  code: number,
  nextMtu = 0,
): Uint8Array<ArrayBuffer> {
  const six = router.version === 6
  let start = ETHERNET_HEADER
  while (frame[start - 2] === TYPE_VLAN >>> 8 && frame[start - 1] === (TYPE_VLAN & 0xff)) start += VLAN_TAG
  const quoted = frame.slice(start, start + (six ? QUOTED_V6 : QUOTED_V4))
  const message = new ByteWriter(false)
    .u8(six ? TYPE_UNREACHABLE_V6 : TYPE_UNREACHABLE)
    .u8(code)
    .u16(0)
  message.u16(0).u16(nextMtu).bytes(quoted)
  const initial = six ? pseudoHeaderSum(router.ip, sender.ip, PROTOCOL_ICMPV6, message.length) : 0
  message.setU16(2, internetChecksum(message.take(), initial))
  return ipFrame(router, sender, six ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP, message.take())
}
