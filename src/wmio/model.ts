// What a WMI object says, decoded: classes with their properties and methods, and instances. MS-WMIO 2.2.

/** CIM types. MS-WMIO 2.2.82. */
export const CimType = {
  SINT16: 2,
  SINT32: 3,
  REAL32: 4,
  REAL64: 5,
  STRING: 8,
  BOOLEAN: 11,
  OBJECT: 13,
  SINT8: 16,
  UINT8: 17,
  UINT16: 18,
  UINT32: 19,
  SINT64: 20,
  UINT64: 21,
  DATETIME: 101,
  REFERENCE: 102,
  CHAR16: 103,
} as const

/** Set in a type for an array of it. */
export const ARRAY = 0x2000

/** Names of the types as MOF writes them. */
const TYPE_NAMES: Readonly<Record<number, string>> = {
  [CimType.SINT16]: 'sint16',
  [CimType.SINT32]: 'sint32',
  [CimType.REAL32]: 'real32',
  [CimType.REAL64]: 'real64',
  [CimType.STRING]: 'string',
  [CimType.BOOLEAN]: 'boolean',
  [CimType.OBJECT]: 'object',
  [CimType.SINT8]: 'sint8',
  [CimType.UINT8]: 'uint8',
  [CimType.UINT16]: 'uint16',
  [CimType.UINT32]: 'uint32',
  [CimType.SINT64]: 'sint64',
  [CimType.UINT64]: 'uint64',
  [CimType.DATETIME]: 'datetime',
  [CimType.REFERENCE]: 'ref',
  [CimType.CHAR16]: 'char16',
}

/** Numbers of 64 bits are bigint, dates and references are strings in their own notation. */
export type CimValue = null | boolean | number | bigint | string | WmiObject | CimValue[]

export interface Qualifier {
  name: string
  /** Bits of `QualifierFlavor`. */
  flavor: number
  /** A `CimType`, with `ARRAY` for an array. */
  type: number
  value: CimValue
}

/** MS-WMIO 2.2.62. */
export const QualifierFlavor = {
  TO_INSTANCE: 0x01,
  TO_SUBCLASS: 0x02,
  NOT_OVERRIDABLE: 0x10,
  PROPAGATED: 0x20,
  SYSTEM: 0x40,
  AMENDED: 0x80,
} as const

export interface Property {
  name: string
  /** A `CimType`, with `ARRAY` for an array. */
  type: number
  /** True if a superclass declares it. */
  inherited: boolean
  /** Place in the declaration, from 0. */
  order: number
  /** Offset of its value in the value table, in bytes. */
  offset: number
  /** The class that declared it: 0 is the root of the hierarchy. */
  origin: number
  qualifiers: Qualifier[]
  default: CimValue
  /** True if the default comes from a superclass. */
  defaultInherited: boolean
}

export interface Method {
  name: string
  flags: number
  /** The class that declared it: 0 is the root of the hierarchy. */
  origin: number
  qualifiers: Qualifier[]
  /** Class __PARAMETERS with one property for each [in] parameter. */
  input?: CimClass | undefined
  /** The same for [out] parameters, with ReturnValue unless the method is void. */
  output?: CimClass | undefined
}

export interface CimClass {
  name: string
  /** From the parent to the root of the hierarchy. */
  superclasses: string[]
  qualifiers: Qualifier[]
  /** In the order of their declaration. */
  properties: Property[]
  methods: Method[]
  /** Length of the NdTable and the value table together, which instances share, in bytes. */
  tableLength: number
}

export interface InstanceProperty {
  property: Property
  value: CimValue
  /** True if the value is the class's default. */
  isDefault: boolean
  qualifiers: Qualifier[]
  /** Offset of the value in the bytes that were decoded, and its length there; of the reference where the value is on the heap. */
  at: number
  length: number
}

export interface Instance {
  flags: number
  className: string
  /** In the order of their declaration. */
  properties: InstanceProperty[]
  qualifiers: Qualifier[]
}

export interface WmiObject {
  /** MS-WMIO 2.2.6. */
  flags: number
  server?: string | undefined
  namespace?: string | undefined
  /** The parent of a class that is sent; an instance is sent without. */
  parent?: CimClass | undefined
  class: CimClass
  /** Missing when the object is a class. */
  instance?: Instance | undefined
  /** Offset and length of the object in the bytes that were decoded. */
  at: number
  length: number
}

/** Name of a type as MOF writes it, without `[]`. */
export function typeName(type: number): string {
  return TYPE_NAMES[type & ~ARRAY] ?? `type${type & ~ARRAY}`
}

/** The qualifier of that name; names are compared without regard to case. */
export function qualifierOf(qualifiers: readonly Qualifier[], name: string): Qualifier | undefined {
  return qualifiers.find((qualifier) => qualifier.name.toLowerCase() === name.toLowerCase())
}

/** Name of the class that an origin names; undefined where the hierarchy is shorter. MS-WMIO 2.2.35. */
export function originName(cim: CimClass, origin: number): string | undefined {
  return [...cim.superclasses].reverse().concat(cim.name)[origin]
}
