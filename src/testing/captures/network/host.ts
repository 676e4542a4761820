// A host on the wire: its addresses, its TTL, and the IP identification that it counts up packet by packet.
import { Random } from '../../random'
import { addressBytes, macBytes } from './address'

export interface HostOptions {
  address: string
  /** NetBIOS name; used where a protocol prints one. */
  name?: string
  mac?: string
  timeToLive?: number
}

export class Host {
  readonly address: string
  readonly name: string
  readonly mac: Uint8Array<ArrayBuffer>
  readonly ip: Uint8Array<ArrayBuffer>
  /** Windows sends 128, Unix 64. */
  readonly timeToLive: number
  #identification: number

  constructor(options: HostOptions) {
    const random = new Random(`host ${options.address}`)
    this.address = options.address
    this.name = options.name ?? options.address
    this.ip = addressBytes(options.address)
    this.mac = options.mac ? macBytes(options.mac) : Uint8Array.from([0x00, 0x15, 0x5d, ...random.bytes(3)])
    this.timeToLive = options.timeToLive ?? 128
    this.#identification = random.below(0x8000)
  }

  get version(): 4 | 6 {
    return this.ip.length === 4 ? 4 : 6
  }

  nextIdentification(): number {
    this.#identification = (this.#identification + 1) & 0xffff
    return this.#identification
  }
}
