// SMB around RPC: sessions, trees and pipes. In the order in which they run.
import { pipeDied } from './pipe-died'
import { pipeNotOpened } from './pipe-not-opened'
import { slowSmb } from './slow-smb'
import { smbAbandoned } from './smb-abandoned'
import { smbGuest } from './smb-guest'
import { smbLogonDropped } from './smb-logon-dropped'
import { smbNegotiationRefused } from './smb-negotiation-refused'
import { smbNoDialect } from './smb-no-dialect'
import { smbSessionRefused } from './smb-session-refused'
import { smbUnanswered } from './smb-unanswered'
import type { Rule } from '../../rule'

export const smbRules: readonly Rule[] = [
  smbSessionRefused,
  smbNoDialect,
  smbNegotiationRefused,
  smbUnanswered,
  smbLogonDropped,
  smbGuest,
  smbAbandoned,
  pipeNotOpened,
  pipeDied,
  slowSmb,
]
