// Counts as rows of a grid: what its columns show, and the filter that shows a row's frames.
import type { ConversationRow, EndpointRow, LengthRow, ProtocolRow, Talkers } from '../../engine/page/client'
import { addressField } from '../filter/expression'
import type { Column } from '../grid/column'
import { bytesText, countText } from '../state/time-format'

/** A row of any of the tables: texts and numbers by column. */
export interface CountRow {
  filter?: string | undefined
  texts: Record<string, string>
  numbers: Record<string, number>
}

function text(title: string, means: string, width: string): Column<CountRow> {
  return {
    title,
    means,
    width,
    text: ({ texts }) => texts[title] ?? '',
    sortBy: ({ texts }) => texts[title] ?? '',
    filter: ({ filter }) => filter,
  }
}

function number(title: string, means: string, shown = countText, width = '96px'): Column<CountRow> {
  return {
    title,
    means,
    width,
    number: true,
    text: ({ numbers }) => (numbers[title] === undefined ? '' : shown(numbers[title])),
    sortBy: ({ numbers }) => numbers[title] ?? -1,
  }
}

const percent = (value: number) => `${value.toFixed(1)} %`
const seconds = (value: number) => value.toFixed(6)

export const protocolColumns: Column<CountRow>[] = [
  {
    ...text(
      'Protocol',
      'Indented below the protocol that carries it, as far as the frame was read.',
      'minmax(208px, 1fr)',
    ),
    sortBy: ({ texts }) => texts.Path ?? '',
  },
  number('Frames', 'Frames that hold the protocol.'),
  number('Share', 'Of all frames counted.', percent, '80px'),
  number('Bytes', 'Bytes on the wire of these frames.', bytesText),
  number('End frames', 'Frames in which nothing lies below the protocol.'),
  number('End bytes', 'Bytes on the wire of those.', bytesText),
]

export function protocolRows(rows: ProtocolRow[]): CountRow[] {
  const all = rows.filter(({ path }) => path.length === 1).reduce((sum, { frames }) => sum + frames, 0)
  return rows.map(({ path, frames, bytes, endFrames, endBytes }) => ({
    filter: path.at(-1),
    texts: { Protocol: `${'\u2003'.repeat(path.length - 1)}${path.at(-1)}`, Path: path.join(':') },
    numbers: {
      Frames: frames,
      Share: all === 0 ? 0 : (100 * frames) / all,
      Bytes: bytes,
      'End frames': endFrames,
      'End bytes': endBytes,
    },
  }))
}

export const conversationColumns: Column<CountRow>[] = [
  text('Layer', 'eth, ip and ipv6: by address. tcp and udp: by address and port.', '64px'),
  text('A', 'One side; of TCP and UDP the one that sent first.', 'minmax(168px, 1fr)'),
  text('B', 'The other side.', 'minmax(168px, 1fr)'),
  number('Frames', 'In both directions.', countText, '80px'),
  number('Bytes', 'On the wire, in both directions.', bytesText, '88px'),
  number('A to B', 'Bytes on the wire.', bytesText, '88px'),
  number('B to A', 'Bytes on the wire.', bytesText, '88px'),
  number('Start', 'Seconds from the first frame of the capture.', seconds, '104px'),
  number('Duration', 'Seconds from its first frame to its last.', seconds, '104px'),
]

export function conversationRows({ conversations }: Talkers): CountRow[] {
  return conversations.map((row) => ({
    filter: conversationFilter(row),
    texts: { Layer: row.layer, A: endText(row.a, row.portA), B: endText(row.b, row.portB) },
    numbers: {
      Frames: row.framesAtoB + row.framesBtoA,
      Bytes: row.bytesAtoB + row.bytesBtoA,
      'A to B': row.bytesAtoB,
      'B to A': row.bytesBtoA,
      Start: row.start,
      Duration: row.end - row.start,
    },
  }))
}

function conversationFilter({ layer, a, b, stream }: ConversationRow): string {
  if (stream !== undefined) return `${layer}.stream == ${stream}`
  return `${addressField(a, 'addr')} == ${a} && ${addressField(b, 'addr')} == ${b}`
}

export const endpointColumns: Column<CountRow>[] = [
  text('Layer', 'eth, ip and ipv6: by address. tcp and udp: by address and port.', '64px'),
  text('Address', 'The endpoint.', 'minmax(208px, 1fr)'),
  number('Frames', 'Sent and received.', countText, '80px'),
  number('Bytes', 'Sent and received, on the wire.', bytesText),
  number('Sent', 'Bytes on the wire.', bytesText),
  number('Received', 'Bytes on the wire.', bytesText),
]

export function endpointRows({ endpoints }: Talkers): CountRow[] {
  return endpoints.map((row) => ({
    filter: endpointFilter(row),
    texts: { Layer: row.layer, Address: endText(row.address, row.port) },
    numbers: {
      Frames: row.framesSent + row.framesReceived,
      Bytes: row.bytesSent + row.bytesReceived,
      Sent: row.bytesSent,
      Received: row.bytesReceived,
    },
  }))
}

function endpointFilter({ layer, address, port }: EndpointRow): string {
  const side = (end: 'src' | 'dst') => {
    const host = `${addressField(address, end)} == ${address}`
    return port === undefined ? host : `(${host} && ${layer}.${end}port == ${port})`
  }
  return port === undefined ? `${addressField(address, 'addr')} == ${address}` : `${side('src')} || ${side('dst')}`
}

function endText(address: string, port: number | undefined): string {
  if (port === undefined) return address
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

export const lengthColumns: Column<CountRow>[] = [
  { ...text('Length', 'Bytes on the wire.', 'minmax(120px, 1fr)'), sortBy: ({ numbers }) => numbers.From ?? 0 },
  number('Frames', 'Frames of such a length.'),
  number('Share', 'Of all frames counted.', percent, '80px'),
  number('Mean', 'Mean length of these frames.', (value) => value.toFixed(1)),
  number('Least', 'The shortest of them.'),
  number('Most', 'The longest of them.'),
]

export function lengthRows(rows: LengthRow[]): CountRow[] {
  const all = rows.reduce((sum, { frames }) => sum + frames, 0)
  return rows.map(({ from, to, frames, least, most, mean }) => ({
    filter: Number.isFinite(to) ? `frame.len >= ${from} && frame.len <= ${to}` : `frame.len >= ${from}`,
    texts: { Length: Number.isFinite(to) ? `${from} to ${to}` : `${from} and more` },
    numbers: {
      From: from,
      Frames: frames,
      Share: all === 0 ? 0 : (100 * frames) / all,
      ...(mean !== undefined && { Mean: mean, Least: least!, Most: most! }),
    },
  }))
}
