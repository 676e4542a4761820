// Files of a netsh report beside its trace, as netsh, tasklist and netstat write them.
import { utf16 } from '../../bytes'
import type { Ends, WfpDrop } from './explaining-events'
import type { PackedFile } from './cabinet-writer'

const encoder = new TextEncoder()

function xmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

function addresses({ local, remote }: Ends): string {
  const version = local[0].includes(':') ? 'V6' : 'V4'
  return `<ipVersion>FWP_IP_VERSION_${version}</ipVersion><ipProtocol>6</ipProtocol>
    <localAddr${version}>${local[0]}</localAddr${version}><remoteAddr${version}>${remote[0]}</remoteAddr${version}>
    <localPort>${local[1]}</localPort><remotePort>${remote[1]}</remotePort>`
}

/** A drop in netevents.xml, at a time in microseconds since 1970. */
export interface DropInReport extends WfpDrop {
  microseconds: number
  protocol?: number
}

/** netevents.xml: what the filtering platform dropped. */
export function netEvents(drops: readonly DropInReport[]): PackedFile {
  const items = drops.map((drop) => {
    const header = addresses(drop).replace('>6<', `>${drop.protocol ?? 6}<`)
    const digits = Array.from(utf16(`${drop.application}\0`), (byte) => byte.toString(16).padStart(2, '0')).join('')
    return `<item><header><timeStamp>${new Date(drop.microseconds / 1000).toISOString()}</timeStamp>
    <flags numItems="1"><item>FWPM_NET_EVENT_FLAG_IP_PROTOCOL_SET</item></flags>${header}
    <appId><data>${digits}</data><asString>${drop.application.replaceAll(/./g, '$&.')}</asString></appId><userId>S-1-5-18</userId></header>
    <type>FWPM_NET_EVENT_TYPE_CLASSIFY_DROP</type>
    <classifyDrop><filterId>${drop.filterId}</filterId><layerId>${drop.layerId}</layerId>
    <msFwpDirection>MS_FWP_DIRECTION_OUT</msFwpDirection><isLoopback>false</isLoopback></classifyDrop>
    <internalFields><terminatingFiltersInfo numItems="1"><item><filterId>${drop.filterId}</filterId>
    <subLayer>FWPP_SUBLAYER_INTERNAL_FIREWALL_WF</subLayer><actionType>FWP_ACTION_BLOCK</actionType></item></terminatingFiltersInfo></internalFields></item>`
  })
  return {
    name: 'netevents.xml',
    bytes: encoder.encode(
      `<?xml version="1.0"?>\n<netEvents numItems="${drops.length}">${items.join('\n')}</netEvents>`,
    ),
  }
}

/** wfpstate.xml: filters with their names, which one provider added. */
export function wfpState(filters: Readonly<Record<number, string>>, provider: string): PackedFile {
  const items = Object.entries(filters).map(
    ([id, name]) => `<item><filterKey>{01234567-89ab-cdef-0123-456789abcdef}</filterKey>
    <displayData><name>${xmlText(name)}</name><description/></displayData><flags/>
    <providerKey>{decc16ca-3f33-4346-be1e-8fb4ae0f3d62}</providerKey><layerKey>FWPM_LAYER_ALE_AUTH_RECV_ACCEPT_V4</layerKey>
    <filterCondition numItems="1"><item><fieldKey>FWPM_CONDITION_IP_LOCAL_PORT</fieldKey><matchType>FWP_MATCH_EQUAL</matchType></item></filterCondition>
    <action><type>FWP_ACTION_BLOCK</type><filterType/></action><filterId>${id}</filterId></item>`,
  )
  return {
    name: 'wfpstate.xml',
    bytes: encoder.encode(`<?xml version="1.0"?>
<wfpstate><timeStamp>2024-01-01T00:00:00.000Z</timeStamp>
<providers numItems="1"><item><providerKey>{decc16ca-3f33-4346-be1e-8fb4ae0f3d62}</providerKey><displayData><name>${xmlText(provider)}</name></displayData></item></providers>
<layers numItems="1"><item><layer><layerKey>FWPM_LAYER_ALE_AUTH_RECV_ACCEPT_V4</layerKey><layerId>44</layerId></layer>
<callouts/><filters numItems="${items.length}">${items.join('\n')}</filters></item></layers></wfpstate>`),
  }
}

/** processes.txt: tasklist /svc. */
export function taskList(processes: readonly { pid: number; image: string; services?: string[] }[]): PackedFile {
  const rows = processes.map(
    ({ pid, image, services = [] }) =>
      `${image.slice(0, 25).padEnd(25)} ${String(pid).padStart(8)} ${services.join(', ') || 'N/A'}`,
  )
  const head = [
    '',
    'Image Name                     PID Services',
    `${'='.repeat(25)} ${'='.repeat(8)} ${'='.repeat(44)}`,
  ]
  return { name: 'processes.txt', bytes: encoder.encode([...head, ...rows, ''].join('\r\n')) }
}

/** Connections and listening ports as netstat -ano prints them. */
export function netStat(rows: readonly (Partial<Ends> & { local: Ends['local']; pid: number })[]): PackedFile {
  const end = ([address, port]: Ends['local']) =>
    address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
  const lines = rows.map(({ local, remote, pid }) =>
    [
      '  TCP',
      end(local).padEnd(22),
      (remote ? end(remote) : '0.0.0.0:0').padEnd(22),
      (remote ? 'ESTABLISHED' : 'LISTENING').padEnd(15),
      pid,
    ].join('    '),
  )
  const head = [
    '',
    'Active Connections',
    '',
    '  Proto  Local Address          Foreign Address        State           PID',
  ]
  return { name: 'ports.txt', bytes: encoder.encode([...head, ...lines, ''].join('\r\n')) }
}

/** adapterinfo.txt. */
export function adapterInfo(descriptions: readonly string[]): PackedFile {
  const lines = descriptions.flatMap((description) => [
    `Driver Description = ${description}`,
    'Adapter Guid = {0F6B8F4A-0000-0000-0000-000000000001}',
    'Driver Version = 12.19.2.50',
    '',
  ])
  return { name: 'adapterinfo.txt', bytes: encoder.encode(lines.join('\r\n')) }
}
