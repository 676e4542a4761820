// The files of `inspect --wireshark`: what secrets opened, written into a folder.
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { filesForWireshark } from '../query/export/for-wireshark'
import { Refused, type ReadFile } from './read-file'
import { pduReader } from './read-pdu'

/** Only the user may read what is written: it holds clear text and keys. */
const OWNER_ONLY = 0o600

/** Writes the files and gives a line for each. Throws Refused where secrets opened nothing and were right for no account. */
export async function writeForWireshark(read: ReadFile, file: string, folder: string): Promise<Iterable<unknown>> {
  const { capture, unsealing } = read.analysis
  if (!unsealing) throw new Refused('--wireshark: give --secrets as well')
  const { files } = filesForWireshark(
    { capture, unsealing, name: basename(file), tool: 'Faultline', pdu: pduReader(read, file) },
    { clearText: true, keys: true },
  )
  if (files.length === 0) throw new Refused('--wireshark: the secrets opened nothing and are right for no account')
  await mkdir(folder, { recursive: true })
  const lines: unknown[] = []
  for (const { name, pieces } of files) {
    const path = join(folder, name)
    await writeFile(path, pieces, { mode: OWNER_ONLY })
    lines.push({ file: path })
  }
  return lines
}
