// What is gathered while a filter's tree is understood, and how its names become fields.
import type { Field } from './field'
import { adviceOn } from './advice/unknown-name'
import { fieldNamed } from './fields'
import { interfaceField } from './fields/interfaces'
import { noteOf, refusalOf } from './fields/unread'
import { Mistaken } from './mistake'
import { ofMessages } from './read/streams/message-fields'
import { withNestedStreams } from './read/nested-streams'
import { withNested } from './read/nested-values'
import { isReadField, type Needs } from './read/readings'
import type { Subject } from './subject'
import type { FieldReference } from './tree'

export interface Compiling {
  subject: Subject
  needs: Needs
  notes: Set<string>
}

/** The field of that name, whose values are read first where no table holds them. Throws Mistaken where there is none. */
export function fieldOf({ subject, needs, notes }: Compiling, reference: FieldReference): Field {
  const named = fieldNamed(subject, reference.name)
  if (!named) {
    const { message, instead } = adviceOn(reference.name, (own) => interfaceField(subject, own) !== undefined)
    throw new Mistaken(message, reference, instead)
  }
  const { field: whole, reads } = ofMessages(subject, named) ?? { field: named, reads: [] }
  const { field, reads: further } = withNestedStreams(subject, whole) ?? withNested(subject, whole)
  needs.fields.push(...[...reads, ...further].filter(({ name }) => !subject.readings?.values(name)))
  if (isReadField(field) && !subject.readings?.values(field.name)) needs.fields.push(field)
  const refusal = refusalOf(subject, field.name)
  if (refusal) throw new Mistaken(refusal, reference)
  const note = noteOf(subject, field.name)
  if (note) notes.add(note)
  return field
}
