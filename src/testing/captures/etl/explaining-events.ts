// Events that say why a call fails, as their providers write them. Layouts: src/etw/events/known-events.ts.
import { ByteWriter, utf16 } from '../../bytes'
import { addressBytes } from '../network/address'
import type { KernelRecord, TraceRecord } from './trace-file'

export const RPC = '6ad52b32-d609-4be9-ae07-ce8dae937e39'
export const WMI = '1418ef04-b0b4-4623-bf7e-d74ab47bbdaa'
const DCOM = '1b562e86-b7aa-4131-badc-b6f3a001407e'
export const TCPIP = '2f07e2ee-15db-40f1-90ef-9d7ba282188a'
const WFP = '0c478c5b-0351-41b1-8c58-4a6737da32e3'

/** When and by whom. */
export interface Origin {
  microseconds: number
  processId?: number
  threadId?: number
  activity?: string
}

/** Fields in order: a text with its zero, a number of 32 bits, or bytes. */
type Field = string | number | Uint8Array

function dataOf(fields: readonly Field[]): Uint8Array {
  const out = new ByteWriter()
  for (const field of fields) {
    if (typeof field === 'string') out.bytes(utf16(`${field}\0`))
    else if (typeof field === 'number') out.u32(field)
    else out.bytes(field)
  }
  return out.take()
}

/** An event by its provider, id and fields. */
export function eventOf(
  provider: string,
  id: number,
  origin: Origin,
  fields: readonly Field[],
  version = 0,
): TraceRecord {
  return { ...origin, provider, id, version, data: dataOf(fields) }
}

export function guid(text: string): Uint8Array {
  return new ByteWriter().uuid(text).take()
}

export interface RpcCall {
  interface: string
  opnum: number
  /** 1 TCP, 2 named pipe, 3 LRPC. */
  protocol: number
  address?: string
  endpoint: string
  level?: number
  service?: number
}

/** A call's start at the client (5) or at the server (6). */
export function rpcStart(side: 'client' | 'server', origin: Origin, call: RpcCall): TraceRecord {
  const { address = '', level = 6, service = 10 } = call
  const fields = [guid(call.interface), call.opnum, call.protocol, address, call.endpoint, '', level, service, 3]
  return eventOf(RPC, side === 'client' ? 5 : 6, origin, fields, 1)
}

/** Its end, with the status that the program sees. */
export function rpcStop(side: 'client' | 'server', origin: Origin, status: number): TraceRecord {
  return eventOf(RPC, side === 'client' ? 7 : 8, origin, [status], 1)
}

/** The server blocked an interface by an RPC filter. */
export function rpcFiltered(origin: Origin, image: string, interfaceId: string, filter: string): TraceRecord {
  return eventOf(RPC, 2, origin, [image, guid(interfaceId), guid(filter)], 1)
}

/** WMI-Activity 5858: an operation failed. */
export function wmiFailure(
  origin: Origin,
  failure: {
    machine: string
    user: string
    clientProcessId: number
    operation: string
    result: number
    cause?: string
  },
): TraceRecord {
  const { machine, user, clientProcessId, operation, result, cause = 'Unknown' } = failure
  return eventOf(WMI, 5858, origin, [
    '{00000000-0000-0000-0000-000000000001}',
    machine,
    user,
    clientProcessId,
    'Unknown',
    operation,
    result,
    cause,
  ])
}

/** DistributedCOM events: texts only. */
export function dcomEvent(id: number, origin: Origin, texts: readonly string[]): TraceRecord {
  return eventOf(DCOM, id, origin, texts)
}

/** SOCKADDR_IN or SOCKADDR_IN6, its length before it. */
function socketAddress(address: string, port: number): Uint8Array {
  const bytes = addressBytes(address)
  const isIpv4 = bytes.length === 4
  const out = new ByteWriter().u32(isIpv4 ? 16 : 28).u16(isIpv4 ? 2 : 23)
  out.u8(port >>> 8).u8(port & 0xff)
  return (isIpv4 ? out.bytes(bytes).fill(8) : out.u32(0).bytes(bytes).u32(0)).take()
}

export interface Ends {
  local: [address: string, port: number]
  remote: [address: string, port: number]
}

/** TCPIP 1300: a connection that exists, with its process. */
export function connectionRundown(origin: Origin, { local, remote }: Ends, processId: number, state = 4): TraceRecord {
  const tcb = new ByteWriter().u64(0xffffaa0200001000n).take()
  return eventOf(TCPIP, 1300, origin, [tcb, socketAddress(...local), socketAddress(...remote), state, processId])
}

/** TCPIP 1214: the transport dropped packets. */
export function transportDrop(origin: Origin, { local, remote }: Ends, reason: number): TraceRecord {
  return eventOf(TCPIP, 1214, origin, [6, 2, socketAddress(...local), socketAddress(...remote), reason, 1])
}

export interface WfpDrop extends Ends {
  /** Program that the packet was for, as the kernel names its file. */
  application: string
  filterId: number
  layerId: number
  inbound: boolean
}

const FILE_TIME = 133_500_000_000_000_000n
const LOCAL_SYSTEM = Uint8Array.of(1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0)

/** WFP 1001: a filter dropped a packet. */
export function wfpDrop(origin: Origin, drop: WfpDrop): TraceRecord {
  const head = new ByteWriter()
    .u64(FILE_TIME)
    .bytes(socketAddress(...drop.local))
    .bytes(socketAddress(...drop.remote))
  head
    .u32(0)
    .bytes(utf16(`${drop.application}\0`))
    .bytes(LOCAL_SYSTEM)
  head
    .u32(0)
    .u32(0)
    .u32(0)
    .u32(drop.inbound ? 0x3900 : 0x3901)
    .u8(0)
    .u64(BigInt(drop.filterId))
    .u16(drop.layerId)
  return { ...origin, provider: WFP, id: 1001, version: 0, data: head.take() }
}

/** A process that runs when the trace begins: hook 0x303, version 4. */
export function processRecord(microseconds: number, pid: number, image: string, commandLine = image): KernelRecord {
  const data = new ByteWriter()
    .u64(0xffffaa0200000000n + BigInt(pid))
    .u32(pid)
    .u32(4)
    .u32(0)
    .u32(259)
    .u64(0n)
    .u32(0)
  data
    .u64(1n)
    .u64(0n)
    .bytes(LOCAL_SYSTEM)
    .ascii(`${image}\0`)
    .bytes(utf16(`${commandLine}\0`))
  return { microseconds, hook: 0x303, data: data.u32(0).take() }
}

/** The kernel's own record of a program that a process has loaded: hook 0x1403. */
export function imageRecord(microseconds: number, pid: number, file: string): KernelRecord {
  const data = new ByteWriter().u64(0x7ff600000000n).u64(0x10000n).u32(pid).fill(12).u64(0n).fill(16)
  return { microseconds, hook: 0x1403, data: data.bytes(utf16(`${file}\0`)).take() }
}

/** The kernel's own record of a connection that was made: hook 0x60C, or 0x61C over IPv6. */
export function connectRecord(microseconds: number, { local, remote }: Ends, pid: number): KernelRecord {
  const [own, other] = [addressBytes(local[0]), addressBytes(remote[0])]
  const data = new ByteWriter().u32(pid).u32(0).bytes(other).bytes(own)
  for (const port of [remote[1], local[1]]) data.u8(port >>> 8).u8(port & 0xff)
  return { microseconds, hook: own.length === 4 ? 0x60c : 0x61c, version: 2, data: data.fill(32).take() }
}

/** A service and the process that runs it: hook 0xB0F. */
export function serviceRecord(microseconds: number, pid: number, name: string): KernelRecord {
  const data = new ByteWriter()
    .u32(pid)
    .u32(4)
    .u32(1)
    .bytes(utf16(`${name}\0${name}\0svchost.exe\0`))
  return { microseconds, hook: 0xb0f, version: 3, data: data.take() }
}
