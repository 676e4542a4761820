// SMB around RPC: sessions, trees and pipes. In the order in which they run.
import { pipeDied } from './pipe-died'
import { pipeNotOpened } from './pipe-not-opened'
import { smbAbandoned } from './smb-abandoned'
import { smbSessionRefused } from './smb-session-refused'
import type { Rule } from '../../rule'

export const smbRules: readonly Rule[] = [smbSessionRefused, smbAbandoned, pipeNotOpened, pipeDied]
