// Logons that no refused call shows. In the order in which they run.
import { clonedMachine } from './cloned-machine'
import { logonAbandoned } from './logon-abandoned'
import type { Rule } from '../../rule'

export const logonRules: readonly Rule[] = [logonAbandoned, clonedMachine]
