// Tables that command-line programs print, in any language of Windows: tasklist, netstat -ano, and the script of netsh that
// lists network cards. Columns are found by their rulers and numbers, never by their words.
import type { MachineEnd } from '../events/machine-model'
import type { ReportedAdapter, ReportedConnection, ReportedProcess } from './model'

const MAX_ROWS = 20_000
const MAX_NAME = 256
const MAX_LINES = 200_000
const MAX_LINE = 512
/** Column rulers of tasklist: at least three, the first for the program, the second for its number. */
const RULER = /^={3,}(?: +={3,}){2,}\s*$/
const CSV_ROW = /^"([^"]{1,260})","(\d{1,10})","([^"]*)"/
const SERVICE = /^[\w.$-]{1,256}$/
const CONNECTION =
  /^\s*(TCP|UDP)\s+\[?([0-9a-f.:]+)(?:%\d+)?\]?:(\d{1,5})\s+(?:\[?([0-9a-f.:]+)(?:%\d+)?\]?:(\d{1,5})|\*:\*)\s.*?(\d{1,10})\s*$/i
const ADAPTER = /^Driver Description = (.+)$/
const DRIVER = /^Driver Version = (.+)$/

/** The lines of a text that can be rows of a table. */
function* linesOf(text: string): Generator<string> {
  let at = 0
  for (let line = 0; line < MAX_LINES && at < text.length; line++) {
    const end = text.indexOf('\n', at)
    const next = end < 0 ? text.length : end
    if (next - at < MAX_LINE) yield text.slice(at, next).replace(/\r$/, '')
    at = next + 1
  }
}

/** Rows of tasklist, also with /svc, also as CSV. */
export function processesIn(text: string): ReportedProcess[] {
  const found: ReportedProcess[] = []
  let columns: [from: number, to: number][] = []
  for (const line of linesOf(text)) {
    if (found.length >= MAX_ROWS) break
    const csv = CSV_ROW.exec(line)
    if (csv) found.push({ image: csv[1]!, pid: Number(csv[2]), services: servicesOf(csv[3]!) })
    else if (RULER.test(line))
      columns = Array.from(line.matchAll(/=+/g), ({ 0: { length }, index }) => [index, index + length])
    else if (columns.length > 0) addRow(found, line, columns)
  }
  return found
}

function addRow(found: ReportedProcess[], line: string, columns: [from: number, to: number][]): void {
  const [image = '', pid = ''] = columns.map(([from, to]) => line.slice(from, to).trim())
  // Only tasklist /svc has three columns; its last is wider than its ruler, and long lists go on in the next line.
  const services = columns.length === 3 ? servicesOf(line.slice(columns[2]![0])) : []
  if (image === '' && pid === '') found.at(-1)?.services.push(...services)
  else if (/^\d{1,10}$/.test(pid)) found.push({ image: image.slice(0, MAX_NAME), pid: Number(pid), services })
}

/** "N/A" and its translations are no names of services. */
function servicesOf(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => SERVICE.test(name))
    .slice(0, 64)
}

/** Rows of netstat -ano. */
export function connectionsIn(text: string): ReportedConnection[] {
  const found: ReportedConnection[] = []
  for (const line of linesOf(text)) {
    if (found.length >= MAX_ROWS) break
    const row = CONNECTION.exec(line)
    // Connections that are being closed belong to process 0.
    if (!row || Number(row[6]) === 0) continue
    const [, protocol, local, localPort, remote, remotePort, pid] = row
    const isListening = remotePort === undefined || Number(remotePort) === 0
    found.push({
      isTcp: protocol!.toUpperCase() === 'TCP',
      local: end(local!, localPort!),
      ...(!isListening && { remote: end(remote!, remotePort) }),
      processId: Number(pid),
    })
  }
  return found
}

function end(address: string, port: string): MachineEnd {
  return { address: address.toLowerCase(), port: Number(port) }
}

/** Network cards in adapterinfo.txt, which netsh's own script writes in English. */
export function adaptersIn(text: string): ReportedAdapter[] {
  const found: ReportedAdapter[] = []
  for (const line of linesOf(text)) {
    const description = ADAPTER.exec(line)?.[1]
    const driver = DRIVER.exec(line)?.[1]
    if (description !== undefined && found.length < 256)
      found.push({ description: description.trim().slice(0, MAX_NAME), driver: '' })
    else if (driver !== undefined && found.length > 0) found.at(-1)!.driver ||= driver.trim().slice(0, MAX_NAME)
  }
  return found
}
