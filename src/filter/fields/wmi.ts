// Fields of WMI calls. They are read from whole stubs, so a filter that names one waits for that (see Filters.prepare).
import { NONE } from '../../capture/table'
import type { WmiCall, WmiMessage } from '../../conversation/wmi'
import type { Field } from '../field'
import { listed, type Sparse, Texts } from '../sources'
import type { Subject } from '../subject'
import { ofCall } from './pdus'

/** True if a filter names a field of WMI. */
export function namesWmi(text: string): boolean {
  return /\bwmi\./.test(text)
}

/** A text of some calls, for all of their PDUs. */
function textOfCalls(name: string, help: string, textOf: (call: WmiCall) => string | undefined): Field {
  const derive = ({ conversation, wmi }: Subject) => {
    const texts = new Texts()
    const positions = new Uint32Array(conversation?.calls.rows ?? 0).fill(NONE)
    for (const call of wmi?.calls ?? []) {
      const text = textOf(call)
      if (text !== undefined) positions[call.call] = texts.position(text)
    }
    return { texts, positions }
  }
  return {
    name,
    type: 'text',
    help,
    sources: [ofCall((subject, call) => subject.of(derive).positions[call]!)],
    entries: (subject) => subject.of(derive).texts,
  }
}

/** Texts of what messages carry, for the frames that complete them. */
function textsOfMessages(name: string, help: string, textsOf: (message: WmiMessage) => string[]): Field {
  const derive = ({ wmi }: Subject) => {
    const texts = new Texts()
    const found: Sparse = { frames: [], values: [] }
    for (const { request, answer } of wmi?.calls ?? [])
      for (const message of [request, answer]) {
        if (!message) continue
        for (const text of new Set(textsOf(message))) {
          found.frames.push(message.frame)
          found.values.push(texts.position(text))
        }
      }
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

export const WMI_FIELDS: Field[] = [
  textOfCalls('wmi.namespace', 'Namespace of a WMI call, such as //SERVER/root/cimv2', ({ namespace }) => namespace),
  textOfCalls('wmi.query', 'WQL that a call asks, or whose result it continues', ({ query }) => query),
  textsOfMessages('wmi.class', 'Class of an object that a WMI call carries, such as Win32_Process', ({ objects }) =>
    objects.map(({ className }) => className),
  ),
  textsOfMessages('wmi.property', 'A property of such an object, as Name = value', ({ objects }) =>
    objects.flatMap(({ properties }) => properties.map(({ name, value }) => `${name} = ${value}`)),
  ),
]
