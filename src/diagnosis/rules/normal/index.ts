// What looks alarming but is normal. In the order in which they run.
import { auth3WithoutAnswer } from './auth3-without-answer'
import { bindTimeFeatures } from './bind-time-features'
import { refusedTransferSyntax } from './refused-transfer-syntax'
import { resetOnClose } from './reset-on-close'
import type { Rule } from '../../rule'

export const normalRules: readonly Rule[] = [refusedTransferSyntax, bindTimeFeatures, resetOnClose, auth3WithoutAnswer]
