// Connections that ended, stalled or fell silent. In the order in which they run.
import { connectionLost } from './connection-lost'
import { deadConnection } from './dead-connection'
import { idleConnectionDropped } from './idle-connection-dropped'
import { mtuBlackHole } from './mtu-black-hole'
import { noResponse } from './no-response'
import { peerVanished } from './peer-vanished'
import { tcpTrouble } from './tcp-trouble'
import { unrequestedAnswer } from './unrequested-answer'
import type { Rule } from '../../rule'

export const connectionRules: readonly Rule[] = [
  mtuBlackHole,
  idleConnectionDropped,
  peerVanished,
  deadConnection,
  noResponse,
  connectionLost,
  tcpTrouble,
  unrequestedAnswer,
]
