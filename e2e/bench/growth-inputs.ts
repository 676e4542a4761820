// Captures that grow in one way each. Each is a function of how many.
import type { Growing } from './growing'
import { logonInputs } from './logon-inputs'
import { networkInputs } from './network-inputs'
import { pairInputs } from './pair-inputs'
import { rpcInputs } from './rpc-inputs'

export const inputs: readonly Growing[] = [...rpcInputs, ...logonInputs, ...networkInputs, ...pairInputs]
