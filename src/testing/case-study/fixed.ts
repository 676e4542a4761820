// The same program against the same Windows PE after the hotfix (KB967622, KB974893): no call asks for IManagedObject, so there is
// no second identity, and nothing fails.
import type { Frame } from '../captures/file/frame'
import { inOrder } from '../impair'
import { Wire } from '../captures/network/wire'
import { Enumeration } from './enumeration'
import { Neighbours } from './neighbours'
import { type Setting, setting } from './setting'
import { Story } from './story'

const DEVICES = 41
const OTHER_FRAMES = 210

export function fixedCapture(changes: Partial<Setting> = {}): Frame[] {
  const where = setting({ firstClientPort: 49731, ...changes })
  const wire = new Wire({ start: where.start + 9 * 3600e6, gap: 130 })
  const story = new Story(where, wire)
  const neighbours = new Neighbours(wire, where.nameServer, 'after the hotfix')

  wire.at(2.117402)
  story.lookUpName()
  story.askResolver()
  wire.wait(0.0108)
  story.activate()
  wire.wait(0.0016)
  const session = story.exporter(2, 2)
  story.logOnToWmi(session)
  wire.wait(0.0013)
  const services = story.getClass(session)
  wire.wait(0.0018)
  story.enumerate(session, services)
  const enumeration = new Enumeration(story, session, services)
  enumeration.start()
  enumeration.findFetchSmartEnum()
  enumeration.walkSmartEnum(DEVICES)
  enumeration.finish()

  neighbours.chatter(OTHER_FRAMES, 0, wire.now + 0.4)
  return inOrder(wire.frames)
}
