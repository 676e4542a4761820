// What the page receives of a capture that is open.
import { FileFormat } from '../../../asm/layout'
import { hostCount } from '../../capture/hosts'
import { legibly } from '../../capture/legible'
import { noticeTexts } from '../../describe/notice-text'
import type { LogonRow, Opened } from '../api'
import { timeSpan } from '../query/calls/call-rows'
import type { Logon } from '../../unseal/logon'
import type { OpenCapture } from './open-capture'

const FORMATS: Record<FileFormat, string> = {
  [FileFormat.Unknown]: 'unknown',
  [FileFormat.TooShort]: 'unknown',
  [FileFormat.Pcap]: 'pcap',
  [FileFormat.PcapModified]: 'pcap (modified)',
  [FileFormat.PcapNg]: 'pcapng',
  [FileFormat.NetMon1]: 'Network Monitor 1',
  [FileFormat.NetMon2]: 'Network Monitor 2',
  [FileFormat.Snoop]: 'snoop',
  [FileFormat.Etl]: 'event trace',
}

/** What a file format is called. */
export function formatName(format: FileFormat): string {
  return FORMATS[format]
}

const PACKAGES: Record<Logon['package'], string> = {
  ntlm: 'NTLM',
  kerberos: 'Kerberos',
  netlogon: 'Netlogon',
  smb: 'SMB',
}

function logonRow(logon: Logon, explanation: string): LogonRow {
  const { frame, package: name, isSmb, user, domain, secret, sealed, opened, failed } = logon
  const who = user === undefined ? 'unknown' : user === '' ? 'anonymous' : domain ? `${domain}\\${user}` : user
  const over = isSmb ? 'SMB' : 'RPC'
  return { frame, package: PACKAGES[name], over, name: who, secret, explanation, sealed, opened, failed }
}

/** Counts, times, findings and notices; `started` is when opening began, by performance.now(). */
export function opened(open: OpenCapture, started: number): Opened {
  const { capture, conversation, unsealing } = open
  return legibly({
    name: open.name,
    bytes: open.file.size,
    format: open.file.packing === 'etl' ? FORMATS[FileFormat.Etl] : FORMATS[open.format],
    frames: capture.frames.rows,
    pdus: capture.pdus.rows,
    connections: conversation?.connections.length ?? 0,
    calls: conversation?.calls.rows ?? 0,
    events: capture.events.rows,
    hosts: hostCount(capture),
    ...timeSpan(capture),
    findings: open.findings,
    notices: [
      ...(open.file.note ? [open.file.note] : []),
      ...(open.decodeAs ?? []).map(({ port, protocol }) => `TCP port ${port} is read as ${protocol}, as you chose.`),
      ...noticeTexts(capture),
    ],
    cached: false,
    ...(unsealing && { logons: unsealing.logons.map((logon) => logonRow(logon, unsealing.explanationOf(logon))) }),
    seconds: (performance.now() - started) / 1000,
  })
}
