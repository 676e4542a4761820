// Calls that were answered, and whose answer says that they failed. In the order in which they run.
import { activationFailed } from './activation-failed'
import { endpointNotRegistered } from './endpoint-not-registered'
import { interfaceQuery } from './interface-query'
import { methodError } from './method-error'
import { profinetError } from './profinet-error'
import { wmiError } from './wmi-error'
import type { Rule } from '../../rule'

export const resultRules: readonly Rule[] = [
  wmiError,
  endpointNotRegistered,
  activationFailed,
  profinetError,
  interfaceQuery,
  methodError,
]
