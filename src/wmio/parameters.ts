// The parameters of a method: its two signatures put together, in the order of the qualifier ID. MS-WMIO 2.2.48, 2.2.49.
import { type Method, type Property, type Qualifier, qualifierOf } from './model'

const RETURN_VALUE = 'ReturnValue'

export interface Parameter {
  property: Property
  qualifiers: Qualifier[]
  isInput: boolean
  isOutput: boolean
}

/** What a method takes and gives. */
export interface Parameters {
  list: Parameter[]
  /** The value that it returns; undefined for void. */
  returned?: Property | undefined
}

/** Puts input and output of a method together; a parameter that is both comes once, with the qualifiers of both. */
export function parameters({ input, output }: Method): Parameters {
  const byName = new Map<string, Parameter>()
  for (const property of input?.properties ?? []) {
    byName.set(keyOf(property), { property, qualifiers: property.qualifiers, isInput: true, isOutput: false })
  }
  let returned: Property | undefined
  for (const property of output?.properties ?? []) {
    if (keyOf(property) === RETURN_VALUE.toLowerCase()) returned = property
    else addOutput(byName, property)
  }
  const list = [...byName.values()].sort((one, other) => place(one) - place(other))
  return returned ? { list, returned } : { list }
}

function addOutput(byName: Map<string, Parameter>, property: Property): void {
  const input = byName.get(keyOf(property))
  const more = property.qualifiers.filter(({ name }) => !input || !qualifierOf(input.qualifiers, name))
  byName.set(keyOf(property), {
    property: input?.property ?? property,
    qualifiers: [...(input?.qualifiers ?? []), ...more],
    isInput: input !== undefined,
    isOutput: true,
  })
}

function keyOf({ name }: Property): string {
  return name.toLowerCase()
}

/** The qualifier ID counts parameters from 0. Those without one come last. */
function place({ qualifiers }: Parameter): number {
  const id = qualifierOf(qualifiers, 'ID')?.value
  return typeof id === 'number' ? id : Number.MAX_SAFE_INTEGER
}
