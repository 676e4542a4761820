// The same program against a full Windows: the second identity is refused just the same, but the server keeps the connection,
// and the enumeration comes to its end.
import type { Frame } from '../captures/file/frame'
import { Host } from '../captures/network/host'
import { Wire } from '../captures/network/wire'
import { inOrder } from '../impair'
import { Enumeration } from './enumeration'
import { Neighbours } from './neighbours'
import { type Setting, setting } from './setting'
import { FAULT_ACCESS_DENIED, FAULT_SECURITY_PACKAGE, Story } from './story'

const DEVICES = 58
const OTHER_FRAMES = 240

export function fullOsCapture(changes: Partial<Setting> = {}): Frame[] {
  const server = new Host({ address: '10.177.17.8', name: 'LABWS-08', mac: '00:15:5d:11:08:01' })
  const where = setting({
    server,
    serverDnsName: 'labws-08.deploy.redmond.example.com',
    firstClientPort: 60233,
    ...changes,
  })
  const wire = new Wire({ start: where.start + 3600e6, gap: 130 })
  const story = new Story(where, wire)
  const neighbours = new Neighbours(wire, where.nameServer, 'full Windows')

  wire.at(1.204117)
  story.lookUpName()
  story.askResolver()
  wire.wait(0.0121)
  story.activate()
  wire.wait(0.0017)
  const session = story.exporter(2, 2)
  story.logOnToWmi(session)
  wire.wait(0.0014)
  const services = story.getClass(session)
  wire.wait(0.0019)
  story.enumerate(session, services)
  const stranger = story.becomeProcessUser(session)
  story.askTwice(session, stranger, story.ids.enumerator.ipid, [FAULT_SECURITY_PACKAGE, FAULT_ACCESS_DENIED])
  const enumeration = new Enumeration(story, session, services, stranger)
  enumeration.start()
  story.askTwice(session, stranger, story.ids.clone.ipid, [FAULT_ACCESS_DENIED, FAULT_ACCESS_DENIED])
  enumeration.findFetchSmartEnum()
  enumeration.failGetSmartEnum(FAULT_ACCESS_DENIED)
  enumeration.walk(DEVICES)
  enumeration.finish()

  neighbours.chatter(OTHER_FRAMES, 0, wire.now + 0.4)
  return inOrder(wire.frames)
}
