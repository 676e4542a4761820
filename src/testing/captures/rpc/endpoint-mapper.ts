// The endpoint mapper's ept_map: towers asked for and answered. C706 appendix L and O.
import { ByteWriter } from '../../bytes'
import { NDR32, type Syntax } from './pdu'

export const EPT_MAP = 3
export const EPT_NOT_REGISTERED = 0x16c9a0d6
export const ENDPOINT_MAPPER: Syntax = { uuid: 'e1af8308-5d1f-11c9-91a4-08002b14a0fa', version: '3.0' }

const UUID_FLOOR = 0x0d
const CONNECTION_ORIENTED = 0x0b
const TCP = 0x07
const IP = 0x09

/** An interface at a TCP port of an IPv4 address. */
export function tcpTower(abstract: Syntax, port: number, address = [0, 0, 0, 0]): Uint8Array<ArrayBuffer> {
  const tower = new ByteWriter().u16(5)
  for (const { uuid, version } of [abstract, NDR32]) {
    const [major = 0, minor = 0] = version.split('.').map(Number)
    tower.u16(19).u8(UUID_FLOOR).uuid(uuid).u16(major).u16(2).u16(minor)
  }
  tower.u16(1).u8(CONNECTION_ORIENTED).u16(2).u16(0)
  tower
    .u16(1)
    .u8(TCP)
    .u16(2)
    .u8(port >> 8)
    .u8(port & 0xff)
  return tower.u16(1).u8(IP).u16(4).bytes(Uint8Array.from(address)).take()
}

export function mapRequest(tower: Uint8Array, maxTowers = 4): Uint8Array<ArrayBuffer> {
  const stub = new ByteWriter().u32(1).fill(16).u32(2).u32(tower.length).u32(tower.length).bytes(tower)
  return stub.align(4).fill(20).u32(maxTowers).take()
}

/** Without towers and with EPT_NOT_REGISTERED: the interface is not offered. */
export function mapResponse(towers: Uint8Array[], status = 0, maxTowers = 4): Uint8Array<ArrayBuffer> {
  const stub = new ByteWriter().fill(20).u32(towers.length).u32(maxTowers).u32(0).u32(towers.length)
  towers.forEach((_, at) => stub.u32(3 + at))
  for (const tower of towers) stub.align(4).u32(tower.length).u32(tower.length).bytes(tower)
  return stub.align(4).u32(status).take()
}
