// The security contexts of one RPC connection, and the PDUs under them. C706 12.6, 13; MS-RPCE 2.2.2.11, 3.3.1.5.2.
import { AuthLevel } from '../../asm/layout'
import { uuidText } from '../capture/text'
import { readBig16, readBig32, readLittle16, readLittle32 } from './bytes'
import type { ProtectedPdu } from './protection'
import { SecurityContext, type SecurityPackages } from './security-context'

const enum Type {
  Request = 0,
  Response = 2,
  Fault = 3,
  Bind = 11,
  AlterContext = 14,
  Auth3 = 16,
  Cancel = 18,
  Orphaned = 19,
}

const HEADER_BYTES = 16
const CALL_BYTES = 24
const FAULT_BYTES = 32
const OBJECT_BYTES = 16
const VERIFIER_BYTES = 8
const OBJECT_FLAG = 0x80
const NETLOGON_PACKAGE = 68
const MAX_CONTEXTS = 4096
/** Presentation contexts and calls that are remembered of one connection. */
const MAX_REMEMBERED = 1024

/** A PDU as a connection brings it. */
export interface RpcPdu {
  /** The whole PDU, or as many of its first bytes as there are. */
  bytes: Uint8Array
  /** frag_length. */
  length: number
  frame: number
}

/** A PDU whose protection was taken off or checked. */
export interface UnsealedPdu {
  /** The bytes of the protected part in the clear, and where they belong. Absent where the PDU is only signed. */
  clear?: Uint8Array | undefined
  at: number
  verified: boolean
}

interface Context {
  security: SecurityContext
  level: number
}

export class RpcConnection {
  readonly #contexts = new Map<number, Context>()
  /** Interfaces by p_cont_id, and operations by call_id: for the challenges of Netlogon, which travel as calls. */
  readonly #interfaces = new Map<number, string>()
  readonly #calls = new Map<number, number>()

  constructor(
    private readonly packages: SecurityPackages,
    private readonly place: { stream: number; pipe?: number },
  ) {}

  /** Takes in the next PDU in order; gives what could be opened of it. */
  pdu(pdu: RpcPdu): UnsealedPdu | undefined {
    const { bytes, length } = pdu
    if (bytes.length < HEADER_BYTES) return undefined
    const type = bytes[2]!
    const isLittle = (bytes[4]! & 0x10) !== 0
    const tokenBytes = u16(bytes, 10, isLittle)
    const verifierAt = length - tokenBytes - VERIFIER_BYTES
    if (type === Type.Bind || type === Type.AlterContext) this.#presentation(bytes, isLittle)
    if (tokenBytes === 0 || verifierAt < HEADER_BYTES) {
      if (this.#isNetlogonCall(bytes, isLittle))
        this.#netlogonCall(bytes.subarray(0, length), isLittle, length, pdu.frame)
      return undefined
    }
    if (bytes.length < length) {
      this.#lost(pdu, type, verifierAt)
      return undefined
    }
    const context = this.#context(u32(bytes, verifierAt + 4, isLittle), bytes[verifierAt + 1]!)
    if (!context) return undefined
    switch (type) {
      case Type.Request:
      case Type.Response:
      case Type.Fault:
      case Type.Cancel:
      case Type.Orphaned:
        return this.#protected(context, pdu, type, verifierAt, isLittle)
      default:
        this.#token(context, pdu, type, verifierAt)
        return undefined
    }
  }

  #context(id: number, level: number): Context | undefined {
    let context = this.#contexts.get(id)
    if (!context) {
      if (this.#contexts.size >= MAX_CONTEXTS) return undefined
      context = { security: new SecurityContext(this.packages), level }
      this.#contexts.set(id, context)
    }
    return context
  }

  #token(context: Context, { bytes, length, frame }: RpcPdu, type: number, verifierAt: number): void {
    context.level = bytes[verifierAt + 1]!
    const isFromClient = type === Type.Bind || type === Type.AlterContext || type === Type.Auth3
    const isChannel = isFromClient && bytes[verifierAt] === NETLOGON_PACKAGE
    const token = bytes.slice(verifierAt + VERIFIER_BYTES, length)
    context.security.token(token, { frame, ...this.place, isSmb: false }, isChannel)
  }

  #protected(context: Context, { bytes, length, frame }: RpcPdu, type: number, verifierAt: number, isLittle: boolean) {
    const level = bytes[verifierAt + 1]!
    if (level < Number(AuthLevel.Packet)) return undefined
    const isSealed = level === Number(AuthLevel.Privacy)
    const { logon, protection } = context.security
    if (logon && isSealed) logon.sealed++
    const stubAt = stubOf(type, bytes[3]!)
    if (stubAt > verifierAt) return undefined
    const part: ProtectedPdu = {
      bytes: bytes.subarray(0, verifierAt + VERIFIER_BYTES),
      stubAt,
      stubEnd: verifierAt,
      token: bytes.subarray(verifierAt + VERIFIER_BYTES, length),
      fromClient: type === Type.Request || type === Type.Cancel || type === Type.Orphaned,
      isSealed,
    }
    const opened = protection?.open(part)
    if (!logon || !opened) return undefined
    logon.checked++
    if (!opened.verified) logon.failed++
    if (isSealed) logon.opened++
    if (opened.clear && this.#isNetlogonCall(bytes, isLittle)) {
      const whole = bytes.slice(0, verifierAt)
      whole.set(opened.clear, stubAt)
      this.#netlogonCall(whole, isLittle, verifierAt - bytes[verifierAt + 2]!, frame)
    }
    return { at: stubAt, verified: opened.verified, ...(opened.clear && { clear: opened.clear }) }
  }

  /** Not all of a protected PDU is in the capture: its length still moves the streams of NTLM on. */
  #lost({ bytes }: RpcPdu, type: number, verifierAt: number): void {
    const isFromClient = type === Type.Request || type === Type.Cancel || type === Type.Orphaned
    if (!isFromClient && type !== Type.Response && type !== Type.Fault) return
    // Which context it belongs to is said at its end, which may be missing: with one context there is no doubt.
    const open = [...this.#contexts.values()].filter(({ security }) => security.protection)
    if (open.length !== 1) return
    const [context] = open
    const isSealed = context!.level === Number(AuthLevel.Privacy)
    const { logon, protection } = context!.security
    if (isSealed && logon) logon.sealed++
    protection!.lose(isFromClient, Math.max(0, verifierAt - stubOf(type, bytes[3]!)), isSealed)
  }

  /** The interfaces that a bind or alter_context names. C706 12.6.4.3. */
  #presentation(bytes: Uint8Array, isLittle: boolean): void {
    const count = bytes[24] ?? 0
    let at = 28
    for (let i = 0; i < count && at + 24 <= bytes.length; i++) {
      if (this.#interfaces.size < MAX_REMEMBERED)
        this.#interfaces.set(u16(bytes, at, isLittle), uuidText(bytes, at + 4, !isLittle))
      at += 24 + 20 * (bytes[at + 2] ?? 0)
    }
  }

  /** True for a request to netlogon and its response, which may bring the challenges of a secure channel. */
  #isNetlogonCall(bytes: Uint8Array, isLittle: boolean): boolean {
    const type: Type = bytes[2]!
    if (type !== Type.Request && type !== Type.Response) return false
    return this.#interfaces.get(u16(bytes, 20, isLittle)) === this.packages.channels.interface
  }

  #netlogonCall(bytes: Uint8Array, isLittle: boolean, end: number, frame: number): void {
    const type: Type = bytes[2]!
    if (bytes.length < CALL_BYTES || end > bytes.length) return
    const callId = u32(bytes, 12, isLittle)
    const stub = bytes.subarray(stubOf(type, bytes[3]!), end)
    if (type === Type.Request) {
      const operation = u16(bytes, 22, isLittle)
      if (this.#calls.size < MAX_REMEMBERED) this.#calls.set(callId, operation)
      this.packages.channels.request(this, callId, operation, stub)
    } else if (type === Type.Response) {
      const operation = this.#calls.get(callId)
      this.#calls.delete(callId)
      if (operation !== undefined) this.packages.channels.response(this, callId, operation, stub, frame)
    }
  }
}

/** Where the stub begins: the protected part of a PDU. */
function stubOf(type: number, flags: number): number {
  if (type === Type.Request) return CALL_BYTES + (flags & OBJECT_FLAG ? OBJECT_BYTES : 0)
  if (type === Type.Response) return CALL_BYTES
  return type === Type.Fault ? FAULT_BYTES : HEADER_BYTES
}

function u16(bytes: Uint8Array, at: number, isLittle: boolean): number {
  return isLittle ? readLittle16(bytes, at) : readBig16(bytes, at)
}

function u32(bytes: Uint8Array, at: number, isLittle: boolean): number {
  return isLittle ? readLittle32(bytes, at) : readBig32(bytes, at)
}
