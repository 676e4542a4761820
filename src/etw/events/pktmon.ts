// What pktmon says about a packet that a component dropped. The numbers of the reasons moved since 2018, so the texts in
// the file come first; those here are for files that were not merged.
import type { ValueMap } from './schema'

/** Drop reasons of today's Windows that explain why a call fails, in plain words. */
const REASONS: Readonly<Record<number, string>> = {
  8: 'filtered by the virtual switch',
  12: 'refused by the security policy of the virtual switch',
  204: 'no protocol is bound that takes it',
  902: 'not addressed to this host',
  903: 'protocol unreachable',
  904: 'port unreachable',
  907: 'no route',
  909: 'dropped by inspection at the network layer (WFP)',
  911: 'administratively prohibited',
  918: 'no layer claimed it',
  919: 'absorbed by inspection',
  922: 'the neighbour did not answer (ARP or neighbour discovery)',
  923: 'resolution of the neighbour failed',
  924: 'IPsec',
  1204: 'no listener on that port',
  1206: 'state of the session',
  1207: 'dropped by receive inspection (firewall)',
  1210: 'reset received',
  1216: 'outside the window',
  1217: 'duplicate',
  1223: 'flags that a listener does not take',
  1224: 'no such connection',
  1229: 'accepting is paused',
  1230: 'defence against a flood of SYNs',
  1231: 'refused by inspection at accept (firewall)',
  1232: 'redirected at accept',
  1407: 'IPsec refuses clear text',
  1408: 'authenticated firewall',
}

/** A drop in a sentence. */
export function dropText(
  { reason, location }: { reason: number; location: number },
  component: string,
  reasons: ValueMap | undefined,
): string {
  const text = reasons?.texts.get(reason) || REASONS[reason]
  return `Dropped by ${component}: ${text ?? 'unknown reason'} (reason ${reason}, location 0x${location.toString(16).padStart(8, '0').toUpperCase()})`
}

/** A drop reason in plain words; undefined for one that is not known. */
export function dropReason(reason: number): string | undefined {
  return REASONS[reason]
}
