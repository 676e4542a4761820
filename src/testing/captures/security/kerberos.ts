// Kerberos messages with true structure and opaque ciphertext: nothing here can be decrypted, everything can be read. RFC 4120 5.
// RPC asks for DCE style, whose tokens are these messages as they are, without the frame of RFC 4121 4.1.
import { concatenate } from '../../bytes'
import type { Random } from '../../random'
import { der, generalizedTime, generalString, integer, OCTET_STRING, oid, sequence, tagged } from './der'
import { OID_KERBEROS } from './spnego'

export const KERBEROS_PORT = 88
const VERSION = 5
const AES256 = 18
const SERVICE_AND_INSTANCE = 2
const PRINCIPAL = 1

const APPLICATION = 0x60
const TICKET = 1
const AS_REQUEST = 10
const AS_REPLY = 11
const TGS_REQUEST = 12
const TGS_REPLY = 13
const AP_REQUEST = 14
const AP_REPLY = 15
const ERROR = 30

/** `service/host` in a realm. */
export interface Principal {
  name: string
  realm: string
}

/** A ticket for `service` and an authenticator. */
export function apRequest(service: Principal, random: Random): Uint8Array<ArrayBuffer> {
  const mutualAndDceStyle = tagged(2, bits(0x20000000))
  return application(
    AP_REQUEST,
    ...head(AP_REQUEST, 0),
    mutualAndDceStyle,
    tagged(3, ticketFor(service, random)),
    tagged(4, encrypted(random, 220)),
  )
}

export function apReply(random: Random): Uint8Array<ArrayBuffer> {
  return application(AP_REPLY, ...head(AP_REPLY, 0), tagged(2, encrypted(random, 90)))
}

export interface KerberosError {
  /** 7 unknown service, 37 clock skew, 41 wrong key ... RFC 4120 7.5.9. */
  code: number
  service: Principal
  /** Microseconds since the epoch by the server's clock, and by the client's where it stated it. */
  serverTime: number
  clientTime?: number
  /** The NTSTATUS that a Windows KDC adds. MS-KILE 2.2.2. */
  ntStatus?: number
}

export function errorMessage(error: KerberosError): Uint8Array<ArrayBuffer> {
  const { code, service, serverTime, clientTime, ntStatus } = error
  const client =
    clientTime === undefined ? [] : [tagged(2, generalizedTime(clientTime)), tagged(3, integer(clientTime % 1e6))]
  return application(
    ERROR,
    ...head(ERROR, 0),
    ...client,
    tagged(4, generalizedTime(serverTime)),
    tagged(5, integer(serverTime % 1e6)),
    tagged(6, integer(code)),
    tagged(9, generalString(service.realm)),
    tagged(10, principal(service.name)),
    ...(ntStatus === undefined ? [] : [tagged(12, der(OCTET_STRING, extendedError(ntStatus)))]),
  )
}

/** KERB-ERROR-DATA of type 3 with a KERB_EXT_ERROR: status, reserved, flags. MS-KILE 2.2.1, 2.2.2. */
function extendedError(ntStatus: number): Uint8Array<ArrayBuffer> {
  const value = new Uint8Array(12)
  const view = new DataView(value.buffer)
  view.setUint32(0, ntStatus, true)
  view.setUint32(8, 1, true)
  return sequence(tagged(1, integer(3)), tagged(2, der(OCTET_STRING, value)))
}

/** An error in the frame of RFC 4121 4.1, as SPNEGO carries it also where other messages go without. */
export function framedError(error: KerberosError): Uint8Array<ArrayBuffer> {
  return der(APPLICATION, oid(OID_KERBEROS), Uint8Array.of(3, 0), errorMessage(error))
}

/** Forwardable, renewable, canonicalize, renewable-ok: what Windows asks for. */
const USUAL_OPTIONS = 0x40810010

/** AS-REQ of `user`, or without one a TGS-REQ, for `service`. Options: kdc-options of RFC 4120 5.4.1. */
export function kdcRequest(
  service: Principal,
  user: string | undefined,
  random: Random,
  options = USUAL_OPTIONS,
): Uint8Array<ArrayBuffer> {
  const type = user === undefined ? TGS_REQUEST : AS_REQUEST
  const body = sequence(
    tagged(0, bits(options)),
    ...(user === undefined ? [] : [tagged(1, principal(user))]),
    tagged(2, generalString(service.realm)),
    tagged(3, principal(service.name)),
    tagged(
      5,
      der(
        0x18,
        Uint8Array.from('20370913024805Z', (digit) => digit.charCodeAt(0)),
      ),
    ),
    tagged(7, integer(random.below(0x7fffffff))),
    tagged(8, sequence(integer(AES256), integer(17), integer(23))),
  )
  return application(type, ...head(type, 1), tagged(4, body))
}

/** AS-REP to `user`, or TGS-REP, with a ticket for `service`. */
export function kdcReply(service: Principal, user: string, random: Random, isFirst: boolean): Uint8Array<ArrayBuffer> {
  const type = isFirst ? AS_REPLY : TGS_REPLY
  return application(
    type,
    ...head(type, 0),
    tagged(3, generalString(service.realm)),
    tagged(4, principal(user)),
    tagged(5, ticketFor(service, random)),
    tagged(6, encrypted(random, 260)),
  )
}

function ticketFor(service: Principal, random: Random): Uint8Array<ArrayBuffer> {
  return ticketAround(service, encrypted(random, 1080))
}

/** A ticket for `service` around its encrypted part. */
export function ticketAround(service: Principal, part: Uint8Array): Uint8Array<ArrayBuffer> {
  return application(
    TICKET,
    tagged(0, integer(VERSION)),
    tagged(1, generalString(service.realm)),
    tagged(2, principal(service.name)),
    tagged(3, part),
  )
}

export function application(number: number, ...fields: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return der(APPLICATION | number, sequence(...fields))
}

/** pvno and msg-type, whose tags KDC requests count from 1. */
export function head(type: number, firstTag: number): Uint8Array[] {
  return [tagged(firstTag, integer(VERSION)), tagged(firstTag + 1, integer(type))]
}

export function principal(name: string): Uint8Array<ArrayBuffer> {
  const parts = name.split('/')
  const kind = parts.length > 1 ? SERVICE_AND_INSTANCE : PRINCIPAL
  return sequence(tagged(0, integer(kind)), tagged(1, sequence(...parts.map(generalString))))
}

function encrypted(random: Random, length: number): Uint8Array<ArrayBuffer> {
  return encryptedPart(AES256, random.bytes(length))
}

/** EncryptedData. */
export function encryptedPart(etype: number, cipher: Uint8Array): Uint8Array<ArrayBuffer> {
  return sequence(tagged(0, integer(etype)), tagged(1, integer(3)), tagged(2, der(OCTET_STRING, cipher)))
}

function bits(value: number): Uint8Array<ArrayBuffer> {
  return concatenate(
    der(0x03, Uint8Array.of(0, value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff)),
  )
}
