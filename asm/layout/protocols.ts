// Protocols, and the numbers of their documents that code on both sides decides by.

export enum Protocol {
  None,
  Unknown,
  Ethernet,
  Vlan,
  Arp,
  Ipv4,
  Ipv6,
  Icmp,
  Icmpv6,
  Tcp,
  Udp,
  Dcerpc,
  NetbiosSession,
  Smb1,
  Smb2,
  Dns,
  Nbns,
  Llmnr,
  Kerberos,
  Http,
  Tls,
  LinuxCooked,
  LinuxCooked2,
  Loopback,
  RawIp,
  Ppp,
  Pppoe,
  Mpls,
  Gre,
  Vxlan,
  Ieee80211,
  Radiotap,
  Llc,
  Ldap,
  Geneve,
  VnTag,
  ProviderBackbone,
  Infiniband,
  Ppi,
  Prism,
  Pktap,
  Nflog,
  EtherIp,
  NetmonEvent,
  NetmonWireless,
  Macsec,
  JuniperEthernet,
  Teredo,
}

/** PDU types. C706 12.6.4 (connections), 12.5 (datagrams); rts is MS-RPCH 2.2.3.2. */
export enum PduType {
  Request = 0,
  Ping = 1,
  Response = 2,
  Fault = 3,
  Working = 4,
  NoCall = 5,
  Reject = 6,
  Ack = 7,
  DatagramCancel = 8,
  Fack = 9,
  CancelAck = 10,
  Bind = 11,
  BindAck = 12,
  BindNak = 13,
  AlterContext = 14,
  AlterContextResponse = 15,
  Auth3 = 16,
  Shutdown = 17,
  Cancel = 18,
  Orphaned = 19,
  Rts = 20,
}

/** Authentication levels. MS-RPCE 2.2.1.1.8. */
export enum AuthLevel {
  Default = 0,
  None = 1,
  Connect = 2,
  Call = 3,
  Packet = 4,
  Integrity = 5,
  Privacy = 6,
}

/** Security providers that a verifier names. MS-RPCE 2.2.1.1.7. */
export enum AuthType {
  None = 0,
  Spnego = 9,
  Ntlm = 10,
  Schannel = 14,
  Kerberos = 16,
  Netlogon = 68,
}

/** Flags of a TCP header. RFC 9293 3.1. */
export enum TcpFlag {
  Fin = 0x01,
  Syn = 0x02,
  Rst = 0x04,
  Psh = 0x08,
  Ack = 0x10,
}

/** Protocols above IP that code decides by. IANA "Protocol Numbers". */
export enum IpProtocol {
  Icmp = 1,
  Tcp = 6,
  Udp = 17,
  Icmpv6 = 58,
}
