// What the files of a netsh report say about the machine; it travels in the derived capture as JSON. Types only.
import type { MachineEnd } from '../events/machine-model'

/** A packet that a filter dropped: an item of netevents.xml (FWPM_NET_EVENT_CLASSIFY_DROP). */
export interface ReportedDrop {
  /** Seconds since 1970. */
  seconds: number
  /** IP protocol number; undefined where the item names none. */
  protocol?: number
  local?: MachineEnd
  remote?: MachineEnd
  /** Program, as the kernel names its file. */
  application?: string
  filterId: number
  layerId: number
  inbound?: boolean
  /** The sublayer whose filter blocked it. */
  subLayer?: string
}

/** A filter of the Windows Filtering Platform: an item of wfpstate.xml (FWPM_FILTER). */
export interface ReportedFilter {
  id: number
  /** The name of the rule behind it, as its program gave it. */
  name: string
  /** Who added it; empty where that is not said. */
  provider: string
}

export interface ReportedProcess {
  pid: number
  image: string
  services: string[]
}

/** A line of netstat. */
export interface ReportedConnection {
  isTcp: boolean
  local: MachineEnd
  /** Undefined for a port that a program listens on. */
  remote?: MachineEnd
  processId: number
}

export interface ReportedAdapter {
  description: string
  driver: string
}

export interface MachineReport {
  /** Names of the files that were read. */
  files: string[]
  drops: ReportedDrop[]
  filters: ReportedFilter[]
  processes: ReportedProcess[]
  connections: ReportedConnection[]
  adapters: ReportedAdapter[]
}
