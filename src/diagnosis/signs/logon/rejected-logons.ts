// Rejected logons of every protocol in one list, and clients that try one user after another. RFC 4120 7.5.9, MS-SMB2 3.3.5.5.
import { WRONG_CREDENTIALS } from '../../../names/statuses'
import { secondsBetween } from '../../../conversation/time'
import type { Evidence } from '../../finding'
import { logonEvidence, who } from '../../text/identities'
import { evidence } from '../../text/wording'
import { perCase } from '../../per-case'
import { type Rejection, rejections } from '../call/rejection'
import { accountOf } from '../call/afterwards'
import type { Examination } from '../../examination'
import { kerberosErrors } from './kerberos-errors'
import { rejectedSessions } from './rejected-sessions'

/** KDC errors that say "no such user", "locked or disabled" and "wrong password". RFC 4120 7.5.9. */
const KDC_WRONG_CREDENTIALS = new Set([6, 18, 24])
/** So many users of one client within this time are no people who mistype. */
const SPRAYED_ACCOUNTS = 10
const SPRAY_SECONDS = 600

export interface RejectedLogon {
  frame: number
  stream: number
  client: string
  server: string
  /** Account name in lower case without its domain; undefined where it is not readable. */
  account?: string | undefined
  /** The name for a sentence. */
  name: string
  protocol: 'RPC' | 'SMB' | 'Kerberos'
  /** The frame that names the user. */
  named: () => Evidence[]
  /** Rows of the calls that were refused under it. */
  calls?: readonly number[]
}

/** Logons that were rejected for their user or password, in order of their frames. */
export const rejectedLogons = perCase((theCase: Examination): readonly RejectedLogon[] =>
  [...overRpc(theCase), ...overSmb(theCase), ...byKdcs(theCase)].sort((one, other) => one.frame - other.frame),
)

function overRpc(theCase: Examination): RejectedLogon[] {
  const found: RejectedLogon[] = []
  for (const rejection of rejections(theCase)) if (!rejection.security.anonymous) found.push(new RejectedRpc(rejection))
  return found
}

/** A view of a rejection: a flood has very many, and few of them are named. */
class RejectedRpc implements RejectedLogon {
  readonly account: string | undefined
  readonly protocol = 'RPC'

  constructor(private readonly rejection: Rejection) {
    this.account = accountOf(rejection.user)
  }

  get frame(): number {
    return this.rejection.security.failedFrame!
  }

  get stream(): number {
    return this.rejection.connection.stream
  }

  get client(): string {
    return this.rejection.connection.client.text
  }

  get server(): string {
    return this.rejection.connection.server.text
  }

  get name(): string {
    return who(this.rejection.security)
  }

  get calls(): readonly number[] {
    return this.rejection.calls
  }

  named(): Evidence[] {
    return logonEvidence(this.rejection.security)
  }
}

function overSmb(theCase: Examination): RejectedLogon[] {
  const found: RejectedLogon[] = []
  for (const { command, client, server, user, name, all } of rejectedSessions(theCase)) {
    const account = accountOf(user)
    if (command !== 'session setup' || account === undefined) continue
    for (const { status, frame, stream, logon } of all) {
      if (!WRONG_CREDENTIALS.has(status)) continue
      const named = () => logonEvidence(logon)
      found.push({ frame, stream, client, server, account, name: name ?? account, protocol: 'SMB', named })
    }
  }
  return found
}

function byKdcs(theCase: Examination): RejectedLogon[] {
  const found: RejectedLogon[] = []
  for (const { code, client: user, frame, stream, exchange, requestFrame } of kerberosErrors(theCase)) {
    if (exchange !== 'AS' || user === undefined || !KDC_WRONG_CREDENTIALS.has(code)) continue
    const { source: server, destination: client } = theCase.endsOf(frame)
    const account = user.toLowerCase().split('@')[0]!
    const named = () => evidence(requestFrame, `the client asks for a ticket of ${user}`)
    found.push({ frame, stream, client, server, account, name: user, protocol: 'Kerberos', named })
  }
  return found
}

/** A client that tried one user after another. */
export interface Spray {
  client: string
  accounts: Set<string>
  logons: RejectedLogon[]
}

/** Clients of which at least ten users were rejected within ten minutes, by address. */
export const sprays = perCase((theCase: Examination): ReadonlyMap<string, Spray> => {
  const byClient = new Map<string, Spray>()
  for (const logon of rejectedLogons(theCase)) {
    if (logon.account === undefined) continue
    let spray = byClient.get(logon.client)
    if (!spray) byClient.set(logon.client, (spray = { client: logon.client, accounts: new Set(), logons: [] }))
    spray.accounts.add(logon.account)
    spray.logons.push(logon)
  }
  return new Map([...byClient].filter(([, spray]) => isSpray(theCase, spray)))
})

/** True if some ten different accounts in a row were rejected within ten minutes. */
function isSpray(theCase: Examination, { accounts, logons }: Spray): boolean {
  if (accounts.size < SPRAYED_ACCOUNTS) return false
  const { frames } = theCase.capture
  const within = new Map<string, number>()
  let from = 0
  for (const { account, frame } of logons) {
    within.set(account!, (within.get(account!) ?? 0) + 1)
    while (secondsBetween(frames, logons[from]!.frame, frame) > SPRAY_SECONDS) {
      const left = logons[from++]!.account!
      const count = within.get(left)! - 1
      if (count === 0) within.delete(left)
      else within.set(left, count)
    }
    if (within.size >= SPRAYED_ACCOUNTS) return true
  }
  return false
}

/** True for a user of a client that tried one user after another: the flood is one finding, not one for each user. */
export function isSprayed(theCase: Examination, client: string, user: string | undefined): boolean {
  const account = accountOf(user)
  return account !== undefined && sprays(theCase).get(client)?.accounts.has(account) === true
}
