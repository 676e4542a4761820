// Attempts to connect that failed, when no earlier rule explains why. In the order in which they run.
import { acceptedAndClosed } from './accepted-and-closed'
import { answerLost } from './answer-lost'
import { connectionBurst } from './connection-burst'
import { portRefused } from './port-refused'
import { portUnanswered } from './port-unanswered'
import { scan } from './scan'
import type { Rule } from '../../rule'

export const portRules: readonly Rule[] = [
  scan,
  connectionBurst,
  portRefused,
  portUnanswered,
  answerLost,
  acceptedAndClosed,
]
