// Every host, user, interface, object, pipe and group of hosts that a capture mentions, with counts.
import { Frame, Stream } from '../../../asm/layout'
import type { Capture } from '../../capture/capture'
import { type AddressRole, addressRoles } from '../../capture/hosts'
import { NONE } from '../../capture/table'
import { addressText } from '../../capture/text'
import { Call, type Connection } from '../../conversation/model'
import { AUTH_LEVELS } from '../../names/labels'
import type { NameRow } from '../api'
import { holdsFrame, isWithin } from './calls/call-order'
import { hostNames } from './host-names'
import { callerOf, identityName } from '../../conversation/identity-name'
import type { CaseFile } from '../../diagnosis/case-file'

interface Met {
  count: number
  frame: number
  details: Set<string>
}

/**
 * Hosts first, then users, interfaces, objects, pipes and what is no host; within each kind the most frequent first. Where
 * frames are given (rising), what those mention: a call counts by its request or answer, a pipe by a frame of its connection.
 */
export function metNames({ capture, conversation, names }: CaseFile, shown?: Uint32Array): NameRow[] {
  const isShown = (frame: number) => !shown || holdsFrame(shown, frame)
  const streams = shown && new Set<number>()
  for (const frame of shown ?? []) streams!.add(capture.frames.get(Frame.Stream, frame))
  const users = new Tally<string>()
  const interfaces = new Tally<number>()
  const objects = new Tally<number>()
  const pipes = new Tally<string>()
  for (const connection of conversation.connections) {
    for (const security of connection.security) {
      const level = AUTH_LEVELS[security.level] ?? `level ${security.level}`
      const token = security.tokenFrames.find(isShown)
      if (token === undefined && shown) continue
      users.add(identityName(security), token ?? connection.firstFrame, 0, level)
    }
    const { smbLogon } = connection
    if (smbLogon && isShown(smbLogon.firstFrame)) users.add(identityName(smbLogon), smbLogon.firstFrame, 0, 'SMB')
    if (connection.pipeName && (streams?.has(connection.stream) ?? true))
      pipes.add(connection.pipeName, connection.firstFrame, 1, connection.transport)
  }
  const { calls } = conversation
  for (let call = 0; call < calls.rows; call++) {
    if (shown && !isWithin(shown, calls, call)) continue
    const [request, response] = [calls.get(Call.RequestFrame, call), calls.get(Call.ResponseFrame, call)]
    const frame = isShown(request) ? Math.min(request, response) : response
    const connection: Connection = conversation.connections[calls.get(Call.Connection, call)]!
    const caller = callerOf(connection, calls.get(Call.Security, call))
    if (caller) users.add(identityName(caller), frame)
    interfaces.add(calls.get(Call.Interface, call), frame)
    objects.add(calls.get(Call.Object, call), frame)
  }
  const interfaceName = (index: number) => {
    const uuid = conversation.interfaces[index] ?? ''
    return names.interfaceName(uuid) ?? uuid
  }
  const met = addresses(capture, shown)
  return [
    ...met.filter(({ kind }) => kind === 'host'),
    ...users.rows('user', (name) => name),
    ...interfaces.rows('interface', interfaceName, (index) => conversation.interfaces[index] ?? ''),
    ...objects.rows('object', (index) => conversation.objects[index] ?? ''),
    ...pipes.rows('pipe', (name) => name),
    ...met.filter(({ kind }) => kind !== 'host'),
  ]
}

function addresses(capture: Capture, shown: Uint32Array | undefined): NameRow[] {
  const { frames, streams } = capture
  const tally = new Tally<number>()
  for (const frame of shown ?? []) {
    const stream = frames.get(Frame.Stream, frame)
    if (stream === NONE) continue
    for (const column of [Stream.AddressA, Stream.AddressB]) tally.add(streams.get(column, stream), frame)
  }
  for (let row = 0; !shown && row < streams.rows; row++) {
    const frame = streams.get(Stream.FirstFrame, row)
    const frames = streams.get(Stream.Frames, row)
    for (const column of [Stream.AddressA, Stream.AddressB]) tally.add(streams.get(column, row), frame, frames)
  }
  const roles = addressRoles(capture)
  const named = hostNames(capture)
  const text = (address: number) => addressText(capture.addresses, address)
  return tally.rows(
    (address) => roles.get(address)!,
    text,
    (address) => standsFor(roles.get(address)!, text(address)) || (named.get(text(address))?.join(', ') ?? ''),
  )
}

/** Groups that every network of Windows has. IANA's registries of multicast addresses. */
const GROUPS: Readonly<Record<string, string>> = {
  '224.0.0.1': 'all hosts',
  '224.0.0.2': 'all routers',
  '224.0.0.22': 'IGMP',
  '224.0.0.251': 'mDNS',
  '224.0.0.252': 'LLMNR',
  '239.255.255.250': 'SSDP and WS-Discovery',
  'ff02::1': 'all hosts',
  'ff02::2': 'all routers',
  'ff02::c': 'SSDP and WS-Discovery',
  'ff02::16': 'MLD',
  'ff02::fb': 'mDNS',
  'ff02::1:2': 'DHCP',
  'ff02::1:3': 'LLMNR',
}

/** What an address that is not a host's means. */
function standsFor(role: AddressRole, text: string): string {
  switch (role) {
    case 'host':
      return ''
    case 'multicast':
      return `every listener: ${GROUPS[text] ?? 'a group of hosts'}`
    case 'broadcast':
      return text === '255.255.255.255' ? 'every host on the link' : 'every host on the subnet; it never answers'
    case 'unspecified':
      return 'a host that has no address yet'
  }
}

/** Counts by key; what has no key (NONE, an empty name) is not counted. */
class Tally<K extends string | number> {
  readonly #met = new Map<K, Met>()

  add(key: K, frame: number, count = 1, detail = ''): void {
    if (key === '' || key === NONE) return
    let met = this.#met.get(key)
    if (!met) this.#met.set(key, (met = { count: 0, frame, details: new Set() }))
    met.count += count
    met.frame = Math.min(met.frame, frame)
    if (detail) met.details.add(detail)
  }

  rows(
    kind: NameRow['kind'] | ((key: K) => NameRow['kind']),
    name: (key: K) => string,
    detail: (key: K) => string = () => '',
  ): NameRow[] {
    return [...this.#met]
      .map(([key, { count, frame, details }]) => ({
        kind: typeof kind === 'string' ? kind : kind(key),
        name: name(key),
        detail: [detail(key), ...details].filter(Boolean).join(', '),
        count,
        frame,
      }))
      .sort((a, b) => b.count - a.count)
  }
}
