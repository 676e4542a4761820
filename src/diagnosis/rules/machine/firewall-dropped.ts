// The machine's own events say that its firewall, or another filter of the Windows Filtering Platform, dropped the packets.
import type { Drop } from '../../../etw/events/machine-model'
import type { Examination } from '../../examination'
import type { Occurrence, Rule } from '../../rule'
import { type Attempt, attempts } from '../../signs/network/attempts'
import { dropsOf, processText } from '../../signs/network/machine-events'
import { concernsRpc, portName } from '../../signs/network/ports'
import { unavailableLayers } from '../../text/layers'
import { evidence, plural } from '../../text/wording'

/** The range from which Windows gives ports to RPC servers, and where its own programs lie. */
const FIRST_EPHEMERAL_PORT = 49152
const SYSTEM_PROGRAM = /\\windows\\system32\\[^\\]+\.exe$/i

export const firewallDropped: Rule = {
  id: 'firewall-dropped',
  title: 'A firewall on the traced machine dropped the connection',
  meaning:
    'The events of the trace say that the Windows Filtering Platform dropped the packets of this connection. The Windows firewall is built on it, and so are ' +
    'most other firewalls and protection programs. This is proof, not a conclusion from silence.',
  *find(theCase) {
    if (!theCase.machine) return
    for (const attempt of attempts(theCase)) {
      if (attempt.outcome === 'open') continue
      const drops = dropsOf(theCase, attempt).filter(({ cause }) => cause === 'inspection')
      if (drops.length > 0 && (concernsRpc(theCase, attempt) || isSystemPort(attempt, drops)))
        yield describe(theCase, attempt, drops)
    }
  },
}

function describe(theCase: Examination, attempt: Attempt, drops: Drop[]): Occurrence {
  const { client, server, port, synFrame, stream } = attempt
  const isInbound = isAtServer(attempt, drops)
  const host = isInbound ? server : client
  const filtered = drops.find(({ rule }) => rule !== undefined) ?? drops.find(({ filterId }) => filterId !== undefined)
  const application = drops.find(({ application }) => application !== undefined)?.application
  return {
    severity: 'error',
    confidence: 'high',
    title: `${isInbound ? 'The server’s' : 'The client’s own'} firewall dropped the connection to port ${port}`,
    explanation:
      `${client} asked ${server} for a connection to ${portName(port)}. The events of ${host} say what became of it: ` +
      `${[...new Set(drops.map(dropText))].join('; ')}. ` +
      (filtered
        ? `Filter ${filtered.filterId}${filtered.rule ? ` (${filtered.rule})` : ''} decided it, at the ${filtered.where}${application ? `, for ${application}` : ''}.`
        : 'The trace does not name the filter; the layer above says at which point it decided.') +
      listenerText(theCase, isInbound ? port : undefined),
    symptom: 'The program waits until its connection times out (RPC: 1722).',
    atFault: {
      party: 'configuration',
      text: `the firewall of ${host}, which has no rule that allows ${isInbound ? 'inbound' : 'outbound'} TCP port ${port}`,
    },
    fix: [
      {
        text: isInbound
          ? `On ${host}, allow inbound TCP port ${port} for the program that listens there. For RPC services a rule for "RPC dynamic ports" covers every port that they are given.`
          : `On ${host}, allow outbound TCP port ${port}.`,
        ...(isInbound && {
          copy: 'netsh advfirewall firewall add rule name="RPC dynamic ports" dir=in action=allow protocol=TCP localport=RPC',
        }),
      },
      filtered
        ? filtered.rule
          ? {
              text: `Look at the rule of filter ${filtered.filterId}: ${filtered.rule}. If this connection has to be allowed, change the rule or add an exception to it.`,
            }
          : {
              text: `Find the rule behind filter ${filtered.filterId}: write the filters to a file and search it for this number.`,
              copy: 'netsh wfp show filters file=filters.xml',
            }
        : {
            text: 'To learn which filter it was, trace again with the provider Microsoft-Windows-WFP, or with report=yes.',
            copy: 'netsh trace start capture=yes report=yes provider=Microsoft-Windows-WFP tracefile=C:\\trace.etl',
          },
    ],
    layers: unavailableLayers(theCase.names, {
      layer: 'Windows Filtering Platform',
      code: filtered ? String(filtered.filterId) : '',
      text: `${filtered?.where ?? drops[0]!.where}: dropped`,
    }),
    evidence: [
      ...evidence(synFrame, `SYN to port ${port}`),
      ...drops.flatMap(({ frame, where }) => evidence(frame, `dropped by ${where}`)),
    ],
    streams: [stream],
    executed: 'no',
    fold: `${client}|${server}|${port}|${filtered?.filterId}`,
    label: `${plural(drops.length, 'drop')}, port ${port}`,
    explains: { streams: [stream], isProven: true },
    filter: `tcp.dstport == ${port}`,
  }
}

/** True for a dynamic port on which a program of Windows itself listens: those are ports of RPC. */
function isSystemPort({ port }: Attempt, drops: readonly Drop[]): boolean {
  return port >= FIRST_EPHEMERAL_PORT && drops.some(({ application }) => SYSTEM_PROGRAM.test(application ?? ''))
}

/** Who listened on the port when the trace was stopped, where the report beside the trace says so. */
function listenerText({ machine }: Examination, port: number | undefined): string {
  const listener = machine?.listeners.find(({ local }) => local.port === port)
  return listener ? ` ${processText(machine!, listener.processId)} listened on the port, so the server was ready.` : ''
}

/** True if the server dropped what came in; else the client dropped what it meant to send. */
function isAtServer({ server, port }: Attempt, drops: Drop[]): boolean {
  for (const { local, inbound } of drops) {
    if (local) return local.address === server && (local.port === port || local.port === 0)
    if (inbound !== undefined) return inbound
  }
  return true
}

function dropText({ source, where, text, reason, filterId }: Drop): string {
  if (filterId !== undefined) return `WFP dropped it by filter ${filterId} at the ${where}`
  return `${source === 'pktmon' ? `pktmon saw ${where} drop it` : `${where} dropped it`}: ${text} (reason ${reason})`
}
