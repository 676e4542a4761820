// Two computers with one machine identity: likely clones of one installation. MS-NLMP 2.2.2.2 (Single_Host_Data).
import type { SecurityContext, SmbLogon } from '../../../conversation/model'
import type { Examination } from '../../examination'
import { who } from '../../text/identities'
import { references } from '../../text/references'
import { symptoms } from '../../text/symptoms'
import type { Rule } from '../../rule'
import { connectionTraits } from '../../signs/connection-traits'
import { evidence, frameNumber, list, sidesOf } from '../../text/wording'

const NO_IDENTITY = /^[0 :]*$/

/** A computer that logged on, by the name and the identity that its NTLM message states. */
interface Computer {
  name: string
  address: string
  frame: number
  stream: number
}

/** A logon that was rejected. */
interface Rejected {
  /** Its place among all that were rejected. */
  place: number
  frame: number
  stream: number
  user: string
}

export const clonedMachine: Rule = {
  id: 'cloned-machine',
  title: 'Two computers have the same machine identity',
  meaning:
    'An NTLM logon states an identity of the client’s computer. Two computers of different names and addresses that state the same one are likely clones of one installation or of one running machine. ' +
    'Windows 11 24H2 and later and Windows Server 2025 reject logons between clones: an error where such a logon was rejected; else a note. One computer with several addresses has one name and is not reported.',
  *find(theCase) {
    if (!connectionTraits(theCase).hasMachineId) return
    const byIdentity = computersByIdentity(theCase)
    if (byIdentity.size === 0) return
    const allRejected = firstRejected(theCase)
    for (const computers of byIdentity.values()) {
      const [first, other] = computers
      if (first === undefined || other === undefined) continue
      const addresses = new Set(computers.map(({ address }) => address))
      const rejected = rejectedBetween(allRejected, addresses)
      const names = list(computers.map(({ name, address }) => `${name} (${address})`))
      yield {
        severity: rejected ? 'error' : 'note',
        confidence: 'medium',
        title: rejected
          ? 'A logon between two computers failed; they are likely clones'
          : 'Two computers state the same machine identity: likely clones',
        explanation:
          `The NTLM messages of ${names} state the same machine identity (MachineID of Single_Host_Data), in frames ${list(computers.map(({ frame }) => frameNumber(frame)))}. ` +
          (rejected
            ? `A logon of ${rejected.user} from one of them on the other was rejected in frame ${frameNumber(rejected.frame)}. Since the updates of August 2025, Windows 11 24H2, 25H2 and Windows Server 2025 reject logons between computers that were cloned without Sysprep (KB5068222); a wrong password looks the same on the wire.`
            : 'No logon between them failed in this capture. With the updates of August 2025 and later, logons between such computers can fail (KB5068222).'),
        symptom: rejected ? '"The user name or password is incorrect", although both are right' : symptoms.none,
        atFault: { party: 'configuration', text: 'likely the way in which the computers were cloned, without Sysprep' },
        effect: rejected ? 'The logon failed.' : 'None in this capture.',
        evidence: [
          ...computers.flatMap(({ frame, name }) => evidence(frame, `the logon of ${name} states the identity`)),
          ...evidence(rejected?.frame, 'a logon between them is rejected'),
        ],
        fix: [
          {
            text: 'Look for event 6167 in the System log of the computer that rejected the logon: it names a mismatch of the machine identity.',
          },
          {
            text: 'Prepare images with Sysprep before they are cloned; install the affected computers again from such an image.',
            copy: 'sysprep /generalize /oobe',
          },
        ],
        references: [references.machineIds, references.nlmp],
        streams: [...new Set([...computers.map(({ stream }) => stream), ...(rejected ? [rejected.stream] : [])])],
        filter: 'ntlmssp.messagetype == 3',
      }
    }
  },
}

/** One logon of each computer, by the identity that it states; only identities that several names and addresses share. */
function computersByIdentity(theCase: Examination): ReadonlyMap<string, Computer[]> {
  const all = new Map<string, Sharing>()
  forEachLogon(theCase, (logon, stream) => {
    const { machineId, workstation } = logon
    if (!machineId || !workstation || NO_IDENTITY.test(machineId)) return
    const frame = 'tokenFrames' in logon ? (logon.thirdLegFrame ?? logon.tokenFrames.at(-1)) : logon.userFrame
    if (frame === undefined) return
    const name = workstation.toUpperCase()
    const address = sidesOf(theCase, stream).client.address
    let known = all.get(machineId)
    if (!known) all.set(machineId, (known = { computers: [], names: new Set(), addresses: new Set() }))
    if (known.names.has(name) || known.addresses.has(address)) return
    known.names.add(name)
    known.addresses.add(address)
    known.computers.push({ name, address, frame, stream })
  })
  return new Map([...all].flatMap(([identity, { computers }]) => (computers.length < 2 ? [] : [[identity, computers]])))
}

/** The computers that state one identity. */
interface Sharing {
  computers: Computer[]
  names: Set<string>
  addresses: Set<string>
}

function forEachLogon(
  { conversation: { connections, smbLogons } }: Examination,
  take: (logon: SecurityContext | SmbLogon, stream: number) => void,
): void {
  for (const { security, stream } of connections) for (const context of security) take(context, stream)
  for (const logon of smbLogons) take(logon, logon.stream)
}

/** The first rejected logon from each address to each, by both, with its place among all. */
type FirstRejected = ReadonlyMap<string, ReadonlyMap<string, Rejected>>

function firstRejected(theCase: Examination): FirstRejected {
  const found = new Map<string, Map<string, Rejected>>()
  let place = 0
  forEachLogon(theCase, (logon, stream) => {
    const frame =
      'tokenFrames' in logon
        ? logon.provenFrame === undefined
          ? logon.failedFrame
          : undefined
        : logon.status !== undefined && logon.status !== 0
          ? logon.lastFrame
          : undefined
    if (frame === undefined) return
    const { client, server } = sidesOf(theCase, stream)
    let to = found.get(client.address)
    if (!to) found.set(client.address, (to = new Map<string, Rejected>()))
    if (!to.has(server.address)) to.set(server.address, { place: place++, frame, stream, user: who(logon) })
  })
  return found
}

/** The first rejected logon from one of these addresses to another of them, or to itself. */
function rejectedBetween(all: FirstRejected, addresses: ReadonlySet<string>): Rejected | undefined {
  let first: Rejected | undefined
  for (const from of addresses) {
    const to = all.get(from)
    if (!to) continue
    // Whichever are fewer: a flood of logons has many of one of the two.
    const both = to.size < addresses.size ? [...to.keys()].filter((one) => addresses.has(one)) : addresses
    for (const one of both) {
      const rejected = to.get(one)
      if (rejected && (!first || rejected.place < first.place)) first = rejected
    }
  }
  return first
}
