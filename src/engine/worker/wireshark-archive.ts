// One archive for Wireshark of what secrets opened in the capture that is open.
import { archiveOf } from '../../storage/archive'
import type { WiresharkArchive, WiresharkChoice } from '../api'
import { filesForWireshark } from '../query/export/for-wireshark'
import { TOOL_VERSION } from '../version'
import type { OpenCapture } from './open-capture'

/** The archive of a capture in which secrets were tried; without a file where there is nothing to write. */
export async function wiresharkArchive(open: OpenCapture, choice: WiresharkChoice): Promise<WiresharkArchive> {
  const { capture, unsealing, name } = open
  if (!unsealing) return { pdus: 0, keys: 0 }
  const tool = `Faultline ${TOOL_VERSION}`
  const from = { capture, unsealing, name, tool, pdu: (row: number) => open.pduBytes(row) }
  const { files, pdus, keys } = filesForWireshark(from, choice)
  if (files.length === 0) return { pdus, keys }
  return { file: await archiveOf(files.map((file) => ({ ...file, packed: false }))), pdus, keys }
}
