// What else is on the wire: other hosts of the subnet, talking plain text, asking for names and for addresses.
import { ascii } from '../bytes'
import { addressBytes } from '../captures/network/address'
import { dnsQuery, dnsResponse, nbnsQuery, TYPE_A } from '../captures/network/dns'
import { arpRequest } from '../captures/network/ethernet'
import { Host } from '../captures/network/host'
import { broadcastTo, multicastTo } from '../captures/network/ip'
import { TcpConnection } from '../captures/network/tcp'
import type { Wire } from '../captures/network/wire'
import { Random } from '../random'

const SUBNET = '10.177.17'
const BROADCAST = broadcastTo(addressBytes(`${SUBNET}.255`))
const LLMNR = multicastTo(addressBytes('224.0.0.252'))
const NAMES = ['BUILD-14', 'LAB-PRINT3', 'DEPLOY-SRV', 'TESTBOX-22', 'FILER-02', 'SCAN-01']

export class Neighbours {
  readonly #random: Random
  readonly #hosts: Host[]
  readonly #nameServer: Host
  readonly #logging: TcpConnection[]
  /** Connections whose last line is not acknowledged yet. */
  readonly #unanswered = new Set<TcpConnection>()

  constructor(
    readonly wire: Wire,
    nameServer: Host,
    seed: string,
  ) {
    this.#random = new Random(`neighbours ${seed}`)
    this.#nameServer = nameServer
    this.#hosts = [21, 34, 40, 58, 71, 96].map(
      (last, at) => new Host({ address: `${SUBNET}.${last}`, name: NAMES[at]! }),
    )
    this.#logging = wire.unseen(() => this.#openConnections())
  }

  /** `count` frames spread over the time from `from` to `to`, in seconds, neither end included; only a capture's start is. */
  chatter(count: number, from: number, to: number): void {
    for (let sent = 0; sent < count; sent++) {
      const share = (sent + 0.3 + 0.4 * (this.#random.below(1000) / 1000)) / count
      this.wire.at(from === 0 && sent === 0 ? 0 : from + share * (to - from))
      this.#oneFrame()
    }
  }

  /** A management station asks for the MAC of one address after the other, `count` of them, evenly in the time given. */
  sweep(count: number, from: number, to: number): void {
    const station = new Host({ address: `${SUBNET}.250`, name: 'MONITOR' })
    for (let sent = 0; sent < count; sent++) {
      this.wire.at(from + ((sent + 1) * (to - from)) / (count + 1))
      this.wire.put(arpRequest(station, addressBytes(`${SUBNET}.${20 + sent}`)))
    }
  }

  #oneFrame(): void {
    const random = this.#random
    const host = random.pick(this.#hosts)
    const kind = random.below(10)
    if (kind < 2) this.wire.put(arpRequest(host, addressBytes(`${SUBNET}.${1 + random.below(200)}`)))
    else if (kind < 3) this.wire.udp(host, 137, BROADCAST, 137, nbnsQuery(random.below(0x10000), random.pick(NAMES)))
    else if (kind < 4)
      this.wire.udp(host, 50000 + random.below(9000), LLMNR, 5355, dnsQuery(random.below(0x10000), 'wpad', TYPE_A, 0))
    else if (kind < 5) this.#lookUp(host)
    else this.#log(random.pick(this.#logging))
  }

  /** A question or an answer, as chance has it: the other half may lie outside the capture. */
  #lookUp(host: Host): void {
    const id = this.#random.below(0x10000)
    const name = `${this.#random.pick(NAMES).toLowerCase()}.example.com`
    if (this.#random.below(2))
      this.wire.udp(host, 49152 + (id & 0xfff), this.#nameServer, 53, dnsQuery(id, name, TYPE_A))
    else {
      const answer = dnsResponse(id, name, TYPE_A, [{ value: this.#random.pick(this.#hosts).address }])
      this.wire.udp(this.#nameServer, 53, host, 49152 + (id & 0xfff), answer)
    }
  }

  #log(connection: TcpConnection): void {
    if (this.#unanswered.delete(connection)) connection.acknowledge('server')
    else {
      this.#unanswered.add(connection)
      connection.send('client', ascii(`job ${this.#random.below(9000)} step ${this.#random.below(40)} of 40 done\n`))
    }
  }

  #openConnections(): TcpConnection[] {
    const server = new Host({ address: `${SUBNET}.12`, name: 'LOGHOST', timeToLive: 64 })
    return this.#hosts.slice(0, 4).map((client, at) => {
      const connection = new TcpConnection(this.wire, {
        client,
        clientPort: 51820 + 7 * at,
        server,
        serverPort: 6514 + 100 * at,
      })
      return connection.open()
    })
  }
}
