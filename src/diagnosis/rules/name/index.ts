// Names that do not resolve. In the order in which they run.
import { nameNotResolved } from './name-not-resolved'
import type { Rule } from '../../rule'

export const nameRules: readonly Rule[] = [nameNotResolved]
