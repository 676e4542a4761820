// SMB, of any version: a frame that holds it, or whose PDUs went through one of its pipes.
import { Frame, Pdu, Pipe, Protocol } from '../../../asm/layout'
import { NONE } from '../../capture/table'
import type { Field } from '../field'
import { frameWords, pduWords } from '../sources'

function smb(name: string, help: string, protocols: readonly Protocol[], versions: readonly number[]): Field {
  return {
    name,
    type: 'label',
    help,
    sources: [
      frameWords(({ capture }, first, rows, out) => {
        const deepest = capture.frames.column(Frame.Protocol, first >>> 16)
        for (let row = 0; row < rows; row++) out[row] = protocols.includes(deepest[row]!) ? 1 : NONE
      }),
      pduWords(({ capture: { pdus, pipes } }, first, rows, out) => {
        for (let row = 0; row < rows; row++) {
          const pipe = pdus.get(Pdu.Pipe, first + row)
          out[row] = pipe < pipes.rows && versions.includes(pipes.get(Pipe.Version, pipe)) ? 1 : NONE
        }
      }),
    ],
  }
}

export const SMB_FIELDS: Field[] = [
  smb('smb', 'SMB version 1', [Protocol.Smb1], [1]),
  smb('smb2', 'SMB versions 2 and 3', [Protocol.Smb2], [2]),
  smb('nbss', 'NetBIOS sessions', [Protocol.NetbiosSession, Protocol.Smb1, Protocol.Smb2], [1, 2]),
  { name: 'browser', type: 'label', help: 'Messages of the computer browser', sources: [] },
]
