// The keys of Netlogon secure channels, learnt from the calls that negotiate them. MS-NRPC 3.5.4.4.1 (NetrServerReqChallenge),
// 3.5.4.4.2 to 3.5.4.4.4 (NetrServerAuthenticate, 2 and 3). The channel itself is often another connection: they are joined by
// the computer's name.
import { NETLOGON } from '../names/well-known'
import type { NetlogonToken } from '../dissect/security/netlogon-token'
import { Reader } from '../dissect/reader'
import { readLittle32 } from './bytes'
import type { Keyring, SecretVerdict } from './keyring'

const enum Operation {
  ReqChallenge = 4,
  Authenticate = 5,
  Authenticate2 = 15,
  Authenticate3 = 26,
}

const CHALLENGE_BYTES = 8
const MAX_CHANNELS = 4096
const MAX_NAME_UNITS = 256

interface Challenge {
  client: Uint8Array
  server?: Uint8Array | undefined
}

interface Asked {
  computer: string
  account?: string | undefined
  challenge?: Uint8Array | undefined
  credential?: Uint8Array | undefined
  flags?: number | undefined
}

export interface NetlogonChannel {
  account: string
  verdict: SecretVerdict
  key?: Uint8Array | undefined
}

export class NetlogonChannels {
  /** netlogon 1.0. */
  readonly interface = NETLOGON
  readonly #challenges = new Map<string, Challenge>()
  readonly #channels = new Map<string, NetlogonChannel>()
  readonly #asked = new WeakMap<object, Map<number, Asked>>()

  constructor(private readonly keyring: Keyring) {}

  /** The channel of the computer that a bind names; the newest. */
  find({ netbiosComputer, dnsComputer }: NetlogonToken): NetlogonChannel | undefined {
    const name = netbiosComputer ?? dnsComputer?.split('.')[0]
    return name === undefined ? undefined : this.#channels.get(name.toUpperCase())
  }

  /** A call to netlogon; `connection` is what its answer will come on. */
  request(connection: object, callId: number, operation: number, stub: Uint8Array): void {
    const asked = askedBy(operation, stub)
    if (!asked) return
    let calls = this.#asked.get(connection)
    if (!calls) this.#asked.set(connection, (calls = new Map<number, Asked>()))
    calls.set(callId, asked)
  }

  response(connection: object, callId: number, operation: number, stub: Uint8Array, _frame: number): void {
    const calls = this.#asked.get(connection)
    const asked = calls?.get(callId)
    calls?.delete(callId)
    if (!asked || stub.length < CHALLENGE_BYTES + 4 || this.#challenges.size >= MAX_CHANNELS) return
    const name = asked.computer.toUpperCase()
    const succeeded = readLittle32(stub, stub.length - 4) === 0
    if (operation === Operation.ReqChallenge) {
      if (succeeded && asked.challenge)
        this.#challenges.set(name, { client: asked.challenge, server: stub.slice(0, CHALLENGE_BYTES) })
      return
    }
    const challenge = this.#challenges.get(name)
    if (!challenge?.server || !asked.credential || !succeeded) return
    const account = asked.account ?? `${asked.computer}$`
    // The server answers with the flags that it agrees to.
    const flags = stub.length >= CHALLENGE_BYTES + 8 ? readLittle32(stub, CHALLENGE_BYTES) : (asked.flags ?? 0)
    const { verdict, key } = this.keyring.netlogon(account, challenge.client, challenge.server, asked.credential, flags)
    this.#channels.set(name, { account, verdict, ...(key && { key }) })
  }
}

/** What a request says, read as NDR: PrimaryName (a pointer to a string), then strings, numbers and eight bytes. */
function askedBy(operation: number, stub: Uint8Array): Asked | undefined {
  const from = new Reader(stub)
  const isChallenge = operation === Operation.ReqChallenge
  if (!isChallenge && ![Operation.Authenticate, Operation.Authenticate2, Operation.Authenticate3].includes(operation))
    return undefined
  if (from.u32() !== 0) text(from)
  const account = isChallenge ? undefined : text(from)
  if (!isChallenge) {
    from.align(2)
    from.u16()
  }
  const computer = text(from)
  const eight = from.take(CHALLENGE_BYTES)?.slice()
  if (computer === undefined || !eight) return undefined
  if (isChallenge) return { computer, challenge: eight }
  from.align(4)
  const flags = operation === Operation.Authenticate ? 0 : from.u32()
  return {
    computer,
    credential: eight,
    ...(account !== undefined && { account }),
    ...(flags !== undefined && { flags }),
  }
}

/** A conformant and varying string of UTF-16, zero at its end. C706 14.3.4.2. */
function text(from: Reader): string | undefined {
  from.align(4)
  from.skip(8)
  const units = from.u32()
  if (units === undefined || units > MAX_NAME_UNITS) return undefined
  return from.utf16(2 * units)?.replace(/\0+$/, '')
}
