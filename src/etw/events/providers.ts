// The providers that matter to a failing RPC, DCOM or WMI call, by GUID: how they are called, and what is done with their events.

/** What the conversion does with a provider's events. */
export const enum Role {
  /** An event like any other. */
  Plain,
  /** Its events explain failures: their bytes are kept in memory, so that rules can read them. */
  Explains,
  /** Its events carry frames. */
  Ndis,
  PktMon,
  NdisWan,
  PefWfp,
}

export interface Provider {
  readonly guid: string
  readonly name: string
  readonly role: Role
}

/** GUID of the kernel's own events, which carry a hook id in place of one. */
export const KERNEL = '9e814aad-3204-11d2-9a82-006008a86939'

const PROVIDERS: readonly Provider[] = [
  { guid: '2ed6006e-4729-4609-b423-3ee7bcd678ef', name: 'Microsoft-Windows-NDIS-PacketCapture', role: Role.Ndis },
  { guid: '4d4f80d9-c8bd-4d73-bb5b-19c90402c5ac', name: 'Microsoft-Windows-PktMon', role: Role.PktMon },
  {
    guid: 'd84521f7-2235-4237-a7c0-14e3a9676286',
    name: 'Microsoft-Windows-Ras-NdisWanPacketCapture',
    role: Role.NdisWan,
  },
  { guid: 'c22d1b14-c242-49de-9f17-1d76b8b9c458', name: 'Microsoft-Pef-WFP-MessageProvider', role: Role.PefWfp },
  { guid: '6ad52b32-d609-4be9-ae07-ce8dae937e39', name: 'Microsoft-Windows-RPC', role: Role.Explains },
  { guid: 'f4aed7c7-a898-4627-b053-44a7caa12fcd', name: 'Microsoft-Windows-RPC-Events', role: Role.Explains },
  { guid: 'd8975f88-7ddb-4ed0-91bf-3adf48c48e0c', name: 'Microsoft-Windows-RPCSS', role: Role.Explains },
  { guid: '1418ef04-b0b4-4623-bf7e-d74ab47bbdaa', name: 'Microsoft-Windows-WMI-Activity', role: Role.Explains },
  { guid: '1b562e86-b7aa-4131-badc-b6f3a001407e', name: 'Microsoft-Windows-DistributedCOM', role: Role.Explains },
  { guid: 'bf406804-6afa-46e7-8a48-6c357e1d6d61', name: 'Microsoft-Windows-COMRuntime', role: Role.Explains },
  { guid: 'd4263c98-310c-4d97-ba39-b55354f08584', name: 'Microsoft-Windows-COM', role: Role.Explains },
  { guid: '2f07e2ee-15db-40f1-90ef-9d7ba282188a', name: 'Microsoft-Windows-TCPIP', role: Role.Explains },
  { guid: 'e53c6823-7bb8-44bb-90dc-3f86090d48a6', name: 'Microsoft-Windows-Winsock-AFD', role: Role.Plain },
  { guid: '1c95126e-7eea-49a9-a3fe-a378b03ddb4d', name: 'Microsoft-Windows-DNS-Client', role: Role.Explains },
  { guid: 'ac43300d-5fcc-4800-8e99-1bd3f85f0320', name: 'Microsoft-Windows-NTLM', role: Role.Explains },
  { guid: '98e6cfcb-ee0a-41e0-a57b-622d4e1b30b1', name: 'Microsoft-Windows-Security-Kerberos', role: Role.Explains },
  { guid: '199fe037-2b82-40a9-82ac-e1d46c792b99', name: 'LsaSrv', role: Role.Explains },
  { guid: 'e5ba83f6-07d0-46b1-8bc7-7e669a1d31dc', name: 'Microsoft-Windows-Security-Netlogon', role: Role.Explains },
  { guid: '0c478c5b-0351-41b1-8c58-4a6737da32e3', name: 'Microsoft-Windows-WFP', role: Role.Explains },
  { guid: '988c59c5-0a1c-45b6-a555-0c62276e327d', name: 'Microsoft-Windows-SMBClient', role: Role.Plain },
  { guid: 'a7975c8f-ac13-49f1-87da-5a984a4ab417', name: 'Microsoft-Windows-WinRM', role: Role.Plain },
  { guid: '1f678132-5938-4686-9fdc-c8ff68f15c85', name: 'Schannel', role: Role.Plain },
  { guid: '50b3e73c-9370-461d-bb9f-26f32d68887d', name: 'Microsoft-Windows-WebIO', role: Role.Plain },
  { guid: '55404e71-4db9-4deb-a5f5-8f86e46dde56', name: 'Microsoft-Windows-Winsock-NameResolution', role: Role.Plain },
  { guid: KERNEL, name: 'Windows Kernel Trace', role: Role.Plain },
]

const BY_GUID = new Map(PROVIDERS.map((provider) => [provider.guid, provider]))

/** Classes of records that merging a trace adds: the schema of its events, and what the machine is. */
export const SCHEMA = 'bbccf6c1-6cd1-48c4-80ff-839482e37671'
export const MACHINE = '9b79ee91-b5fd-41c0-a243-4248e266e9d0'

/** A provider that is known by its GUID. */
export function knownProvider(guid: string): Provider | undefined {
  return BY_GUID.get(guid)
}
