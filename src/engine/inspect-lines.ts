// What inspect prints for each view.
import { Frame } from '../../asm/layout'
import type { Names } from '../names/names'
import { frameLine } from '../report/frame-line'
import type { Analysis } from './analysis'

export const VIEWS = ['frames', 'pdus', 'calls', 'connections', 'findings'] as const
export type View = (typeof VIEWS)[number]

/** The objects of one view, in order; made one by one, so that output can be streamed. */
export function* lines(analysis: Analysis, names: Names, view: View): Iterable<unknown> {
  const { capture } = analysis
  switch (view) {
    case 'frames':
      for (let row = 0; row < capture.frames.rows; row++) yield frameLine(capture, row)
      return
  }
}
