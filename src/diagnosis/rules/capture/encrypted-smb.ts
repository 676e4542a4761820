// Limit: SMB 3 encrypts everything, the named pipes and the RPC in them included. MS-SMB2 2.2.41.
import { Stream, StreamFlag } from '../../../../asm/layout'
import type { Rule } from '../../rule'
import { evidence, listSome, plural, streamEnds } from '../../text/wording'
import { ofCapture } from '../../text/of-kind'

const SHOWN = 10

export const encryptedSmb: Rule = {
  id: 'encrypted-smb',
  title: 'SMB is encrypted: RPC over its pipes cannot be seen',
  meaning:
    'With SMB 3 encryption nothing of named pipes is readable: not even whether RPC is called. RPC over TCP in the same capture is not affected.',
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
      effect: 'If RPC was called there, and if it failed, is not visible.',
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
  },
}
