// Fields of the events of a trace, for the frames that they belong to. They are decoded first, so a filter that names one
// waits for that (see Filters.load).
import type { EventsOfFrames } from '../events-of-frames'
import type { Field } from '../field'
import { listed, type Sparse, Texts } from '../sources'
import type { Subject } from '../subject'

/** True if a filter names a field of events. */
export function namesEvents(text: string): boolean {
  return /\bevent\./.test(text)
}

function textField(name: string, help: string, textsOf: (events: EventsOfFrames) => string[]): Field {
  const derive = ({ events }: Subject) => {
    const texts = new Texts()
    const found: Sparse = { frames: [], values: [] }
    if (events)
      textsOf(events).forEach((text, index) => {
        found.frames.push(events.frames[index]!)
        found.values.push(texts.position(text))
      })
    return { texts, found }
  }
  return {
    name,
    type: 'text',
    help,
    sources: [listed((subject) => subject.of(derive).found)],
    entries: (subject) => subject.of(derive).texts,
  }
}

const ids = ({ events }: Subject): Sparse => ({ frames: events?.frames ?? [], values: events?.ids ?? [] })

export const EVENT_FIELDS: Field[] = [
  textField(
    'event.provider',
    'Provider of an event of Windows that belongs to the frame',
    ({ providers }) => providers,
  ),
  textField('event.text', 'What an event of Windows says about the frame', ({ texts }) => texts),
  {
    name: 'event.id',
    type: 'number',
    help: 'Number of an event of Windows that belongs to the frame',
    sources: [listed((subject) => subject.of(ids))],
  },
]
