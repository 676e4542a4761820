// What tshark 4.0.17 shows of a capture's fields, frame by frame.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'

/** Where answers are kept between runs; nowhere if undefined. */
export const KEPT_IN = process.env.PARITY_FOLDER
const [SEPARATOR, AGGREGATOR] = ['\x1e', '\x1f']
/** Without time zones of the machine: a filter's date is then one moment everywhere. */
const ENVIRONMENT = { ...process.env, TZ: 'UTC' }

/** Values of each field, by the frame's place from 0: none where the frame has no such field. */
export function tsharkValues(file: string, fields: readonly string[]): Map<string, string[][]> {
  const format = [
    '-T',
    'fields',
    '-E',
    'occurrence=a',
    '-E',
    `separator=${SEPARATOR}`,
    '-E',
    `aggregator=${AGGREGATOR}`,
  ]
  const rows = stdoutOf(['-n', '-r', file, ...format, ...fields.flatMap((field) => ['-e', field])])
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split(SEPARATOR))
  const valuesOf = (text = '') => (text === '' ? [] : text.split(AGGREGATOR))
  return new Map(fields.map((name, column) => [name, rows.map((row) => valuesOf(row[column]))]))
}

let known: Set<string> | undefined

/** Every field and protocol that tshark knows. */
export function tsharkNames(): Set<string> {
  const listing = (what: string) => stdoutOf(['-G', what])
  const column = (text: string) => text.split('\n').map((line) => line.split('\t')[2] ?? '')
  return (known ??= new Set([...column(listing('fields')), ...column(listing('protocols'))]))
}

function stdoutOf(args: string[]): string {
  return kept(args, () => {
    try {
      const stdio = ['ignore', 'pipe', 'ignore'] as const
      return execFileSync('tshark', args, { encoding: 'utf8', maxBuffer: 2 ** 29, stdio: [...stdio], env: ENVIRONMENT })
    } catch (error) {
      // A file that ends within a packet: tshark reads what is there and complains by its status.
      return (error as { stdout?: string }).stdout ?? ''
    }
  })
}

function kept(args: readonly string[], run: () => string): string {
  if (!KEPT_IN) return run()
  const path = `${KEPT_IN}/${createHash('sha256').update(args.join('\0')).digest('hex').slice(0, 24)}`
  if (existsSync(path)) return readFileSync(path, 'utf8')
  const answer = run()
  mkdirSync(KEPT_IN, { recursive: true })
  writeFileSync(path, answer)
  return answer
}
