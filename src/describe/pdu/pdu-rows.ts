// Which PDUs belong to a frame. PDU rows never go back in Frame order, so a binary search finds them.
import { Pdu } from '../../../asm/layout'
import type { Table } from '../../capture/table'

/** The first PDU row whose completing frame is `frame` or later. */
function firstPduFrom(pdus: Table, frame: number): number {
  let low = 0
  let high = pdus.rows
  while (low < high) {
    const middle = (low + high) >>> 1
    if (pdus.get(Pdu.Frame, middle) < frame) low = middle + 1
    else high = middle
  }
  return low
}

/** Rows of the PDUs that the frame at `frame` completes, in order. */
export function pdusOfFrame(pdus: Table, frame: number): number[] {
  const rows: number[] = []
  for (let row = firstPduFrom(pdus, frame); row < pdus.rows && pdus.get(Pdu.Frame, row) === frame; row++) rows.push(row)
  return rows
}
