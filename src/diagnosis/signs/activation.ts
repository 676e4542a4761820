// Calls that ask a server to create or find an object.
import { IACTIVATION, ISYSTEM_ACTIVATOR } from '../../names/well-known'
import type { Examination } from '../examination'

/** Whether a call asks a server to create or find an object: ISystemActivator or IActivation. */
export function isActivation(theCase: Examination, call: number): boolean {
  const uuid = theCase.interfaceOf(call)
  return uuid === ISYSTEM_ACTIVATOR || uuid === IACTIVATION
}
