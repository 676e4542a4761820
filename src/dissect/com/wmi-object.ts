// WMI objects in the field tree: where they come from, their properties as a table, their methods, and all as MOF.
import { type ContextValue, contextValues } from '../../wmio/context'
import { INDENT, methodMof, objectMof } from '../../wmio/mof'
import type { WmiObject } from '../../wmio/model'
import { type KnownClasses, objectArray } from '../../wmio/object-array'
import { encodingUnit } from '../../wmio/object-block'
import { propertyTable } from '../../wmio/property-table'
import type { Reader } from '../reader'

/** How a provider reports a failure: the properties of __ExtendedStatus that have a value. */
export interface ExtendedStatus {
  statusCode?: number | undefined
  description?: string | undefined
  operation?: string | undefined
  parameter?: string | undefined
  provider?: string | undefined
}

/** Lines of MOF that are shown of one object. */
const MAX_MOF_LINES = 2000
/** Values that are named in an object's heading. */
const MAX_KEYS = 3

/** Reads an EncodingUnit to the end of `from`: what IWbemClassObject marshals itself as. MS-WMI 2.2.4. */
export function wmiObject(from: Reader): WmiObject | undefined {
  const { value, note } = encodingUnit(from.bytes)
  if (value) recordObject(from, value)
  if (note !== undefined) from.wrong(note)
  from.at = from.bytes.length
  return value
}

/** Reads an ObjectArray to the end of `from`. `classes` are those that earlier packets of the enumeration brought. MS-WMI 2.2.14. */
export function wmiObjects(from: Reader, classes: KnownClasses | undefined): WmiObject[] {
  const { value = [], note } = objectArray(from.bytes, classes)
  for (const object of value) recordObject(from, object)
  if (note !== undefined) from.wrong(note)
  from.at = from.bytes.length
  return value
}

/** Reads an IWbemContextBuffer to the end of `from`: what a client says beside its arguments. MS-WMI 2.2.13. */
export function wmiContext(from: Reader): ContextValue[] {
  const { value = [], note } = contextValues(from.bytes)
  for (const { name, value: said, at, length } of value) line(from, name, said, at, length)
  if (note !== undefined) from.wrong(note)
  from.at = from.bytes.length
  return value
}

/** An object in a few words: `class Win32_Process`, `Win32_Process (Handle = "4711")`. */
export function objectText(object: WmiObject): string {
  if (!object.instance) return `class ${object.class.name}`
  const keys = propertyTable(object)
    .filter(({ isKey }) => isKey)
    .slice(0, MAX_KEYS)
    .map(({ name, value }) => `${name} = ${value}`)
  return keys.length === 0 ? object.instance.className : `${object.instance.className} (${keys.join(', ')})`
}

/** What an object of the class __ExtendedStatus, or of one derived from it, reports; undefined of other objects. */
export function extendedStatus({ class: cim, instance }: WmiObject): ExtendedStatus | undefined {
  if (!instance || ![cim.name, ...cim.superclasses].includes('__ExtendedStatus')) return undefined
  const valueOf = (wanted: string) => instance.properties.find(({ property }) => property.name === wanted)?.value
  const textOf = (name: string) => {
    const value = valueOf(name)
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const code = valueOf('StatusCode')
  const status: ExtendedStatus = {}
  if (typeof code === 'number') status.statusCode = code
  const texts = {
    description: 'Description',
    operation: 'Operation',
    parameter: 'ParameterInfo',
    provider: 'ProviderName',
  }
  for (const [key, name] of Object.entries(texts) as [keyof typeof texts, string][]) {
    const text = textOf(name)
    if (text !== undefined) status[key] = text
  }
  return status
}

function recordObject(from: Reader, object: WmiObject): void {
  if (!from.lines) return
  const { at, length, namespace, server } = object
  line(from, 'WMI object', objectText(object), at, length)
  from.depth++
  line(from, 'Class', object.instance?.className ?? object.class.name, at, length, 'wmi.class')
  const { superclasses } = object.class
  // Lines without bytes of their own leave a byte to the property that it belongs to.
  if (superclasses.length > 0) line(from, 'Superclasses', superclasses.join(', '), at, 0)
  if (namespace !== undefined) line(from, 'Namespace', namespace, at, 0)
  if (server !== undefined) line(from, 'Server', server, at, 0)
  properties(from, object)
  methods(from, object)
  mof(from, object)
  from.depth--
}

function properties(from: Reader, object: WmiObject): void {
  const rows = propertyTable(object)
  line(from, 'Properties', String(rows.length), object.at, object.length)
  from.depth++
  for (const { name, type, value, isDefault, at = object.at, length = 0 } of rows) {
    const origin = isDefault && value !== 'NULL' ? ', default' : ''
    line(from, name, `${value} (${type}${origin})`, at, length)
  }
  from.depth--
}

function methods(from: Reader, object: WmiObject): void {
  const { methods } = object.class
  if (methods.length === 0) return
  line(from, 'Methods', String(methods.length), object.at, 0)
  from.depth++
  for (const method of methods) line(from, method.name, methodMof(method), object.at, 0)
  from.depth--
}

function mof(from: Reader, object: WmiObject): void {
  const lines = objectMof(object)
    .split('\n')
    .filter((text) => text !== '')
  line(from, 'MOF', `${lines.length} lines`, object.at, 0)
  from.depth++
  for (const text of lines.slice(0, MAX_MOF_LINES)) {
    const trimmed = text.trimStart()
    // The tree indents lines itself.
    const levels = (text.length - trimmed.length) / INDENT.length
    from.depth += levels
    line(from, trimmed, '', object.at, 0)
    from.depth -= levels
  }
  if (lines.length > MAX_MOF_LINES) line(from, `${lines.length - MAX_MOF_LINES} more lines`, '', object.at, 0)
  from.depth--
}

/** Records a line for bytes that were read elsewhere. */
function line(from: Reader, label: string, value: string, at: number, length: number, filter?: string): void {
  const part = from.window(at, at + length)
  part.at = part.bytes.length
  part.line(label, value, 0, filter)
}
