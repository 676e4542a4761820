// The properties of a class or an instance as rows of a table: what MOF leaves out is here, too.
import {
  type CimClass,
  originName,
  type Property,
  type Qualifier,
  QualifierFlavor,
  qualifierOf,
  type WmiObject,
} from './model'
import { mofValue, qualifierMof } from './mof'
import { arrayMark, declaredType } from './mof-value'

export interface PropertyRow {
  name: string
  /** As declared: `uint32[]`, `Win32_Process ref`. */
  type: string
  /** The value of an instance, the default of a class, as MOF; `NULL` when there is none. */
  value: string
  /** True if an instance leaves the class's default, or a class that of its superclass. */
  isDefault: boolean
  isKey: boolean
  /** The class that declares it. */
  declaredBy: string
  /** Each with its flavors: `MaxLen(64) [to subclasses, propagated]`. */
  qualifiers: string[]
  /** Offset and length of the value in the bytes that were decoded; a class has none. */
  at?: number | undefined
  length?: number | undefined
}

const FLAVORS: readonly [bit: number, name: string][] = [
  [QualifierFlavor.TO_INSTANCE, 'to instances'],
  [QualifierFlavor.TO_SUBCLASS, 'to subclasses'],
  [QualifierFlavor.NOT_OVERRIDABLE, 'not overridable'],
  [QualifierFlavor.PROPAGATED, 'propagated'],
  [QualifierFlavor.SYSTEM, 'system'],
  [QualifierFlavor.AMENDED, 'amended'],
]

/** Rows in the order of declaration. */
export function propertyTable(object: WmiObject): PropertyRow[] {
  const cim = object.class
  if (!object.instance) {
    return cim.properties.map((property) => ({
      ...declared(property, cim, property.qualifiers),
      value: mofValue(property.default, property.type),
      isDefault: property.defaultInherited,
    }))
  }
  return object.instance.properties.map(({ property, value, isDefault, qualifiers, at, length }) => ({
    ...declared(property, cim, [...property.qualifiers, ...qualifiers]),
    value: mofValue(value, property.type),
    isDefault,
    at,
    length,
  }))
}

/** A qualifier with its flavors in words. */
function qualifierText(qualifier: Qualifier): string {
  const flavors = FLAVORS.filter(([bit]) => (qualifier.flavor & bit) !== 0).map(([, name]) => name)
  return flavors.length === 0 ? qualifierMof(qualifier) : `${qualifierMof(qualifier)} [${flavors.join(', ')}]`
}

function declared(
  property: Property,
  cim: CimClass,
  qualifiers: readonly Qualifier[],
): Pick<PropertyRow, 'name' | 'type' | 'isKey' | 'declaredBy' | 'qualifiers'> {
  return {
    name: property.name,
    type: `${declaredType(property)}${arrayMark(property)}`,
    isKey: qualifierOf(property.qualifiers, 'key')?.value === true,
    declaredBy: originName(cim, property.origin) ?? cim.name,
    qualifiers: qualifiers.map(qualifierText),
  }
}
