// Two computers with one machine identity: likely clones of one installation. MS-NLMP 2.2.2.2 (Single_Host_Data).
import type { SecurityContext, SmbLogon } from '../../../conversation/model'
import type { Examination } from '../../examination'
import { who } from '../../text/identities'
import { references } from '../../text/references'
import { symptoms } from '../../text/symptoms'
import type { Rule } from '../../rule'
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
  from: string
  to: string
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
    const byIdentity = computersByIdentity(theCase)
    const allRejected = byIdentity.size > 0 ? rejectedLogons(theCase) : []
    for (const computers of byIdentity.values()) {
      const [first, other] = computers
      if (first === undefined || other === undefined) continue
      const addresses = new Set(computers.map(({ address }) => address))
      const rejected = allRejected.find(({ from, to }) => addresses.has(from) && addresses.has(to))
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
  const all = new Map<string, Computer[]>()
  for (const { logon, stream } of logonsOf(theCase)) {
    const { machineId, workstation } = logon
    const frame = 'tokenFrames' in logon ? (logon.thirdLegFrame ?? logon.tokenFrames.at(-1)) : logon.userFrame
    if (!machineId || !workstation || frame === undefined || NO_IDENTITY.test(machineId)) continue
    const name = workstation.toUpperCase()
    const known = all.get(machineId) ?? []
    all.set(machineId, known)
    const address = sidesOf(theCase, stream).client.address
    if (known.some((one) => one.name === name || one.address === address)) continue
    known.push({ name, address, frame, stream })
  }
  for (const [identity, computers] of all) if (computers.length < 2) all.delete(identity)
  return all
}

function logonsOf({ conversation }: Examination): { logon: SecurityContext | SmbLogon; stream: number }[] {
  return [
    ...conversation.connections.flatMap(({ security, stream }) => security.map((logon) => ({ logon, stream }))),
    ...conversation.smbLogons.map((logon) => ({ logon, stream: logon.stream })),
  ]
}

function rejectedLogons(theCase: Examination): Rejected[] {
  return logonsOf(theCase).flatMap(({ logon, stream }) => {
    const frame =
      'tokenFrames' in logon
        ? logon.provenFrame === undefined
          ? logon.failedFrame
          : undefined
        : logon.status !== undefined && logon.status !== 0
          ? logon.lastFrame
          : undefined
    if (frame === undefined) return []
    const { client, server } = sidesOf(theCase, stream)
    return [{ from: client.address, to: server.address, frame, stream, user: who(logon) }]
  })
}
