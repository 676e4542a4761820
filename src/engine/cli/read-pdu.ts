// The bytes of single PDUs, by Node: what secrets opened, else the file once more.
import { open } from 'node:fs/promises'
import type { PduReader } from '../../conversation/call-stub'
import { clearPduBytes } from '../query/pdu-bytes'
import type { ReadFile } from './read-file'

/** Reads PDUs of a file that was analysed. Of a file that was unpacked or converted, and of standard input, only what secrets opened. */
export function pduReader({ analysis, isPlain }: ReadFile, file: string): PduReader {
  const source = {
    async read(at: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
      const handle = await open(file)
      try {
        const { buffer, bytesRead } = await handle.read(new Uint8Array(length), 0, length, at)
        return buffer.subarray(0, bytesRead)
      } finally {
        await handle.close()
      }
    },
  }
  const { capture, unsealing } = analysis
  const held = (row: number) => unsealing?.pduBytes(row)
  return async (row) => (isPlain ? clearPduBytes(capture, source, held, row) : held(row))
}
