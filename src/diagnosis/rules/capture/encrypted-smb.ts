// Limit: SMB 3 encrypts everything, the named pipes and the RPC in them included. MS-SMB2 2.2.41.
import { Analysis, Frame, Stream, StreamFlag } from '../../../../asm/layout'
import { secondsBetween } from '../../../conversation/time'
import type { Examination } from '../../examination'
import type { Occurrence, Rule } from '../../rule'
import { duration, evidence, frameNumber, listSome, plural, streamEnds } from '../../text/wording'
import { ofCapture } from '../../text/of-kind'

const SHOWN = 10
/** An SMB 2 error without data in encryption: NetBIOS length, transform header, header, body. MS-SMB2 2.2.2, 2.2.41. */
const ERROR_BYTES = 4 + 52 + 64 + 9

export const encryptedSmb: Rule = {
  id: 'encrypted-smb',
  title: 'SMB is encrypted: RPC over its pipes cannot be seen',
  meaning:
    'With SMB 3 encryption nothing about named pipes is readable, not even if RPC is called. RPC over TCP in the same capture is not affected. ' +
    'The lengths of the messages show one thing: a request that the server first put off and then answered with an error.',
  *find(theCase) {
    const { streams } = theCase.capture
    const encrypted = Array.from({ length: streams.rows }, (_, stream) => stream).filter(
      (stream) => (streams.get(Stream.Flags, stream) & StreamFlag.SmbEncrypted) !== 0,
    )
    if (encrypted.length === 0) return
    const servers = [...new Set(encrypted.map((stream) => streamEnds(theCase, stream).server))]
    yield {
      ...ofCapture('SMB encryption, which is on by design'),
      kind: 'limit',
      severity: 'note',
      confidence: 'high',
      title: `${plural(encrypted.length, 'SMB connection is', 'SMB connections are')} encrypted: RPC over pipes is not visible`,
      effect: 'The capture does not show if RPC was called there, or if it failed.',
      explanation: `SMB 3 encrypts its messages with the pipes inside them, here to ${listSome(servers)}. What was called there and with which result cannot be read from the capture.`,
      evidence: encrypted
        .slice(0, SHOWN)
        .flatMap((stream) =>
          evidence(streams.get(Stream.FirstFrame, stream), 'SMB connection, encrypted after its session setup'),
        ),
      advice: [
        'Let the client use RPC over TCP where the service offers it; or, if the policy allows, switch encryption off on the server for the time of the capture: "Set-SmbServerConfiguration -EncryptData $false".',
      ],
      streams: encrypted,
      filter: 'smb2',
    }
    yield* failedLate(theCase, new Set(encrypted))
  },
}

/** What the lengths show of one encrypted stream, where client and server take turns. */
interface Turns {
  /** False once the client sent a request while another may have been without its answer: whose an answer is, is not known then. */
  isClear: boolean
  asked?: number | undefined
  /** The frame of an answer as long as an error, where it is the only one so far. */
  putOff?: number | undefined
}

/**
 * A request that was answered twice by messages as long as an error: the first, interim, says that the answer comes later, and
 * the second is that answer. Only where one request at a time is under way.
 */
function* failedLate(theCase: Examination, encrypted: ReadonlySet<number>): Generator<Occurrence> {
  const { frames, streams } = theCase.capture
  const all = new Map<number, Turns>()
  for (let frame = 0; frame < frames.rows; frame++) {
    const stream = frames.get(Frame.Stream, frame)
    if (!encrypted.has(stream)) continue
    const length = frames.get(Frame.PayloadLength, frame)
    const flags = frames.get(Frame.TcpFlags, frame)
    if (length === 0 || (flags & (Analysis.Retransmission | Analysis.Duplicate | Analysis.KeepAlive)) !== 0) continue
    let turns = all.get(stream)
    if (!turns) all.set(stream, (turns = { isClear: streams.get(Stream.Gaps, stream) === 0 }))
    if (frames.get(Frame.DestinationPort, frame) === streams.get(Stream.PortB, stream)) {
      if (turns.asked !== undefined) turns.isClear = false
      turns.asked = frame
      turns.putOff = undefined
    } else if (turns.isClear && turns.asked !== undefined && length === ERROR_BYTES && turns.putOff === undefined) {
      turns.putOff = frame
    } else {
      if (turns.isClear && turns.asked !== undefined && turns.putOff !== undefined && length === ERROR_BYTES)
        yield tellLate(theCase, stream, [turns.asked, turns.putOff, frame])
      turns.asked = undefined
      turns.putOff = undefined
    }
  }
}

function tellLate(theCase: Examination, stream: number, [asked, putOff, failed]: [number, number, number]): Occurrence {
  const { client, server } = streamEnds(theCase, stream)
  const seconds = duration(secondsBetween(theCase.capture.frames, putOff, failed))
  return {
    kind: 'limit',
    severity: 'note',
    confidence: 'medium',
    title: 'An encrypted SMB request likely failed after a wait',
    explanation: `${server} answered the encrypted request of ${client} in frame ${frameNumber(asked)} twice: in frame ${frameNumber(putOff)} with a message as long as an error, which puts the answer off, and ${seconds} later with another one of that length (frame ${frameNumber(failed)}). A success is longer for reads, calls and opens. Which request it was and with which status it failed is encrypted; a pipe whose service ends during a call looks like this, and so does a lock that is not granted.`,
    ...ofCapture('what failed is encrypted'),
    effect: 'A request failed; the capture does not show if it was an RPC call.',
    evidence: [
      ...evidence(asked, 'an encrypted request'),
      ...evidence(putOff, 'an answer as long as an error: the result comes later'),
      ...evidence(failed, `${seconds} later, a second answer as long as an error`),
    ],
    fix: [
      { text: 'On the server, look in the System log for a service that ended at that time (events 7031 and 7034).' },
      { text: 'Capture again with SMB encryption off, if the policy allows, to see the status.' },
    ],
    streams: [stream],
    filter: `tcp.stream == ${stream}`,
    fold: `late|${client}|${server}`,
  }
}
