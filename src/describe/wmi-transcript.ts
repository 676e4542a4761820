// A WMI session in sentences: which namespace, which query, what came back, which method with what result.
import { ARGUMENTS } from '../names/field-labels'
import { NONE } from '../capture/table'
import { Call, type Conversation, Outcome } from '../conversation/model'
import type { WmiCall, WmiMessage, WmiProperty, WmiSummary } from '../conversation/wmi'
import type { Names } from '../names/names'
import {
  IENUM_WBEM_CLASS_OBJECT,
  IWBEM_CALL_RESULT,
  IWBEM_LEVEL1_LOGIN,
  IWBEM_OBJECT_SINK,
  IWBEM_SERVICES,
  IWBEM_WCO_SMART_ENUM,
} from '../names/well-known'
import { statusText } from './frame-info'

/** Objects of one answer that are named one by one. */
const MAX_OBJECTS = 5
/** Longer values are cut. */
const MAX_VALUE = 120
/** WBEM_S_FALSE: an enumeration has no more objects; WBEM_S_TIMEDOUT: not yet. MS-WMI 2.2.11. */
const SUCCESSES: Readonly<Record<number, string>> = { 1: 'no more', 0x40004: 'timed out' }
const RETURN_VALUE = 'ReturnValue'
/** Before what a call failed with. */
const FAILED = ' → '

export interface TranscriptLine {
  /** Row of Call. */
  call: number
  /** All in one line: `Win32_Process::Create(CommandLine = "calc.exe") returned 0`. */
  text: string
  /** What the request asks, what the answer says; each missing where it says nothing. */
  asked?: string | undefined
  answered?: string | undefined
}

/** What the two directions of a call say, and what joins them in one line. */
interface Said {
  asked?: string | undefined
  join?: string
  answered?: string | undefined
}

/** A line for each call that says something: `Query in root\cimv2: SELECT * FROM Win32_Process`. */
export function wmiTranscript(conversation: Conversation, names: Names, calls: readonly WmiCall[]): TranscriptLine[] {
  return calls.flatMap((call) => {
    const { asked, join = ': ', answered } = saidBy(call)
    const end = endOf(conversation, names, call)
    const said = [asked, answered].filter((text) => text !== undefined).join(join)
    // Of a call that says nothing, or is sealed, only a failure is worth a line.
    if (said === '')
      return end.startsWith(FAILED) ? [{ call: call.call, text: `${methodText(names, call)}${end}` }] : []
    return [
      {
        call: call.call,
        text: `${said}${end}`,
        ...(asked !== undefined && { asked }),
        ...(answered !== undefined && { answered }),
      },
    ]
  })
}

function methodText(names: Names, { interface: uuid, opnum, query }: WmiCall): string {
  const method = names.method(uuid, opnum) ?? `opnum ${opnum}`
  return query === undefined ? method : `${method} for ${cut(query)}`
}

function saidBy(call: WmiCall): Said {
  switch (call.interface) {
    case IWBEM_LEVEL1_LOGIN:
      return call.namespace === undefined ? {} : { asked: `Connect to ${namespaceText(call.namespace)}` }
    case IWBEM_SERVICES:
      return servicesSaid(call)
    case IENUM_WBEM_CLASS_OBJECT:
      return call.opnum === 4 || call.opnum === 5 ? { answered: objectsText(call, call.answer) } : {}
    case IWBEM_WCO_SMART_ENUM:
      return { answered: objectsText(call, call.answer) }
    case IWBEM_OBJECT_SINK:
      return call.opnum === 3 ? { asked: objectsText(call, call.request) } : {}
    case IWBEM_CALL_RESULT:
      return call.opnum === 3 ? { answered: objectsText(call, call.answer) } : {}
    default:
      return {}
  }
}

/** Opnums come in pairs; the second of each answers to a sink. MS-WMI 3.1.4.3. */
function servicesSaid(call: WmiCall): Said {
  const { request, opnum } = call
  // A sealed request says nothing, not that its arguments are empty.
  if (!request) return {}
  const argument = (label: string) => request.arguments.get(label) ?? '?'
  const where = inNamespace(call)
  switch (opnum) {
    case 3:
      return { asked: `Open namespace ${argument(ARGUMENTS.namespace)}${where}` }
    case 6:
    case 7:
      return {
        asked: `Get ${request.arguments.get(ARGUMENTS.object) ?? 'an empty object'}${where}`,
        answered: given(call.answer),
      }
    case 8:
    case 9:
    case 14:
    case 15:
      return { asked: `Put ${given(request, where) ?? `an object${where}`}` }
    case 10:
    case 11:
      return { asked: `Delete class ${argument(ARGUMENTS.class)}${where}` }
    case 12:
    case 13:
    case 18:
    case 19:
      return call.query === undefined ? {} : { asked: `Enumerate ${call.query}${where}` }
    case 16:
    case 17:
      return { asked: `Delete ${argument(ARGUMENTS.object)}${where}` }
    case 20:
    case 21:
      return call.query === undefined ? {} : { asked: `Query${where}: ${call.query}` }
    case 22:
    case 23:
      return call.query === undefined ? {} : { asked: `Subscribe${where}: ${call.query}` }
    case 24:
    case 25:
      return methodSaid(call, request)
    default:
      return {}
  }
}

/** `Win32_Process::Create(CommandLine = "calc.exe")`, `returned 0, ProcessId = 4711`. */
function methodSaid({ answer }: WmiCall, request: WmiMessage): Said {
  const method = request.arguments.get(ARGUMENTS.method)
  if (method === undefined) return {}
  const asked = `${request.arguments.get(ARGUMENTS.object) ?? '?'}::${method}(${assigned(valuesOf(first(request)))})`
  const output = valuesOf(first(answer))
  const returned = output.find(({ name }) => name === RETURN_VALUE)
  const others = output.filter(({ name }) => name !== RETURN_VALUE)
  if (output.length === 0) return { asked }
  const results = [
    ...(returned ? [`returned ${cut(returned.value)}`] : []),
    ...(others.length > 0 ? [assigned(others)] : []),
  ]
  return { asked, join: ' ', answered: returned ? results.join(', ') : `gave ${results.join(', ')}` }
}

function objectsText({ query }: WmiCall, message: WmiMessage | undefined): string | undefined {
  if (!message) return undefined
  const of = query === undefined ? '' : ` for ${cut(query)}`
  const { objects } = message
  if (objects.length === 0) return query === undefined ? undefined : `No objects${of}`
  const texts = objects.slice(0, MAX_OBJECTS).map(({ text }) => text)
  const more = objects.length > MAX_OBJECTS ? ` and ${objects.length - MAX_OBJECTS} more` : ''
  return `${objects.length === 1 ? '1 object' : `${objects.length} objects`}${of}: ${texts.join(', ')}${more}`
}

/** How the call ended, where that is worth a word. */
function endOf({ calls }: Conversation, names: Names, { call }: WmiCall): string {
  const status = calls.get(Call.Status, call)
  switch (calls.get(Call.Outcome, call) as Outcome) {
    case Outcome.Fault:
      return `${FAILED}fault ${statusText(status, names)}`
    case Outcome.Response: {
      const success = SUCCESSES[status]
      if (success !== undefined) return ` (${success})`
      return status !== NONE && status >>> 31 === 1 ? `${FAILED}${statusText(status, names)}` : ''
    }
    case Outcome.Open:
      return `${FAILED}no answer`
    default:
      return `${FAILED}not completed`
  }
}

/** The object of a message with its values; `where` comes between them. */
function given(message: WmiMessage | undefined, where = ''): string | undefined {
  const object = first(message)
  if (!object) return undefined
  const values = object.isClass ? [] : valuesOf(object)
  return `${object.text}${where}${values.length === 0 ? '' : ` with ${assigned(values)}`}`
}

function first(message: WmiMessage | undefined): WmiSummary | undefined {
  return message?.objects[0]
}

function valuesOf(object: WmiSummary | undefined): WmiProperty[] {
  return (object?.properties ?? []).filter(({ value }) => value !== 'NULL')
}

function assigned(properties: readonly WmiProperty[]): string {
  const shown = properties.slice(0, MAX_OBJECTS).map(({ name, value }) => `${name} = ${cut(value)}`)
  if (properties.length > MAX_OBJECTS) shown.push(`${properties.length - MAX_OBJECTS} more`)
  return shown.join(', ')
}

function inNamespace({ namespace }: WmiCall): string {
  return namespace === undefined ? '' : ` in ${namespaceText(namespace)}`
}

/** `//SERVER/root/cimv2` and `\\SERVER\root\cimv2` are `root\cimv2` on that server. */
function namespaceText(namespace: string): string {
  const [, server, path] = /^[\\/]{2}([^\\/]+)[\\/](.*)$/.exec(namespace) ?? []
  const text = (path ?? namespace).replaceAll('/', '\\')
  return server === undefined || server === '.' ? text : `${text} on ${server}`
}

function cut(value: string): string {
  const line = value.replace(/\s+/g, ' ')
  return line.length > MAX_VALUE ? `${line.slice(0, MAX_VALUE)}…` : line
}
