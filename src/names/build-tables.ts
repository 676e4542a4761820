// Builds the tables in data/ from a folder of facts (interfaces.tsv, methods.tsv, methods_alt.tsv, iids.tsv, errors.tsv).
// Run it again when the facts grow:  npx tsx src/names/build-tables.ts FOLDER
//
// What is taken:
// - interfaces: every one by name. Methods of published protocols (tier 1), of SDK interfaces that can be remoted (2) and of
//   Windows' own undocumented ones (3); an SDK interface that normally stays in its process (4) keeps its name only.
// - a COM interface's opnums 0 to 2 are IUnknown's: names.ts knows that, the table starts at 3.
// - an interface with two method tables under one UUID (cluster, fax) has two lines, distinguished by version.
// - GUIDs: classes, categories and IIDs that are no line of the interfaces.
// - errors: all but the kinds `rpc-reject` and `ntlm`, which repeat rows of nca, ntstatus and hresult.
//
// How it is written: UTF-8, a tab between columns, sorted by the first column as text, so that names.ts can search the text
// itself by halves and nothing is parsed before the first look-up. A first line that begins with # names the columns.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

type Row = Record<string, string>

const facts = process.argv[2]
if (facts === undefined) throw new Error('usage: npx tsx src/names/build-tables.ts FOLDER')
const data = join(import.meta.dirname, 'data')
mkdirSync(data, { recursive: true })

function read(name: string): Row[] {
  const [head, ...lines] = readFileSync(join(facts!, name), 'utf8').split('\n')
  const columns = head!.split('\t')
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const cells = line.split('\t')
      return Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? '']))
    })
}

/** Sorted by the first column; rows of one key keep their order, because the first is the primary one. */
function write(name: string, columns: string[], rows: string[][]): void {
  const sorted = rows.toSorted((a, b) => (a[0]! < b[0]! ? -1 : a[0]! > b[0]! ? 1 : 0))
  const text = `#${columns.join('\t')}\n${sorted.map((row) => row.join('\t') + '\n').join('')}`
  writeFileSync(join(data, name), text)
  console.info(`${name}: ${rows.length} rows, ${Buffer.byteLength(text)} bytes`)
}

function group(rows: Row[], key: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const members = groups.get(key(row))
    if (members) members.push(row)
    else groups.set(key(row), [row])
  }
  return groups
}

/** Method names by opnum, joined by spaces; `-` where an opnum has no known name. */
function methodList(rows: Row[], first: number): string {
  const names: string[] = []
  for (const row of rows) {
    const opnum = Number(row.opnum)
    if (opnum >= first) names[opnum - first] = row.method!
  }
  return Array.from(names, (name) => name ?? '-').join(' ')
}

const methods = group(read('methods.tsv'), (row) => row.uuid!)
const interfaces = read('interfaces.tsv')
const interfaceRows = interfaces.map((row) => {
  const com = row.kind === 'com-orpc'
  const known = row.tier === '4' ? [] : (methods.get(row.uuid!) ?? [])
  return [row.uuid!, row.version!, com ? 'com' : 'rpc', row.name!, row.spec!, methodList(known, com ? 3 : 0)]
})
for (const rows of group(read('methods_alt.tsv'), (row) => `${row.uuid} ${row.version}`).values()) {
  const { uuid, version, interface: name } = rows[0]!
  const spec = interfaces.find((row) => row.uuid === uuid)?.spec ?? ''
  interfaceRows.push([uuid!, version!, 'rpc', name!, spec, methodList(rows, 0)])
}
write('interfaces.tsv', ['uuid', 'version', 'kind', 'name', 'spec', 'methods'], interfaceRows)

const com = new Set(interfaces.filter((row) => row.kind === 'com-orpc').map((row) => row.uuid))
const guids = read('iids.tsv').filter((row) => row.kind !== 'kind' && !(row.kind === 'iid' && com.has(row.uuid)))
write(
  'guids.tsv',
  ['guid', 'kind', 'name'],
  guids.map((row) => [row.uuid!, row.kind!, row.name!]),
)

const FILES: Record<string, string[]> = {
  'win32.tsv': ['win32'],
  'hresult.tsv': ['hresult', 'dcom', 'wbem'],
  'ntstatus.tsv': ['ntstatus'],
  'protocol.tsv': ['nca', 'kerberos', 'bind-nak'],
}
const errors = read('errors.tsv')
for (const [name, kinds] of Object.entries(FILES))
  write(
    name,
    ['code', 'kind', 'symbol', 'message'],
    errors
      .filter((row) => kinds.includes(row.kind!))
      .map((row) => [row.code!.slice(2).toLowerCase(), row.kind!, row.symbol!, row.message!]),
  )

const repeated = new Set(errors.filter((row) => !['ntlm', 'rpc-reject'].includes(row.kind!)).map((row) => row.symbol))
const lost = errors.filter((row) => !repeated.has(row.symbol)).map((row) => `${row.code} ${row.symbol}`)
if (lost.length > 0) throw new Error(`left out, but no row of another kind repeats it: ${lost.join(', ')}`)
