// Netlogon: how computers prove themselves to a domain controller. In the order in which they run, before the stage identity.
import { netlogonRefused } from './netlogon-refused'
import { zerologon } from './zerologon'
import type { Rule } from '../../rule'

export const netlogonRules: readonly Rule[] = [zerologon, netlogonRefused]
