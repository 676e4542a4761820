// The firewall's part of a report: netevents.xml (what was dropped) and wfpstate.xml (which rule a filter comes from), as
// `netsh wfp show` writes them. The elements are named after the members of FWPM_NET_EVENT and FWPM_FILTER (fwpmtypes.h).
import type { MachineEnd } from '../events/machine-model'
import { inboundLayer } from '../events/layers'
import type { ReportedDrop, ReportedFilter } from './model'
import { childOf, type Element, elementsOf, textOf } from './xml'

const MAX_DROPS = 20_000
const MAX_FILTERS = 50_000
const MAX_NAMES = 1000
const MAX_NAME = 256
const INBOUND = /DIRECTION_IN\b/
const OUTBOUND = /DIRECTION_OUT\b/

/** Sublayers of the Windows firewall itself, which has no names for them in the file. */
const SUBLAYERS: readonly (readonly [RegExp, string])[] = [
  [/FIREWALL_QUARANTINE/, 'quarantine, until the network is identified'],
  [/FIREWALL_WSH/, 'Windows service hardening'],
  [/FIREWALL_APP_ISOLATION/, 'isolation of apps'],
  [/FIREWALL_WF\b/, 'Windows firewall rules'],
]

export interface Firewall {
  drops: ReportedDrop[]
  filters: ReportedFilter[]
}

/** Drops and filters in an XML file of a report; a file of another kind has none. */
export function firewallOf(xml: string): Firewall {
  const found: Firewall = { drops: [], filters: [] }
  const names = new Map<string, string>()
  const givers: { filter: ReportedFilter; key: string }[] = []
  for (const element of elementsOf(xml, isRecord)) {
    const event = element.name === 'netEvent' ? element : childOf(element, 'netEvent')
    const drop = dropOf(event ?? element)
    if (drop) {
      if (found.drops.length < MAX_DROPS) found.drops.push(drop)
    } else if (textOf(element, 'filterId') !== '') {
      if (givers.length >= MAX_FILTERS) continue
      const filter = { id: numberAt(element, 'filterId'), name: nameOf(element), provider: '' }
      givers.push({ filter, key: textOf(element, 'providerKey') })
    } else if (names.size < MAX_NAMES) names.set(textOf(element, 'providerKey'), nameOf(element))
  }
  found.filters = givers.map(({ filter, key }) => ({ ...filter, provider: names.get(key) ?? '' }))
  return found
}

function isRecord(name: string, parent: string): boolean {
  return (
    name === 'netEvent' ||
    (name === 'item' && (parent === 'netEvents' || parent === 'filters' || parent === 'providers'))
  )
}

function dropOf(event: Element): ReportedDrop | undefined {
  const drop = childOf(event, 'classifyDrop')
  if (!drop || !textOf(event, 'type').includes('CLASSIFY_DROP')) return undefined
  const header = childOf(event, 'header')
  const seconds = Date.parse(textOf(header, 'timeStamp')) / 1000
  if (Number.isNaN(seconds)) return undefined
  const filterId = numberAt(drop, 'filterId')
  const layerId = numberAt(drop, 'layerId')
  const inbound = isInbound(layerId, textOf(drop, 'msFwpDirection'))
  const [local, remote] = [endOf(header, 'local'), endOf(header, 'remote')]
  const application = applicationOf(header)
  const subLayer = subLayerOf(event, filterId)
  const protocol = textOf(header, 'ipProtocol')
  return {
    seconds,
    filterId,
    layerId,
    ...(protocol !== '' && { protocol: Number(protocol) || 0 }),
    ...(local && { local }),
    ...(remote && { remote }),
    ...(application !== '' && { application }),
    ...(inbound !== undefined && { inbound }),
    ...(subLayer !== undefined && { subLayer }),
  }
}

/** The layer knows the direction better than the field, which says "out" also of what came in. */
function isInbound(layerId: number, direction: string): boolean | undefined {
  return inboundLayer(layerId) ?? (INBOUND.test(direction) ? true : OUTBOUND.test(direction) ? false : undefined)
}

function endOf(header: Element | undefined, side: 'local' | 'remote'): MachineEnd | undefined {
  const address = [`${side}AddrV4`, `${side}AddrV6`, `${side}AddrV6.byteArray16`]
    .map((name) => textOf(header, name) || textOf(header, name, 'byteArray16'))
    .find((text) => text !== '')
  if (address === undefined) return undefined
  return { address: address.toLowerCase().replace(/%\d+$/, ''), port: numberAt(header, `${side}Port`) }
}

/** UTF-16 in hexadecimal digits; its text beside it has a dot for each zero byte. */
function applicationOf(header: Element | undefined): string {
  const digits = textOf(header, 'appId', 'data')
  let text = ''
  for (let at = 0; at + 4 <= digits.length && text.length < MAX_NAME; at += 4) {
    const unit = parseInt(digits.slice(at + 2, at + 4) + digits.slice(at, at + 2), 16)
    if (!unit) break
    text += String.fromCharCode(unit)
  }
  return text
}

function subLayerOf(event: Element, filterId: number): string | undefined {
  const items = childOf(event, 'internalFields', 'terminatingFiltersInfo')?.children ?? []
  const own = items.find((item) => numberAt(item, 'filterId') === filterId)
  const key = textOf(own, 'subLayer')
  return key === '' ? undefined : (SUBLAYERS.find(([pattern]) => pattern.test(key))?.[1] ?? key.slice(0, MAX_NAME))
}

function nameOf(element: Element): string {
  const display = childOf(element, 'displayData')
  return (textOf(display, 'name') || textOf(display, 'description')).slice(0, MAX_NAME)
}

function numberAt(element: Element | undefined, name: string): number {
  const value = Number(textOf(element, name))
  return Number.isSafeInteger(value) && value >= 0 ? value : 0
}
