// The engine without the page: reads a capture and prints what it holds, one JSON object a line.
//   npm run --silent inspect -- FILE --as frames|pdus|calls|connections|findings|logons|wmi|events|about [--secrets FILE]
//   npm run --silent inspect -- FILE --as frames|pdus|calls --filter EXPRESSION
//   npm run --silent inspect -- FILE --compare OTHER       what is different, the first difference first
//   npm run --silent inspect -- FILE --secrets FILE --wireshark FOLDER   decrypted PDUs and keys, as files for Wireshark
import { openAsBlob } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { compare } from '../../compare/compare'
import type { PduReader } from '../../conversation/call-stub'
import { wmiCalls } from '../../conversation/wmi'
import { Analysis } from '../read/analysis'
import { Filters } from '../query/filtering'
import type { Names } from '../../names/names'
import { keytabSecrets, NO_SECRETS, type Secrets, WrongSecrets } from '../../unseal/secrets/secrets'
import { secretsFile } from '../../unseal/secrets/secrets-file'
import { namesFrom } from '../read/names-text'
import { sourceOf } from '../read/source'
import { analyse, Refused } from './read-file'
import { aboutLine, eventLines } from './trace-lines'
import { comparisonLines, filteredLines, lines, type View, VIEWS } from './inspect-lines'
import { pduReader } from './read-pdu'
import { wmiLines } from './wmi-lines'

const USAGE = `usage: inspect FILE --as ${VIEWS.join('|')} [--secrets FILE] [--filter EXPRESSION] [--compare FILE] [--wireshark FOLDER]`

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      as: { type: 'string', default: 'findings' },
      compare: { type: 'string' },
      filter: { type: 'string' },
      secrets: { type: 'string' },
      wireshark: { type: 'string' },
    },
  })
  const [file] = positionals
  const view = VIEWS.find((name) => name === values.as)
  if (!file || positionals.length > 1 || !view) throw new Refused(USAGE)
  // Logons are listed also where there is no secret for them.
  const secrets =
    values.secrets === undefined ? (view === 'logons' ? NO_SECRETS : undefined) : await secretsOf(values.secrets)
  const read = await analyse(file, secrets, view === 'events')
  if (values.wireshark !== undefined) {
    const { writeForWireshark } = await import('./wireshark-files')
    return print(await writeForWireshark(read, file, values.wireshark))
  }
  if (view === 'events') return print(eventLines(read))
  if (view === 'about') return print([aboutLine(read)])
  const { analysis } = read
  const names = await namesFrom((table) => readFile(new URL(`../../names/data/${table}.tsv`, import.meta.url), 'utf8'))
  const readPdu = pduReader(read, file)
  if (values.filter !== undefined) return print(await filtered(analysis, names, view, values.filter, readPdu, file))
  if (view === 'wmi') return print(wmiLines(analysis, names, readPdu))
  if (values.compare === undefined) return print(lines(analysis, names, view))
  const other = (await analyse(values.compare, secrets)).analysis
  const [first, second] = [analysis, other].map((one) => ({ ...one.case, names }))
  await print(comparisonLines(compare(first!, second!)))
}

/** What a display filter shows of frames, PDUs or calls. */
async function filtered(
  analysis: Analysis,
  names: Names,
  view: View,
  filter: string,
  read: PduReader,
  file: string,
): Promise<Iterable<unknown>> {
  if (view !== 'frames' && view !== 'pdus' && view !== 'calls')
    throw new Refused('--filter chooses frames, PDUs or calls: give --as frames, pdus or calls')
  const { capture, conversation } = analysis
  const readWmi = () => wmiCalls(capture, conversation!, read)
  const source = file === '-' ? undefined : await sourceOf(await openAsBlob(file))
  const describe = (row: number, bytes: Uint8Array) => analysis.parser.describeFrameOf(capture, row, bytes)
  const filters = new Filters(
    { capture, conversation, names, findings: await analysis.diagnose(names) },
    { wmi: readWmi, ...(source && { file: () => ({ file: source, describe }) }) },
  )
  const result = await filters.rows(filter)
  if ('cancelled' in result) return []
  if ('message' in result) throw new Refused(`--filter, character ${result.at + 1}: ${result.message}`)
  const shown = new Uint8Array(capture.frames.rows)
  for (const row of result.rows) shown[row] = 1
  return filteredLines(analysis, names, view, shown)
}

/** The secrets in a file; keytabs that it names are looked for beside it. */
async function secretsOf(file: string): Promise<Secrets> {
  try {
    const { secrets, keytabs } = secretsFile(await readFile(file), file)
    for (const path of keytabs) secrets.keys.push(...keytabSecrets(await readFile(resolve(dirname(file), path)), path))
    return secrets
  } catch (error) {
    throw error instanceof WrongSecrets ? new Refused(`--secrets: ${error.message}`) : error
  }
}

async function print(all: Iterable<unknown> | AsyncIterable<unknown>): Promise<void> {
  let text = ''
  for await (const line of all) {
    text += JSON.stringify(line) + '\n'
    if (text.length > 1 << 16) {
      await write(text)
      text = ''
    }
  }
  await write(text)
}

/** Waits where the reader is slower, so that output is streamed and never piles up. */
function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => process.stdout.write(text, (error) => (error ? reject(error) : resolve())))
}

try {
  await main()
} catch (error) {
  // A reader that closes the pipe early (head, less) has what it wanted.
  const code = (error as NodeJS.ErrnoException).code
  if (code !== 'EPIPE') {
    console.error(error instanceof Refused || code ? (error as Error).message : error)
    process.exitCode = 1
  }
}
