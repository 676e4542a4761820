// WMI calls as inspect prints them: what is asked and answered, with objects as MOF.
import { streamNumbers } from '../../capture/stream-number'
import { NONE } from '../../capture/table'
import type { PduReader } from '../../conversation/call-stub'
import { Call } from '../../conversation/model'
import { wmiArguments, type WmiCall, wmiCalls } from '../../conversation/wmi'
import { wmiTranscript } from '../../describe/wmi-transcript'
import type { Names } from '../../names/names'
import type { WmiObject } from '../../wmio/model'
import { objectMof } from '../../wmio/mof'
import { propertyTable } from '../../wmio/property-table'
import type { Analysis } from '../read/analysis'

/** An object for each WMI call, in the order of their requests. */
export async function* wmiLines(analysis: Analysis, names: Names, read: PduReader): AsyncIterable<unknown> {
  const { capture } = analysis
  const conversation = analysis.conversation!
  const numbers = streamNumbers(capture.streams)
  const { calls, classes } = await wmiCalls(capture, conversation, read)
  const texts = new Map(wmiTranscript(conversation, names, calls).map(({ call, text }) => [call, text]))
  for (const call of calls) {
    const get = (column: Call) => conversation.calls.get(column, call.call)
    const frame = (column: Call) => (get(column) === NONE ? undefined : get(column) + 1)
    yield {
      stream: numbers[conversation.connections[get(Call.Connection)]!.stream],
      request: frame(Call.RequestFrame),
      response: frame(Call.ResponseFrame),
      interfaceName: names.interfaceName(call.interface),
      method: names.method(call.interface, call.opnum),
      namespace: call.namespace,
      query: call.query,
      text: texts.get(call.call),
      arguments: { ...entries(call.request), ...entries(call.answer) },
      objects: [...(await objects(false)), ...(await objects(true))],
    }

    async function objects(answer: boolean) {
      const said = await wmiArguments(capture, conversation, call.call, answer, read, classes)
      return (said?.objects ?? []).map(({ label, object }) => ({ label, ...objectLine(object) }))
    }
  }
}

function entries(message: WmiCall['request']): Record<string, string> {
  return Object.fromEntries(message?.arguments ?? [])
}

function objectLine(object: WmiObject): Record<string, unknown> {
  return {
    kind: object.instance ? 'instance' : 'class',
    class: object.instance?.className ?? object.class.name,
    namespace: object.namespace,
    server: object.server,
    properties: propertyTable(object).map(({ name, type, value, isDefault, qualifiers }) => ({
      name,
      type,
      value,
      default: isDefault || undefined,
      qualifiers,
    })),
    mof: objectMof(object),
  }
}
