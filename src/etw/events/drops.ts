// Events that say that a packet was dropped, whichever component says so: pktmon, the TCP/IP driver, the filtering platform.
import { endOf, number } from './event-fields'
import type { Drop, DropCause } from './machine-model'
import type { ReportedDrop } from '../report/model'
import { inboundLayer, layerName } from './layers'
import { dropReason } from './pktmon'
import type { Trace, TraceEvent } from './trace'

/** pktmon's reasons, as today's Windows numbers them. */
const INSPECTED = new Set([909, 911, 919, 1207, 1231, 1408])
const NO_LISTENER = 1204
/** 918 follows every 1204: no layer took the packet. */
const UNCLAIMED = 918

/** Reasons of TCPIP's own events: 1214 for the transport, 1215 for the network layer. */
const TRANSPORT_NO_LISTENER = 4
const TRANSPORT_INSPECTION = 7
const NETWORK_INSPECTION = 9
const NETWORK_PROHIBITED = 11

const INBOUND = 0x3900
const OUTBOUND = 0x3901

/** The drop that an event reports; undefined for an event that reports none. */
export function dropOf(trace: Trace, row: number): Drop | undefined {
  const id = trace.idOf(row)
  const provider = trace.providerOf(row).name
  if (provider === 'Microsoft-Windows-PktMon') return id === 170 ? pktmonDrop(trace, trace.event(row)) : undefined
  if (provider === 'Microsoft-Windows-WFP') return id === 1001 ? wfpDrop(trace.event(row)) : undefined
  if (id === 1214) return transportDrop(trace.event(row))
  return id === 1215 ? networkDrop(trace.event(row)) : undefined
}

function pktmonDrop(trace: Trace, event: TraceEvent): Drop {
  const reason = number(event, 'DropReason')
  const location = number(event, 'DropLocation')
  const component = number(event, 'ComponentId')
  const direction = number(event, 'DirTag')
  const own = event.fields.DropReason
  return {
    ...base(event),
    source: 'pktmon',
    cause: pktmonCause(reason, location),
    reason,
    location,
    text: typeof own === 'string' && own !== '' ? own : (dropReason(reason) ?? `reason ${reason}`),
    where: trace.componentName(component),
    ...(direction > 0 && { inbound: direction % 2 === 1 }),
    ...(event.frame !== undefined && { frame: event.frame }),
  }
}

function pktmonCause(reason: number, location: number): DropCause {
  if (INSPECTED.has(reason)) return 'inspection'
  if (reason === NO_LISTENER) return 'no-listener'
  if (reason === UNCLAIMED) return 'other'
  // 0xE000xxxx: NDIS, the virtual switch, NetVsc.
  const place = (location & 0xf000) >>> 12
  if (location >>> 16 !== 0xe000) return 'other'
  return place === 2 ? 'switch' : place === 1 || place === 3 ? 'card' : 'other'
}

function transportDrop(event: TraceEvent): Drop {
  const reason = number(event, 'Reason')
  const local = endOf(event.fields.LocalSockAddr)
  const remote = endOf(event.fields.RemoteSockAddr)
  return {
    ...base(event),
    source: 'TCPIP',
    cause: reason === TRANSPORT_INSPECTION ? 'inspection' : reason === TRANSPORT_NO_LISTENER ? 'no-listener' : 'other',
    reason,
    text: words(event, reason === TRANSPORT_INSPECTION ? 'receive inspection' : 'no endpoint was found'),
    where: 'the TCP/IP driver, transport layer',
    inbound: true,
    ...(local && { local }),
    ...(remote && { remote }),
  }
}

/** The network layer knows no ports: they are 0. */
function networkDrop(event: TraceEvent): Drop | undefined {
  const reason = number(event, 'Reason')
  const source = addressOf(event, 'SourceIPv4Address', 'IPv6SourceAddress')
  const destination = addressOf(event, 'DestIPv4Address', 'IPv6DestAddress')
  const isInspected = reason === NETWORK_INSPECTION || reason === NETWORK_PROHIBITED
  return {
    ...base(event),
    source: 'TCPIP',
    cause: isInspected ? 'inspection' : 'other',
    reason,
    text: words(event, isInspected ? 'inspection' : `reason ${reason}`),
    where: 'the TCP/IP driver, network layer',
    ...(source !== undefined && { remote: { address: source, port: 0 } }),
    ...(destination !== undefined && { local: { address: destination, port: 0 } }),
  }
}

/** The first of these fields that holds an address; the trace's own schema writes their names with spaces. */
function addressOf({ fields }: TraceEvent, ...names: string[]): string | undefined {
  const found = Object.entries(fields).find(
    ([name, value]) => names.includes(name.replaceAll(' ', '')) && value !== '' && value !== '0.0.0.0',
  )
  return typeof found?.[1] === 'string' ? found[1] : undefined
}

function wfpDrop(event: TraceEvent): Drop {
  const direction = number(event, 'PacketDirection')
  const layerId = number(event, 'LayerId')
  const filterId = number(event, 'FilterId')
  // The layer knows the direction better than the field, which says "out" also of what came in.
  const inbound = inboundLayer(layerId) ?? (direction === INBOUND ? true : direction === OUTBOUND ? false : undefined)
  const application = event.fields.AppId
  const local = endOf(event.fields.LocalAddress)
  const remote = endOf(event.fields.RemoteAddress)
  return {
    ...base(event),
    source: 'WFP',
    cause: 'inspection',
    reason: 0,
    text: `filter ${filterId}`,
    where: layerName(layerId),
    layerId,
    filterId,
    ...(inbound !== undefined && { inbound }),
    ...(typeof application === 'string' && application !== '' && { application }),
    ...(local && { local }),
    ...(remote && { remote }),
  }
}

/** A drop that the report beside the trace knows, as one of the filtering platform. */
export function reportedDrop({ subLayer, ...drop }: ReportedDrop): Drop {
  return {
    ...drop,
    source: 'WFP',
    cause: 'inspection',
    reason: 0,
    text: `filter ${drop.filterId}`,
    where: `${layerName(drop.layerId)}${subLayer === undefined ? '' : `, sublayer ${subLayer}`}`,
  }
}

function base(event: TraceEvent): { event: number; seconds: number } {
  return { event: event.row, seconds: event.seconds + event.nanos / 1e9 }
}

/** The trace's own text of a reason, else a plain one. */
function words({ fields }: TraceEvent, otherwise: string): string {
  return typeof fields.Reason === 'string' ? fields.Reason : otherwise
}
