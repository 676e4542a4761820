// Response times by method, as Wireshark's service response time shows them.
import { NONE, type Table } from '../../../capture/table'
import { Call, type Conversation, Outcome } from '../../../conversation/model'
import type { Names } from '../../../names/names'
import type { MethodStatistics } from '../../api'
import { isWithin } from './call-order'

interface Group {
  interface: number
  opnum: number
  calls: number
  faults: number
  unanswered: number
  microseconds: number[]
}

/** One row a method, the slowest in total first; where frames are given, of the calls that have one of them. */
export function methodStatistics(
  { calls, interfaces }: Pick<Conversation, 'calls' | 'interfaces'>,
  names: Names,
  frames?: Uint32Array,
): MethodStatistics[] {
  return [...groups(calls, frames).values()]
    .map((group) => statistics(group, interfaces, names))
    .sort((a, b) => (b.total ?? 0) - (a.total ?? 0))
}

function groups(calls: Table, frames: Uint32Array | undefined): Map<string, Group> {
  const all = new Map<string, Group>()
  for (let call = 0; call < calls.rows; call++) {
    if (frames && !isWithin(frames, calls, call)) continue
    const uuid = calls.get(Call.Interface, call)
    const opnum = calls.get(Call.Opnum, call)
    const key = `${uuid} ${opnum}`
    let group = all.get(key)
    if (!group) all.set(key, (group = { interface: uuid, opnum, calls: 0, faults: 0, unanswered: 0, microseconds: [] }))
    group.calls++
    if (calls.get(Call.Outcome, call) === Outcome.Fault) group.faults++
    const microseconds = calls.get(Call.Microseconds, call)
    if (microseconds === NONE) group.unanswered++
    else group.microseconds.push(microseconds)
  }
  return all
}

function statistics(group: Group, interfaces: string[], names: Names): MethodStatistics {
  const { opnum, calls, faults, unanswered } = group
  const uuid = interfaces[group.interface]
  const sorted = Float64Array.from(group.microseconds).sort()
  const row: MethodStatistics = {
    interfaceName: uuid === undefined ? '' : (names.interfaceName(uuid) ?? uuid),
    method: (uuid !== undefined && names.method(uuid, opnum)) || (opnum === NONE ? '' : `opnum ${opnum}`),
    calls,
    faults,
    unanswered,
  }
  if (sorted.length === 0) return row
  return {
    ...row,
    median: percentile(sorted, 0.5) / 1e6,
    p95: percentile(sorted, 0.95) / 1e6,
    most: sorted.at(-1)! / 1e6,
    total: sorted.reduce((sum, value) => sum + value, 0) / 1e6,
  }
}

/** The smallest value that at least this share of the values does not exceed (nearest rank). */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]!
}
