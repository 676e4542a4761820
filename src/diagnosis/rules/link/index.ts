// The local network below IP. In the order in which they run.
import { addressConflict } from './address-conflict'
import { arpUnanswered } from './arp-unanswered'
import type { Rule } from '../../rule'

export const linkRules: readonly Rule[] = [addressConflict, arpUnanswered]
