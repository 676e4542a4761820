// What is gathered while a filter's tree is understood, and how its names become fields.
import type { Field } from './field'
import { alikeNames, fieldNamed } from './fields'
import { Mistaken } from './mistake'
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
  if (!named) throw new Mistaken(unknown(reference.name), reference)
  const { field, reads } = withNested(subject, named)
  needs.fields.push(...reads.filter(({ name }) => !subject.readings?.values(name)))
  if (isReadField(field) && !subject.readings?.values(field.name)) needs.fields.push(field)
  if (field.indexed?.isPartial(subject))
    notes.add(`${field.name} is not indexed in full: Faultline reads ${field.indexed.only} only.`)
  return field
}

function unknown(name: string): string {
  const alike = alikeNames(name)
  const meant = alike.length > 0 ? ` Is ${alike.join(' or ')} meant?` : ''
  return `There is no field or protocol “${name}”.${meant}`
}
