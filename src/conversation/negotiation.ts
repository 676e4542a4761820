// Presentation contexts as they are offered and answered. C706 12.6.4.3 to 12.6.4.5, MS-RPCE 2.2.2.4, 2.2.2.14.
import type { BindBody, BindAckBody } from '../dissect/rpc/bind'
import type { Connection, PresentationContext } from './model'

/** C706 p_cont_def_result_t, and negotiate_ack of MS-RPCE 2.2.2.4. */
enum ContextResult {
  Accepted = 0,
  UserRejection = 1,
  ProviderRejection = 2,
  NegotiateAck = 3,
}

/** Adds what a bind or alter_context offers; gives the items in their order, for the answer is matched to them by position. */
export function offer(connection: Connection, body: BindBody, frame: number): PresentationContext[] {
  return body.contexts.map((item) => {
    const context: PresentationContext = {
      id: item.id,
      interface: item.interface,
      version: item.version,
      offered: item.transfer,
      state: 'offered',
      offeredFrame: frame,
    }
    connection.contexts.push(context)
    return context
  })
}

/** Writes the results of an answer to the items that it answers. Results beyond the items are ignored. */
export function answer(
  connection: Connection,
  items: readonly PresentationContext[],
  body: BindAckBody,
  frame: number,
): void {
  body.results.forEach(({ result, reason, transfer }, i) => {
    const context = items[i]
    if (!context) return
    context.result = result
    context.reason = reason
    context.answeredFrame = frame
    if (result === ContextResult.Accepted) {
      context.state = 'accepted'
      context.transfer = transfer
      connection.transfers.set(context.id, transfer)
    } else if (result === ContextResult.NegotiateAck) {
      context.state = 'negotiated'
      connection.features = reason
    } else context.state = 'refused'
  })
}
