// RPC over HTTP: channels that the web server refuses. In the order in which they run.
import { httpChannelRefused } from './http-channel-refused'
import type { Rule } from '../../rule'

export const httpRules: readonly Rule[] = [httpChannelRefused]
