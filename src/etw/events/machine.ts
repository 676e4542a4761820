// The events of a trace as facts about its machine: drops, calls of RPC, failures of WMI and DCOM, owners of connections.
import type { Capture } from '../../capture/capture'
import type { MachineReport } from '../report/model'
import { dropOf, reportedDrop } from './drops'
import { endOf, number } from './event-fields'
import type { Machine, OwnedEndpoint, RpcCallEvent } from './machine-model'
import type { Value } from './values'
import { Trace, type TraceEvent } from './trace'

/** Events of one kind that are looked at; a trace may hold any number. */
const MAX_FACTS = 100_000

const CONNECTION_EVENTS = new Set([1017, 1033, 1034, 1300])

/** Reads the facts out of the events that are kept in memory. */
export function machineOf(capture: Capture, trace = new Trace(capture)): Machine {
  const machine: Machine = {
    computer: trace.processes.computer,
    processes: trace.processes.byId,
    drops: [],
    rpcCalls: [],
    filteredCalls: [],
    wmiFailures: [],
    lowLevels: [],
    connections: [],
    listeners: [],
    endpoints: [],
  }
  const reader = new Facts(machine, trace)
  for (let row = 0; row < trace.events; row++) {
    const read = READERS[trace.providerOf(row).name]
    if (read && trace.isKept(row)) read(reader, row)
  }
  machine.connections.push(...trace.processes.connections)
  if (trace.report) addReport(machine, trace.report)
  return machine
}

/** Adds what the report beside the trace says; the trace's own events come first, where both know a thing. */
function addReport({ drops, connections, listeners }: Machine, report: MachineReport): void {
  drops.push(...report.drops.slice(0, MAX_FACTS - drops.length).map(reportedDrop))
  const names = new Map(report.filters.map(({ id, name, provider }) => [id, ruleText(name, provider)]))
  for (const drop of drops) {
    const rule = drop.filterId === undefined ? undefined : names.get(drop.filterId)
    if (rule) drop.rule = rule
  }
  for (const { isTcp, local, remote, processId } of report.connections) {
    if (!isTcp) continue
    if (remote) connections.push({ local, remote, processId })
    else listeners.push({ local, processId })
  }
}

/** The name of a filter's rule, and of the program that added it. */
function ruleText(name: string, provider: string): string {
  return [name && `“${name}”`, provider && `added by ${provider}`].filter((part) => part !== '').join(', ')
}

type Read = (facts: Facts, row: number) => void

const READERS: Readonly<Record<string, Read>> = {
  'Microsoft-Windows-RPC': (facts, row) => facts.rpc(row),
  'Microsoft-Windows-RPCSS': (facts, row) => facts.endpoint(row),
  'Microsoft-Windows-WMI-Activity': (facts, row) => facts.wmi(row),
  'Microsoft-Windows-DistributedCOM': (facts, row) => facts.dcom(row),
  'Microsoft-Windows-TCPIP': (facts, row) => facts.tcpip(row),
  'Microsoft-Windows-WFP': (facts, row) => facts.drop(row),
  'Microsoft-Windows-PktMon': (facts, row) => facts.drop(row),
}

class Facts {
  /** Calls that have not ended, by side and activity. */
  readonly #open = new Map<string, RpcCallEvent>()
  /** Endpoints that are registered, by process and name. */
  readonly #registered = new Map<string, OwnedEndpoint>()

  constructor(
    private readonly machine: Machine,
    private readonly trace: Trace,
  ) {}

  rpc(row: number): void {
    const id = this.trace.idOf(row)
    if (id === 2) this.#filtered(row)
    else if (id === 5 || id === 6) this.#call(row, id === 5 ? 'client' : 'server')
    else if (id === 7 || id === 8) this.#callEnd(row, id === 7 ? 'client' : 'server')
    else if (id === 1) this.#error(row)
    else if (id === 16) this.#bound(row)
  }

  #call(row: number, side: 'client' | 'server'): void {
    const { rpcCalls } = this.machine
    if (rpcCalls.length >= MAX_FACTS) return
    const event = this.trace.event(row)
    const field = (name: string) => event.fields[name]
    const call: RpcCallEvent = {
      ...moment(event),
      side,
      interface: text(field('InterfaceUuid')),
      opnum: number(event, 'ProcNum'),
      protocol: number(event, 'Protocol'),
      address: text(field('NetworkAddress')),
      endpoint: text(field('Endpoint')),
      level: number(event, 'AuthenticationLevel'),
      service: number(event, 'AuthenticationService'),
      processId: event.processId,
      ...(event.activity !== undefined && { activity: event.activity }),
      errors: [],
    }
    rpcCalls.push(call)
    if (event.activity !== undefined) this.#open.set(`${side} ${event.activity}`, call)
  }

  #callEnd(row: number, side: 'client' | 'server'): void {
    const event = this.trace.event(row)
    const key = `${side} ${event.activity}`
    const call = this.#open.get(key)
    if (!call) return
    this.#open.delete(key)
    call.ended = timeOf(event)
    call.status = number(event, 'Status')
  }

  /** Extended error information belongs to the call of its activity, on whichever side. */
  #error(row: number): void {
    const event = this.trace.event(row)
    const call = this.#open.get(`client ${event.activity}`) ?? this.#open.get(`server ${event.activity}`)
    const list = event.fields.Params
    call?.errors.push({
      component: number(event, 'GeneratingComponent'),
      status: number(event, 'Status'),
      location: number(event, 'DetectionLocation'),
      parameters: Array.isArray(list) ? list.map(parameterText).filter((words) => words !== '') : [],
    })
  }

  #filtered(row: number): void {
    const event = this.trace.event(row)
    if (this.machine.filteredCalls.length < MAX_FACTS)
      this.machine.filteredCalls.push({
        ...moment(event),
        // The manifest itself spells the first field in two ways.
        image: text(event.fields.ImageName ?? event.fields.ImangeName),
        interface: text(event.fields.InterfaceUuid),
        filterKey: text(event.fields.FilterKey),
      })
  }

  #bound(row: number): void {
    const event = this.trace.event(row)
    this.#register(event, text(event.fields.Protocol), text(event.fields.Endpoint))
  }

  /** RPCSS 2 and 3: an endpoint comes to the endpoint mapper and goes. */
  endpoint(row: number): void {
    const id = this.trace.idOf(row)
    if (id !== 2 && id !== 3) return
    const event = this.trace.event(row)
    const endpoint = text(event.fields.EndPoint)
    if (id === 2) {
      this.#register(event, text(event.fields.Protocol), endpoint, text(event.fields.InterfaceUUID))
      return
    }
    const known = this.#registered.get(endpoint)
    if (known) known.gone = timeOf(event)
  }

  #register(event: TraceEvent, protocol: string, endpoint: string, uuid?: string): void {
    const { endpoints } = this.machine
    if (endpoints.length >= MAX_FACTS) return
    const owned = {
      ...moment(event),
      processId: event.processId,
      protocol,
      endpoint,
      ...(uuid !== undefined && { interface: uuid }),
    }
    endpoints.push(owned)
    this.#registered.set(endpoint, owned)
  }

  wmi(row: number): void {
    if (this.trace.idOf(row) !== 5858 || this.machine.wmiFailures.length >= MAX_FACTS) return
    const event = this.trace.event(row)
    const field = (name: string) => text(event.fields[name])
    this.machine.wmiFailures.push({
      ...moment(event),
      user: field('User'),
      clientMachine: field('ClientMachine'),
      clientProcessId: number(event, 'ClientProcessId'),
      operation: field('Operation'),
      result: number(event, 'ResultCode') >>> 0,
      cause: field('PossibleCause'),
    })
  }

  dcom(row: number): void {
    const id = this.trace.idOf(row)
    if (id < 10036 || id > 10038 || this.machine.lowLevels.length >= MAX_FACTS) return
    const event = this.trace.event(row)
    this.machine.lowLevels.push({ ...moment(event), id, texts: Object.values(event.fields).map(text) })
  }

  tcpip(row: number): void {
    const id = this.trace.idOf(row)
    if (id === 1214 || id === 1215) this.drop(row)
    if (!CONNECTION_EVENTS.has(id) || this.machine.connections.length >= MAX_FACTS) return
    const event = this.trace.event(row)
    const local = endOf(event.fields.LocalAddress)
    const remote = endOf(event.fields.RemoteAddress)
    const processId = number(event, id === 1300 ? 'Pid' : 'ProcessId')
    if (local && remote && processId > 0) this.machine.connections.push({ local, remote, processId })
  }

  drop(row: number): void {
    if (this.machine.drops.length >= MAX_FACTS) return
    const drop = dropOf(this.trace, row)
    if (drop) this.machine.drops.push(drop)
  }
}

function moment(event: TraceEvent): { event: number; seconds: number } {
  return { event: event.row, seconds: timeOf(event) }
}

function timeOf({ seconds, nanos }: TraceEvent): number {
  return seconds + nanos / 1e9
}

function text(value: Value | undefined): string {
  return value === undefined || typeof value === 'object' ? '' : String(value)
}

/** What a parameter of an error record says: its texts, or its numbers where there are none. */
function parameterText(parameter: Value): string {
  if (typeof parameter !== 'object' || Array.isArray(parameter)) return ''
  const { AnsiValue, UnicodeValue, LValue } = parameter
  return text(UnicodeValue) || text(AnsiValue) || (typeof LValue === 'number' ? `0x${LValue.toString(16)}` : '')
}
