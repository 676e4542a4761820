// A report out of a derived capture or a stored one, which may have been changed by others.
import type { MachineReport } from './model'

const LISTS = ['drops', 'filters', 'processes', 'connections', 'adapters'] as const

/** The value as a report; undefined where it is none. */
export function reportOf(value: unknown): MachineReport | undefined {
  if (!isObject(value) || !Array.isArray(value.files)) return undefined
  const areObjects = LISTS.every((key) => Array.isArray(value[key]) && value[key].every(isObject))
  if (!areObjects) return undefined
  const report = value as unknown as MachineReport
  const isWhole =
    report.connections.every(({ local, remote }) => isObject(local) && (remote === undefined || isObject(remote))) &&
    report.processes.every(({ services, image }) => Array.isArray(services) && typeof image === 'string')
  return isWhole ? report : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
