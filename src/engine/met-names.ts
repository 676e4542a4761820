// Every host, user, interface, object and pipe that a capture mentions, with counts.
import { Stream } from '../../asm/layout'
import type { Capture } from '../capture/capture'
import { NONE } from '../capture/table'
import { addressText } from '../capture/text'
import { Call, type Connection } from '../conversation/model'
import { AUTH_LEVELS } from '../names/enums'
import type { NameRow } from './api'
import { callerOf, identityName } from '../conversation/identity-name'
import type { Case } from '../diagnosis/rule'

interface Met {
  count: number
  frame: number
  details: Set<string>
}

/** Hosts first, then users, interfaces, objects and pipes; within each kind the most frequent first. */
export function metNames({ capture, conversation, names }: Case): NameRow[] {
  const users = new Tally<string>()
  const interfaces = new Tally<number>()
  const objects = new Tally<number>()
  const pipes = new Tally<string>()
  for (const connection of conversation.connections) {
    for (const security of connection.security) {
      const level = AUTH_LEVELS[security.level] ?? `level ${security.level}`
      users.add(identityName(security), security.tokenFrames[0] ?? connection.firstFrame, 0, level)
    }
    const { smbLogon } = connection
    if (smbLogon) users.add(identityName(smbLogon), smbLogon.firstFrame, 0, 'SMB')
    if (connection.pipeName) pipes.add(connection.pipeName, connection.firstFrame, 1, connection.transport)
  }
  const { calls } = conversation
  for (let call = 0; call < calls.rows; call++) {
    const frame = Math.min(calls.get(Call.RequestFrame, call), calls.get(Call.ResponseFrame, call))
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
  return [
    ...hosts(capture),
    ...users.rows('user', (name) => name),
    ...interfaces.rows('interface', interfaceName, (index) => conversation.interfaces[index] ?? ''),
    ...objects.rows('object', (index) => conversation.objects[index] ?? ''),
    ...pipes.rows('pipe', (name) => name),
  ]
}

function hosts({ streams, addresses }: Capture): NameRow[] {
  const tally = new Tally<number>()
  for (let row = 0; row < streams.rows; row++) {
    const frame = streams.get(Stream.FirstFrame, row)
    const frames = streams.get(Stream.Frames, row)
    for (const column of [Stream.AddressA, Stream.AddressB]) tally.add(streams.get(column, row), frame, frames)
  }
  return tally.rows('host', (address) => addressText(addresses, address))
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

  rows(kind: NameRow['kind'], name: (key: K) => string, detail: (key: K) => string = () => ''): NameRow[] {
    return [...this.#met]
      .map(([key, { count, frame, details }]) => ({
        kind,
        name: name(key),
        detail: [detail(key), ...details].filter(Boolean).join(', '),
        count,
        frame,
      }))
      .sort((a, b) => b.count - a.count)
  }
}
