// What the events of a trace say about the machine that wrote it, as rules ask for it. Types only: code that has no trace
// open loads nothing of it.

export interface MachineEnd {
  address: string
  port: number
}

/** An event that means something: its row, and when it happened in seconds since 1970. */
interface Moment {
  event: number
  seconds: number
}

export type DropCause =
  /** The Windows Filtering Platform: the firewall or another program's filter. */
  | 'inspection'
  | 'no-listener'
  /** A virtual switch, or the driver of a network card. */
  | 'switch'
  | 'card'
  | 'other'

/** A packet that a component of the machine dropped. */
export interface Drop {
  /** The event's row; undefined where the drop is known from the report beside the trace. */
  event?: number
  /** Seconds since 1970. */
  seconds: number
  source: 'pktmon' | 'TCPIP' | 'WFP'
  cause: DropCause
  /** Row of Frame, where the event carries the packet. */
  frame?: number
  local?: MachineEnd
  remote?: MachineEnd
  reason: number
  /** What the reason means: the trace's own text, or a plain one. */
  text: string
  location?: number
  /** The component, or the WFP layer, that dropped it. */
  where: string
  /** True where the packet came from another machine; undefined where the event does not say. */
  inbound?: boolean
  filterId?: number
  /** The name of the rule that the filter comes from, and who added it, where the report beside the trace knows it. */
  rule?: string
  layerId?: number
  /** IP protocol number, where it is known. */
  protocol?: number
  /** Program that the packet was for or from. */
  application?: string
}

/** One record of RPC's extended error information. */
interface ErrorRecord {
  component: number
  status: number
  location: number
  parameters: string[]
}

/** A call of RPC as the runtime on one side logged it. */
export interface RpcCallEvent extends Moment {
  side: 'client' | 'server'
  interface: string
  opnum: number
  /** 1 TCP, 2 named pipe, 3 local (LRPC), 4 HTTP. */
  protocol: number
  address: string
  endpoint: string
  level: number
  service: number
  processId: number
  activity?: string
  /** When it ended, and the status that the program saw; undefined where the trace does not hold the end. */
  ended?: number
  status?: number
  errors: ErrorRecord[]
}

/** The RPC runtime refused a call because of an RPC filter. */
export interface FilteredCall extends Moment {
  image: string
  interface: string
  filterKey: string
}

/** An operation of WMI that failed: WMI-Activity 5858. */
export interface WmiFailure extends Moment {
  user: string
  clientMachine: string
  clientProcessId: number
  operation: string
  result: number
  cause: string
}

/** DistributedCOM 10036 to 10038: an activation with too low an authentication level. */
export interface LowLevel extends Moment {
  id: number
  texts: string[]
}

/** A TCP connection and the process that it belongs to. */
interface OwnedConnection {
  local: MachineEnd
  remote: MachineEnd
  processId: number
}

/** A TCP port that a process listens on. */
interface OwnedPort {
  local: MachineEnd
  processId: number
}

/** An endpoint that a process registered with RPC, and when it went. */
export interface OwnedEndpoint extends Moment {
  processId: number
  protocol: string
  endpoint: string
  interface?: string
  /** When it was unregistered. */
  gone?: number
}

export interface MachineProcess {
  pid: number
  parent: number
  image: string
  commandLine: string
  services: string[]
  started?: number
  ended?: number
}

export interface Machine {
  computer: string
  processes: Map<number, MachineProcess>
  drops: Drop[]
  rpcCalls: RpcCallEvent[]
  filteredCalls: FilteredCall[]
  wmiFailures: WmiFailure[]
  lowLevels: LowLevel[]
  connections: OwnedConnection[]
  /** Ports that programs listened on when the trace was stopped; empty where no report says so. */
  listeners: OwnedPort[]
  endpoints: OwnedEndpoint[]
}
