// Where servers said that an interface is to be found: answers of the endpoint mapper. C706 appendix L, MS-RPCE 2.2.1.2.
import { NONE } from '../capture/table'
import { Call, Outcome } from '../conversation/model'
import { stubBytes } from '../conversation/pdu'
import { eptMapResponse, Ept } from '../dissect/epm'
import { Reader } from '../dissect/reader'
import type { Examination } from './examination'
import { EPM } from './interfaces'

/** An endpoint that a server named for an interface. */
export interface LearntEndpoint {
  /** The client that asked, the server that answered, and the address that the answer gives (often none). */
  client: string
  server: string
  address?: string
  port: number
  interface: string
  /** Frames of the question and the answer. */
  asked: number
  answered: number
  stream: number
}

/** Every TCP endpoint that an ept_map in the capture was answered with. */
export function learntEndpoints(theCase: Examination): LearntEndpoint[] {
  const { calls } = theCase.conversation
  return theCase.callsOf(EPM).flatMap((call) => {
    const pdu = calls.get(Call.ResponsePdu, call)
    if (calls.get(Call.Opnum, call) !== Ept.Map || calls.get(Call.Outcome, call) !== Outcome.Response || pdu === NONE)
      return []
    const { towers } = eptMapResponse(new Reader(stubBytes(theCase.capture, pdu)), theCase.isNdr64(call))
    const connection = theCase.connectionOf(call)
    return towers.flatMap(({ protocol, port, address, interface: uuid }) =>
      protocol === 'ncacn_ip_tcp' && port && uuid
        ? [
            {
              client: connection.client.text,
              server: connection.server.text,
              ...(address && address !== '0.0.0.0' && { address }),
              port,
              interface: uuid,
              asked: calls.get(Call.RequestFrame, call),
              answered: calls.get(Call.ResponseFrame, call),
              stream: connection.stream,
            },
          ]
        : [],
    )
  })
}
