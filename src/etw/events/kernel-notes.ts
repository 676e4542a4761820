// Processes, services and the computer's name, from the records that the kernel's own logger adds to a netsh trace.

import type { ReportedProcess } from '../report/model'
import { ipv6Text } from '../../capture/text'
import type { MachineEnd, MachineProcess } from './machine-model'

export interface Processes {
  computer: string
  byId: Map<number, MachineProcess>
  /** TCP connections that were made or accepted while the kernel was traced. */
  connections: { local: MachineEnd; remote: MachineEnd; processId: number }[]
}

const PROCESS_START = 0x301
const PROCESS_END = 0x302
const PROCESS_RUNDOWN_FIRST = 0x303
const PROCESS_RUNDOWN_LAST = 0x304
const IMAGE_LOAD = 0x140a
const IMAGE_RUNDOWN_FIRST = 0x1403
const IMAGE_RUNDOWN_LAST = 0x1404
const COMPUTER = 0xb0a
const SERVICE = 0xb0f
/** TcpIp: a connection was made, or accepted, over IPv4 and IPv6. */
const TCP_CONNECT = 0x60c
const TCP_ACCEPT = 0x60f
const TCP_CONNECT_6 = 0x61c
const TCP_ACCEPT_6 = 0x61f
const HEAD_BYTES = 12
const MAX_CONNECTIONS = 65536
const MAX_PROCESSES = 65536
/** A computer's name follows so many bytes of numbers. */
const COMPUTER_NAME = 20

/** Reads the notes; a process id that was given again keeps its last process. */
export function kernelNotes(notes: Uint8Array[]): Processes {
  const processes: Processes = { computer: '', byId: new Map(), connections: [] }
  for (const note of notes) {
    if (note.length < HEAD_BYTES) continue
    const head = new DataView(note.buffer, note.byteOffset, HEAD_BYTES)
    const time = head.getUint32(4, true) + head.getUint32(8, true) / 1e9
    const data = note.subarray(HEAD_BYTES)
    switch (head.getUint16(0, true)) {
      case PROCESS_START:
      case PROCESS_END:
      case PROCESS_RUNDOWN_FIRST:
      case PROCESS_RUNDOWN_LAST:
        addProcess(processes, data, head.getUint8(3), head.getUint16(0, true), time)
        break
      case IMAGE_LOAD:
      case IMAGE_RUNDOWN_FIRST:
      case IMAGE_RUNDOWN_LAST:
        addImage(processes, data, head.getUint8(3))
        break
      case TCP_CONNECT:
      case TCP_ACCEPT:
        addConnection(processes, data, 4)
        break
      case TCP_CONNECT_6:
      case TCP_ACCEPT_6:
        addConnection(processes, data, 16)
        break
      case SERVICE:
        addService(processes, data)
        break
      case COMPUTER:
        processes.computer ||= textAt(data, COMPUTER_NAME)
        break
    }
  }
  return processes
}

/** Adds processes of the report beside the trace: those that are not known yet, and services of those that are. */
export function addReported({ byId }: Processes, reported: readonly ReportedProcess[]): void {
  for (const { pid, image, services } of reported) {
    const known = byId.get(pid)
    if (!known) {
      if (byId.size < MAX_PROCESSES) byId.set(pid, { pid, parent: 0, image, commandLine: '', services: [...services] })
      continue
    }
    // A number that was given to another program since says nothing about this one.
    if (known.image !== '' && known.image.toLowerCase() !== image.toLowerCase()) continue
    known.image ||= image
    known.services.push(...services.filter((name) => !known.services.includes(name)))
  }
}

/** Process_TypeGroup1, version 2 and later: key, pid, parent, session, exit status, page table, flags, SID, image, command. */
function addProcess({ byId }: Processes, data: Uint8Array, pointerBytes: number, hook: number, time: number): void {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  // Key and page table are pointers, and the flags stand between them and the SID.
  const sidAt = 2 * pointerBytes + 20
  if (data.length < sidAt + 4) return
  const pid = view.getUint32(pointerBytes, true)
  const image = ansiAt(data, afterSid(view, sidAt, pointerBytes))
  const before = byId.get(pid)
  if (hook === PROCESS_END) {
    if (before) before.ended = time
    else if (byId.size < MAX_PROCESSES)
      byId.set(pid, process(pid, view.getUint32(pointerBytes + 4, true), image, data, { ended: time }))
    return
  }
  if (before && before.image === image.text && hook !== PROCESS_START) return
  if (byId.size >= MAX_PROCESSES) return
  const started = hook === PROCESS_START ? { started: time } : {}
  byId.set(pid, process(pid, view.getUint32(pointerBytes + 4, true), image, data, started))
}

/** Image_Load, version 2 and later: base, size, process, three numbers, default base, four numbers, then the program's file. */
function addImage({ byId }: Processes, data: Uint8Array, pointerBytes: number): void {
  const nameAt = 3 * pointerBytes + 32
  if (data.length < nameAt) return
  const pid = new DataView(data.buffer, data.byteOffset, data.length).getUint32(2 * pointerBytes, true)
  const image = textAt(data, nameAt).split('\\').at(-1)!
  const known = byId.get(pid)
  // A process loads its own program first; what it loads later, for its resources, is not what it is.
  if (known) known.image ||= image
  else if (byId.size < MAX_PROCESSES) byId.set(pid, { pid, parent: 0, image, commandLine: '', services: [] })
}

function process(
  pid: number,
  parent: number,
  image: { text: string; next: number },
  data: Uint8Array,
  times: { started?: number; ended?: number },
): MachineProcess {
  return { pid, parent, image: image.text, commandLine: textAt(data, image.next), services: [], ...times }
}

/** TcpIp_TypeGroup2 and 4: process, size, the other end's address, the own one, then both ports in the network's order. */
function addConnection({ connections }: Processes, data: Uint8Array, addressBytes: 4 | 16): void {
  const portsAt = 8 + 2 * addressBytes
  if (data.length < portsAt + 4 || connections.length >= MAX_CONNECTIONS) return
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const end = (address: number, port: number): MachineEnd => {
    const bytes = data.subarray(address, address + addressBytes)
    return { address: addressBytes === 4 ? bytes.join('.') : ipv6Text(bytes), port: view.getUint16(port) }
  }
  connections.push({
    local: end(8 + addressBytes, portsAt + 2),
    remote: end(8, portsAt),
    processId: view.getUint32(0, true),
  })
}

/** TOKEN_USER (two pointers), then a SID; four zero bytes where there is none. */
function afterSid(view: DataView, at: number, pointerBytes: number): number {
  if (view.getUint32(at, true) === 0) return at + 4
  const sid = at + 2 * pointerBytes
  return sid + 2 > view.byteLength ? view.byteLength : sid + 8 + 4 * view.getUint8(sid + 1)
}

/** Process id, state, flags; names of the service. */
function addService({ byId }: Processes, data: Uint8Array): void {
  if (data.length < 14) return
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const pid = view.getUint32(0, true)
  const name = textAt(data, 12)
  if (!name || pid === 0) return
  const known = byId.get(pid)
  if (known) {
    if (!known.services.includes(name)) known.services.push(name)
  } else if (byId.size < MAX_PROCESSES) byId.set(pid, { pid, parent: 0, image: '', commandLine: '', services: [name] })
}

function ansiAt(data: Uint8Array, at: number): { text: string; next: number } {
  let end = at
  while (end < data.length && data[end] !== 0) end++
  return { text: new TextDecoder('windows-1252').decode(data.subarray(at, end)), next: end + 1 }
}

function textAt(data: Uint8Array, at: number): string {
  let end = at
  while (end + 2 <= data.length && (data[end]! | data[end + 1]!) !== 0) end += 2
  return new TextDecoder('utf-16le').decode(data.subarray(at, end))
}
