// The field tree as a list of lines: which are in view, which line a byte belongs to.
import type { FieldLine } from '../../capture/field'

/** A line that is in view: its index in the fields, and whether it has lines under it. */
export interface TreeLine {
  index: number
  parent: boolean
}

/** The lines in view; what is under a line that `isOpen` denies is left out. */
export function linesInView(fields: FieldLine[], isOpen: (index: number) => boolean): TreeLine[] {
  const lines: TreeLine[] = []
  let closedDepth = Infinity
  fields.forEach(({ depth }, index) => {
    if (depth > closedDepth) return
    closedDepth = Infinity
    const parent = (fields[index + 1]?.depth ?? 0) > depth
    lines.push({ index, parent })
    if (parent && !isOpen(index)) closedDepth = depth
  })
  return lines
}

/** What a protocol's own line says besides its name: fields under it, by Wireshark's names, and what is between two. */
const SUMMARIES: { fields: string[]; between: string }[] = [
  ...['eth', 'ip', 'ipv6'].map((header) => ({ fields: [`${header}.src`, `${header}.dst`], between: ' → ' })),
  ...['tcp', 'udp'].map((header) => ({ fields: [`${header}.srcport`, `${header}.dstport`], between: ' → ' })),
  { fields: ['tcp.flags', 'dcerpc.pkt_type', 'dcerpc.cn_status'], between: ', ' },
]

/** The most telling values of the lines right under a protocol's own line; empty where there are none. */
export function summaryOf(fields: FieldLine[], index: number): string {
  const top = fields[index]
  if (!top || top.depth > 0 || top.value !== '') return ''
  const next = fields.findIndex(({ depth }, at) => at > index && depth === 0)
  const under = fields.slice(index + 1, next < 0 ? fields.length : next).filter(({ depth }) => depth === 1)
  return SUMMARIES.map(({ fields: wanted, between }) =>
    wanted.flatMap((name) => plain(under.find(({ filter }) => filter === name)?.value)).join(between),
  )
    .filter((text) => text !== '')
    .join(', ')
}

/** A value without its number where it has a name: `0x0018 PSH, ACK` is PSH, ACK; `Fault (3)` is Fault. */
function plain(value = ''): string[] {
  const named = value.replace(/^0x[\da-f]+ (?=\S)/i, '').replace(/ \(\d+\)$/, '')
  return named === '' ? [] : [named]
}

/** The line right above in the tree; undefined for a line of depth 0. */
export function parentOf(fields: FieldLine[], index: number): number | undefined {
  const depth = fields[index]?.depth ?? 0
  for (let above = index - 1; above >= 0; above--) if (fields[above]!.depth < depth) return above
  return undefined
}

/** A line and those under it as text, indented by two blanks a level; undefined where nothing is under it. */
export function branchText(fields: FieldLine[], index: number): string | undefined {
  const top = fields[index]
  if (!top || (fields[index + 1]?.depth ?? 0) <= top.depth) return undefined
  const end = fields.findIndex(({ depth }, at) => at > index && depth <= top.depth)
  return fields
    .slice(index, end < 0 ? fields.length : end)
    .map(({ label, value, depth }) => `${'  '.repeat(depth - top.depth)}${label}${value === '' ? '' : `: ${value}`}`)
    .join('\n')
}

/** The deepest, then shortest field that holds a byte; undefined where none does. */
export function fieldOfByte(fields: FieldLine[], byte: number): number | undefined {
  let best: number | undefined
  fields.forEach(({ at, length, depth }, index) => {
    if (byte < at || byte >= at + length) return
    const known = best === undefined ? undefined : fields[best]!
    if (!known || depth > known.depth || (depth === known.depth && length < known.length)) best = index
  })
  return best
}
