// VXLAN: RFC 7348; Geneve: RFC 8926; EtherIP: RFC 3378. Ethernet frames within IP; the port of MPLS: RFC 7510.
import * as cursor from "../../frame/cursor";
import { FieldKey, Format, Protocol } from "../../layout";
import { ofEtherType } from "../link/ether-type";

const FLAGS: usize = 0;
const NETWORK: usize = FLAGS + 4;
const HEADER: usize = NETWORK + 4;

const OPTION_WORDS: usize = 0;
const TYPE: usize = OPTION_WORDS + 2;
const GENEVE_NETWORK: usize = TYPE + 2;
const GENEVE_HEADER: usize = GENEVE_NETWORK + 4;

const ETHER_IP_HEADER: usize = 2;

/** Assigned by IANA. */
const VXLAN_PORT: u32 = 4789;
const GENEVE_PORT: u32 = 6081;
const MPLS_PORT: u32 = 6635;

/** The tunnel that UDP datagrams to this port carry, or None. */
export function ofTunnelPort(port: u32): Protocol {
  if (port == VXLAN_PORT) return Protocol.Vxlan;
  if (port == MPLS_PORT) return Protocol.Mpls;
  return port == GENEVE_PORT ? Protocol.Geneve : Protocol.None;
}

export function vxlan(): Protocol {
  if (!cursor.has(HEADER)) return Protocol.None;
  cursor.field(FieldKey.Vxlan, 0, <u32>HEADER, Format.None, 0);
  cursor.field(FieldKey.Flags, FLAGS, 4, Format.Hex);
  cursor.field(FieldKey.NetworkIdentifier, NETWORK, 3, Format.Number);
  cursor.advance(HEADER);
  return Protocol.Ethernet;
}

export function geneve(): Protocol {
  if (!cursor.has(GENEVE_HEADER)) return Protocol.None;
  const header = <u32>GENEVE_HEADER + ((cursor.u8At(OPTION_WORDS) & 0x3f) << 2);
  const type = cursor.u16At(TYPE);
  if (!cursor.has(header)) return Protocol.None;
  cursor.field(FieldKey.Geneve, 0, header, Format.None, 0);
  cursor.field(FieldKey.ProtocolType, TYPE, 2, Format.EtherType);
  cursor.field(FieldKey.NetworkIdentifier, GENEVE_NETWORK, 3, Format.Number);
  cursor.advance(header);
  return ofEtherType(type);
}

export function etherIp(): Protocol {
  if (!cursor.has(ETHER_IP_HEADER)) return Protocol.None;
  cursor.field(FieldKey.EtherIp, 0, <u32>ETHER_IP_HEADER, Format.None, 0);
  cursor.advance(ETHER_IP_HEADER);
  return Protocol.Ethernet;
}
