// One of two captures, as comparing needs it.
import { rejections } from '../diagnosis/signs/call/rejection'
import { NONE } from '../capture/table'
import { Call } from '../conversation/model'
import { askedInterfaces } from '../diagnosis/signs/call/asked'
import type { Examination } from '../diagnosis/examination'
import type { Rejection } from '../diagnosis/signs/call/rejection'
import { list, methodName } from '../diagnosis/text/wording'

export interface Side {
  theCase: Examination
  /** Rows of calls in the order of their requests. */
  calls: number[]
  rejections: readonly Rejection[]
  texts: Map<number, string>
}

export function sideOf(theCase: Examination): Side {
  const { calls } = theCase.conversation
  const rows = Array.from({ length: calls.rows }, (_, call) => call).filter(
    (call) => calls.get(Call.RequestPdu, call) !== NONE,
  )
  rows.sort((one, other) => theCase.frameOf(one) - theCase.frameOf(other) || one - other)
  return { theCase, calls: rows, rejections: rejections(theCase), texts: new Map() }
}

/** `IRemUnknown2::RemQueryInterface for IManagedObject`. */
export function callText(side: Side, call: number): string {
  const known = side.texts.get(call)
  if (known !== undefined) return known
  const asked = askedInterfaces(side.theCase, call)
  const text = methodName(side.theCase, call) + (asked.length > 0 ? ` for ${list(asked)}` : '')
  side.texts.set(call, text)
  return text
}

/** What makes two calls of different captures the same call: interface, method, and what is asked for. */
export function callKey(side: Side, call: number): string {
  return callText(side, call)
}
