// What the user says that a TCP port carries, where neither its number nor the bytes show it.
import { Protocol } from '../../asm/layout'

/** Protocols that a port can be assigned to, by what they are called. */
export const DECODABLE = {
  'DCE/RPC': Protocol.Dcerpc,
  SMB: Protocol.Smb2,
  Kerberos: Protocol.Kerberos,
} as const

/** Streams of a TCP port are read as a protocol: Wireshark's Decode As. */
export interface PortProtocol {
  port: number
  protocol: keyof typeof DECODABLE
}
