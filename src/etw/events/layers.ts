// Layers of the Windows Filtering Platform by their run-time numbers (fwpsk.h).

/** Run-time numbers of WFP's layers (fwpsk.h), of which each has one for IPv4 and one for IPv6, with one for discards between. */
const LAYERS: readonly (readonly [first: number, name: string])[] = [
  [0, 'inbound IP packet'],
  [4, 'outbound IP packet'],
  [8, 'IP forward'],
  [12, 'inbound transport'],
  [16, 'outbound transport'],
  [20, 'stream'],
  [24, 'datagram data'],
  [28, 'inbound ICMP error'],
  [32, 'outbound ICMP error'],
  [36, 'resource assignment'],
  [40, 'listen'],
  [44, 'receive or accept'],
  [48, 'connect'],
  [52, 'flow established'],
]

/** What a WFP layer is called. */
export function layerName(id: number): string {
  const name = LAYERS.find(([first]) => id >= first && id < first + 4)?.[1]
  return name ? `${name} layer (${id})` : `layer ${id}`
}

const ACCEPT = 44
const CONNECT = 48

/** True for the layer that accepts what comes in, false for the one of connecting out; undefined for those that do not say. */
export function inboundLayer(id: number): boolean | undefined {
  if (id >= ACCEPT && id < ACCEPT + 4) return true
  return id >= CONNECT && id < CONNECT + 4 ? false : undefined
}
