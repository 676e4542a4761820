// WMI objects as text in the notation of classes and instances that WMI's own tools use. DSP0004 annex A (MOF).
//
// A class is written with all of its properties and methods, those of superclasses too, under a comment that says which
// class declares them. The qualifier CIMTYPE is the type; the flavors of qualifiers are left to the table.
import {
  ARRAY,
  type CimClass,
  type CimValue,
  type Instance,
  type Method,
  originName,
  type Property,
  type Qualifier,
  type WmiObject,
} from './model'
import { arrayMark, declaredType, escaped, scalarText } from './mof-value'
import { type Parameter, parameters } from './parameters'

/** Before the members of a class, and once more before what is inside them. */
export const INDENT = '  '

/** An object as MOF: where it comes from, the parent of a class, the class, and the instance. */
export function objectMof(object: WmiObject): string {
  return [
    ...decoration(object),
    ...(object.parent ? classLines(object.parent) : []),
    ...classLines(object.class),
    ...(object.instance ? instanceLines(object.instance) : []),
  ].join('\n')
}

/** The instance alone, or the class where the object is a class. */
function bodyMof(object: WmiObject): string {
  return (object.instance ? instanceLines(object.instance) : classLines(object.class)).join('\n')
}

/** A method as MOF declares it, in one line without its qualifiers: `uint32 Create([in] string CommandLine, …)`. */
export function methodMof(method: Method): string {
  const { returned, list } = parameters(method)
  const texts = list.map((parameter) => `[${directionOf(parameter)}] ${declaration(parameter.property)}`)
  return `${returned ? declaredType(returned) : 'void'} ${method.name}(${texts.join(', ')})`
}

function decoration({ namespace, server }: WmiObject): string[] {
  if (namespace === undefined) return []
  return [`// @namespace "${comment(namespace)}"`, `// @servername "${comment(server ?? '')}"`]
}

function classLines(cim: CimClass): string[] {
  const superclasses = cim.superclasses.length > 0 ? ` : ${cim.superclasses.join(' ')}` : ''
  const members = [
    ...cim.properties.map((property) => propertyLines(property, cim)),
    ...cim.methods.map((method) => methodLines(method, cim)),
  ]
  return [
    ...qualifierLines(cim.qualifiers, ''),
    `class ${cim.name}${superclasses} {`,
    ...members.flatMap((lines) => ['', ...lines]),
    '};',
  ]
}

function propertyLines(property: Property, cim: CimClass): string[] {
  const hasDefault = property.default !== null && !property.defaultInherited
  return [
    ...inheritedLines(property.origin, cim),
    ...qualifierLines(property.qualifiers, INDENT),
    `${INDENT}${declaration(property)}${hasDefault ? ` = ${mofValue(property.default, property.type)}` : ''};`,
  ]
}

function methodLines(method: Method, cim: CimClass): string[] {
  const { returned, list } = parameters(method)
  const head = `${INDENT}${returned ? declaredType(returned) : 'void'} ${method.name}(`
  const lines = list.map((parameter, place) => {
    const set = qualifierText(parameter.qualifiers)
    const prefix = set === '' ? '' : `${set} `
    return `${INDENT}${INDENT}${prefix}${declaration(parameter.property)}${place < list.length - 1 ? ',' : ');'}`
  })
  return [
    ...inheritedLines(method.origin, cim),
    ...qualifierLines(method.qualifiers, INDENT),
    ...(lines.length === 0 ? [`${head});`] : [head, ...lines]),
  ]
}

function inheritedLines(origin: number, cim: CimClass): string[] {
  const from = originName(cim, origin)
  return from === undefined || origin >= cim.superclasses.length ? [] : [`${INDENT}// @inherited ${comment(from)}`]
}

function instanceLines(instance: Instance): string[] {
  const values = instance.properties.map(({ property, value, qualifiers }) => [
    ...qualifierLines(qualifiers, INDENT),
    `${INDENT}${property.name} = ${mofValue(value, property.type, INDENT)};`,
  ])
  return [...qualifierLines(instance.qualifiers, ''), `instance of ${instance.className} {`, ...values.flat(), '};']
}

function declaration(property: Property): string {
  return `${declaredType(property)} ${property.name}${arrayMark(property)}`
}

function qualifierLines(qualifiers: readonly Qualifier[], indent: string): string[] {
  const text = qualifierText(qualifiers)
  return text === '' ? [] : [`${indent}${text}`]
}

function qualifierText(qualifiers: readonly Qualifier[]): string {
  const texts = qualifiers.filter(({ name }) => name.toLowerCase() !== 'cimtype').map(qualifierMof)
  return texts.length === 0 ? '' : `[${texts.join(', ')}]`
}

/** A qualifier as MOF: `read`, `MaxLen(64)`, `ValueMap{"0", "1"}`. */
export function qualifierMof({ name, type, value }: Qualifier): string {
  if (value === true) return name
  return Array.isArray(value) ? `${name}${mofValue(value, type)}` : `${name}(${mofValue(value, type)})`
}

/** A value as MOF: `123`, `TRUE`, `"text"`, `{1, 2}`, `NULL`, or an instance over several lines. */
export function mofValue(value: CimValue, type: number, indent = ''): string {
  if (value === null) return 'NULL'
  if (Array.isArray(value)) return `{${value.map((one) => mofValue(one, type & ~ARRAY, indent)).join(', ')}}`
  if (typeof value !== 'object') return scalarText(value, type)
  return bodyMof(value).replace(/\n/g, `\n${indent}`).replace(/;$/, '')
}

function directionOf({ isInput, isOutput }: Parameter): string {
  return [isInput ? 'in' : '', isOutput ? 'out' : ''].filter((word) => word !== '').join(', ')
}

/** Text in a comment: without what would end the line. */
function comment(text: string): string {
  return escaped(text, false)
}
