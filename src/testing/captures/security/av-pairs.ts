// The attribute-value pairs of NTLM target information. MS-NLMP 2.2.2.1.
import { ByteWriter, concatenate, utf16 } from '../../bytes'

const END_OF_LIST = 0
const NETBIOS_COMPUTER = 1
const NETBIOS_DOMAIN = 2
const DNS_COMPUTER = 3
const DNS_DOMAIN = 4
const FLAGS = 6
const TIMESTAMP = 7
const SINGLE_HOST = 8
const TARGET_NAME = 9
const CHANNEL_BINDINGS = 10

/** The client adds a MIC, and the name of the target was not verified by it. */
const FLAGS_MIC_AND_UNTRUSTED_NAME = 0x6

/** What a server calls itself. */
export interface ServerNames {
  netbiosComputer: string
  netbiosDomain: string
  dnsComputer: string
  dnsDomain: string
}

/** The server's pairs without the end of the list; a FILETIME when the server states its clock. */
export function serverPairs(names: ServerNames, fileTime?: bigint): Uint8Array<ArrayBuffer> {
  return concatenate(
    pair(NETBIOS_DOMAIN, utf16(names.netbiosDomain)),
    pair(NETBIOS_COMPUTER, utf16(names.netbiosComputer)),
    pair(DNS_DOMAIN, utf16(names.dnsDomain)),
    pair(DNS_COMPUTER, utf16(names.dnsComputer)),
    fileTime === undefined ? new Uint8Array(0) : pair(TIMESTAMP, new ByteWriter().u64(fileTime).take()),
  )
}

/** What a Windows 7 client adds to them: MIC flag, machine identity, no channel bindings, the name it believes it talks to. */
export function clientPairs(machineId: Uint8Array, targetName: string): Uint8Array<ArrayBuffer> {
  const singleHost = new ByteWriter().u32(48).u32(0).u32(0).u32(0x3000).bytes(machineId).take()
  return concatenate(
    pair(FLAGS, new ByteWriter().u32(FLAGS_MIC_AND_UNTRUSTED_NAME).take()),
    pair(SINGLE_HOST, singleHost),
    pair(CHANNEL_BINDINGS, new Uint8Array(16)),
    pair(TARGET_NAME, utf16(targetName)),
  )
}

export function endOfPairs(): Uint8Array<ArrayBuffer> {
  return pair(END_OF_LIST, new Uint8Array(0))
}

function pair(id: number, value: Uint8Array): Uint8Array<ArrayBuffer> {
  return new ByteWriter().u16(id).u16(value.length).bytes(value).take()
}
