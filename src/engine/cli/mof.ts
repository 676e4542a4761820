// A WMI object, as the bytes of its EncodingUnit or the hexadecimal text of them, printed as MOF. MS-WMIO 2.2.1.
//   npm run --silent mof -- FILE                  all that the object says
//   npm run --silent mof -- FILE --form go-msrpc  as go-msrpc prints it, to compare the two decoders
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { inGoMsrpcForm } from '../../wmio/go-msrpc-form'
import { objectMof } from '../../wmio/mof'
import { encodingUnit } from '../../wmio/object-block'

const USAGE = 'usage: mof FILE [--form full|go-msrpc]'

/** The bytes of a file, or those that its text writes as pairs of hexadecimal digits. */
function objectBytes(file: Uint8Array): Uint8Array {
  const text = new TextDecoder('latin1').decode(file)
  return /^[\s0-9a-f]*$/i.test(text) ? Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex')) : file
}

/** Prints what could be decoded; what is wrong with the bytes goes to standard error. */
async function main(): Promise<void> {
  const options = { form: { type: 'string', default: 'full' } } as const
  const { values, positionals } = parseArgs({ allowPositionals: true, options })
  const [file] = positionals
  if (!file || positionals.length > 1 || !['full', 'go-msrpc'].includes(values.form)) return fail(USAGE)
  const { value, note } = encodingUnit(objectBytes(await readFile(file)))
  if (value) console.log(objectMof(values.form === 'full' ? value : inGoMsrpcForm(value)))
  if (note !== undefined) fail(`${file}: ${note}`)
}

function fail(message: string): void {
  console.error(message)
  process.exitCode = 1
}

try {
  await main()
} catch (error) {
  fail((error as Error).message)
}
