// How two captures differ in one respect.
import type { Evidence } from '../diagnosis/finding'

type DifferenceKind = 'reaction' | 'calls' | 'identity' | 'outcome' | 'context' | 'close' | 'timing'

/** One difference, with the frames of both captures that show it. */
export interface Difference {
  kind: DifferenceKind
  /** One sentence; A is "the first capture", B "the second". */
  text: string
  a: Evidence[]
  b: Evidence[]
}
