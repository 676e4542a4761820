// An interface's name is a label, as in Wireshark: `isystemactivator`, and `isystemactivator.opnum`.
import { PduType } from '../../../asm/layout'
import { NONE } from '../../capture/table'
import { Call } from '../../conversation/model'

import { isFirst, isLast, isSealed } from '../../capture/pdu'
import type { Field } from '../field'
import type { Subject } from '../subject'
import { ofCall } from './pdus'

/** Where Wireshark's filters call an interface by another name than its own in lower case. */
const WIRESHARK: Readonly<Record<string, string>> = {
  remunk: 'iremunknown',
  remunk2: 'iremunknown2',
  oxid: 'iobjectexporter',
  remact: 'iactivation',
  epm: 'epmapper',
  dispatch: 'idispatch',
  typeinfo: 'itypeinfo',
  rpc_netlogon: 'netlogon',
  efs: 'efsrpc',
  rpc_browser: 'browser',
}

/** Interfaces that the capture holds, as filters may name them. */
export function interfaceNames({ conversation, names }: Subject): string[] {
  const known = (conversation?.interfaces ?? []).map((uuid) => names?.interfaceName(uuid))
  return [...new Set(known.filter((name) => name !== undefined).map(filterName))]
}

/** The label of an interface that is called so. */
function filterName(name: string): string {
  const own = name.toLowerCase()
  return Object.entries(WIRESHARK).find(([, ours]) => ours === own)?.[0] ?? own
}

/** The field of a name that is an interface's, or an interface's and `.opnum`; undefined for others. */
export function interfaceField(subject: Subject, name: string): Field | undefined {
  const [, label = '', opnum] = /^([a-z_][\w-]*)(\.opnum)?$/.exec(name) ?? []
  const own = WIRESHARK[label] ?? label
  if (own === '' || !subject.names?.isInterfaceName(own)) return undefined
  const help = `Calls of the interface ${own}`
  if (!opnum) return { name, type: 'label', help, sources: [callsOf(own, () => 1)] }
  const number = ({ conversation }: Subject, call: number) => conversation!.calls.get(Call.Opnum, call)
  return { name, type: 'number', most: 0xffff, help: `Method number in ${own}`, sources: [callsOf(own, number)] }
}

function callsOf(own: string, value: (subject: Subject, call: number) => number) {
  const isOwn = ({ conversation, names }: Subject) =>
    (conversation?.interfaces ?? []).map((uuid) => names?.interfaceName(uuid)?.toLowerCase() === own)
  return ofCall(
    (subject, call) =>
      subject.of(isOwn)[subject.conversation!.calls.get(Call.Interface, call)] === true ? value(subject, call) : NONE,
    // A fault has no stub for the interface to read. A stub in fragments is read with the last of them, and not at all
    // where they are encrypted: Wireshark puts together what it can read.
    [PduType.Request, PduType.Response],
    (head) => isLast(head) && (isFirst(head) || !isSealed(head)),
  )
}
