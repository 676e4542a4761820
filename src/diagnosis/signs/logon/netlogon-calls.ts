// Calls of Netlogon by which a computer proves itself to a domain controller. MS-NRPC 3.5.4.4.
import { ARGUMENTS } from '../../../names/field-labels'
import { NONE } from '../../../capture/table'
import { Call, Outcome } from '../../../conversation/model'
import { stubBytes } from '../../../capture/pdu'
import { stubArguments } from '../../../dissect/arguments'
import { Reader } from '../../../dissect/reader'
import { NETLOGON } from '../../../names/well-known'
import type { Examination } from '../../examination'
import { perCase } from '../../per-case'

export enum NetlogonOpnum {
  ReqChallenge = 4,
  Authenticate = 5,
  Authenticate2 = 15,
  Authenticate3 = 26,
  PasswordSet2 = 30,
}
const AUTHENTICATES: ReadonlySet<number> = new Set([
  NetlogonOpnum.Authenticate,
  NetlogonOpnum.Authenticate2,
  NetlogonOpnum.Authenticate3,
])
/** Bit W of NegotiateFlags: AES. MS-NRPC 3.1.4.2. */
const SUPPORTS_AES = 0x01000000
/** Bit O: strong keys; without it and AES the session key is that of DES. */
const STRONG_KEYS = 0x4000
const CREDENTIAL_BYTES = 8
const FLAGS_BYTES = 4

/** Rows of calls of Netlogon, in order. */
export const netlogonCalls = perCase((theCase: Examination): readonly number[] => {
  const { calls, interfaces } = theCase.conversation
  const index = interfaces.indexOf(NETLOGON)
  const found: number[] = []
  if (index < 0) return found
  for (let call = 0; call < calls.rows; call++) if (calls.get(Call.Interface, call) === index) found.push(call)
  return found
})

/** A call that proves a computer's password, as far as it is readable. */
export interface Authentication {
  call: number
  /** The method's return value; undefined where the answer is missing or sealed. */
  status?: number
  account?: string
  computer?: string
  /** False where the client negotiates RC4 or DES. */
  hasAes?: boolean
  /** True where it negotiates neither AES nor strong keys. */
  isDes?: boolean
  /** True for a credential of eight zero bytes. */
  isZero?: boolean
}

/** Authentications in order. */
export const authentications = perCase((theCase: Examination): readonly Authentication[] =>
  netlogonCalls(theCase)
    .filter((call) => AUTHENTICATES.has(theCase.conversation.calls.get(Call.Opnum, call)))
    .map((call) => read(theCase, call)),
)

function read(theCase: Examination, call: number): Authentication {
  const { calls } = theCase.conversation
  const status = calls.get(Call.Outcome, call) === Outcome.Response ? calls.get(Call.Status, call) : NONE
  const found: Authentication = status === NONE ? { call } : { call, status }
  const pdu = calls.get(Call.RequestPdu, call)
  const stub = pdu === NONE ? new Uint8Array(0) : stubBytes(theCase.capture, pdu)
  if (stub.length < CREDENTIAL_BYTES + FLAGS_BYTES) return found
  const opnum = calls.get(Call.Opnum, call)
  const texts = stubArguments(new Reader(stub), {
    interface: NETLOGON,
    opnum,
    answer: false,
    wide: theCase.isNdr64(call),
  })
  const account = texts?.get(ARGUMENTS.account)
  const computer = texts?.get(ARGUMENTS.computer)
  const tail = opnum === Number(NetlogonOpnum.Authenticate) ? 0 : FLAGS_BYTES
  const credential = stub.subarray(stub.length - tail - CREDENTIAL_BYTES, stub.length - tail)
  if (account !== undefined) found.account = account
  if (computer !== undefined) found.computer = computer
  found.isZero = credential.every((byte) => byte === 0)
  if (tail > 0) {
    const flags = new DataView(stub.buffer, stub.byteOffset, stub.length).getUint32(stub.length - FLAGS_BYTES, true)
    found.hasAes = (flags & SUPPORTS_AES) !== 0
    found.isDes = (flags & (SUPPORTS_AES | STRONG_KEYS)) === 0
  }
  return found
}
