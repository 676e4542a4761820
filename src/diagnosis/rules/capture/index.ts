// What the capture itself does not show: the other rules cannot know it. In the order in which they run.
import { captureCopies } from './capture-copies'
import { captureCut } from './capture-cut'
import { captureGaps } from './capture-gaps'
import { captureMidStream } from './capture-mid-stream'
import { captureOneSided } from './capture-one-sided'
import { encryptedSmb } from './encrypted-smb'
import { sealedStubs } from './sealed-stubs'
import type { Rule } from '../../rule'

export const captureRules: readonly Rule[] = [
  captureMidStream,
  captureOneSided,
  captureGaps,
  captureCut,
  captureCopies,
  encryptedSmb,
  sealedStubs,
]
