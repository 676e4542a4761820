// Every field that filters know, by name. A field is a line in one of these lists; interfaces are fields by their names.
import type { Field } from '../field'
import type { Subject } from '../subject'
import { APPLICATION_FIELDS } from './application'
import { CALL_FIELDS } from './calls'
import { BYTE_FIELDS } from '../read/byte-fields'
import { HEADER_FIELDS } from '../read/header-fields'
import { FRAME_FIELDS } from './frames'
import { HANDSHAKE_FIELDS } from './handshakes'
import { interfaceField } from './interfaces'
import { MESSAGE_FIELDS } from './messages'
import { NETWORK_FIELDS } from './network'
import { PDU_FIELDS } from './pdus'
import { SMB_FIELDS } from './smb'
import { EVENT_FIELDS } from './events'
import { WMI_FIELDS } from './wmi'

export const FIELDS: readonly Field[] = [
  ...FRAME_FIELDS,
  ...NETWORK_FIELDS,
  ...HEADER_FIELDS,
  ...BYTE_FIELDS,
  ...SMB_FIELDS,
  ...PDU_FIELDS,
  ...HANDSHAKE_FIELDS,
  ...MESSAGE_FIELDS,
  ...CALL_FIELDS,
  ...APPLICATION_FIELDS,
  ...WMI_FIELDS,
  ...EVENT_FIELDS,
]

const BY_NAME = new Map(FIELDS.map((field) => [field.name, field]))

/** The field called so; undefined where nothing is. */
export function fieldNamed(subject: Subject, name: string): Field | undefined {
  return BY_NAME.get(name) ?? interfaceField(subject, name)
}

/** Known names that are like one that is not: of the same letters except for a few, then those that end in the same word; at most three. */
export function alikeNames(name: string): string[] {
  const [protocol, last] = [name.split('.')[0]!, name.split(/[._]/).at(-1)!]
  const close = FIELDS.map((field) => ({ name: field.name, steps: editSteps(name.toLowerCase(), field.name) }))
    .filter(({ steps }) => steps <= Math.min(2, name.length / 3))
    .toSorted((a, b) => a.steps - b.steps)
    .map((one) => one.name)
  const ending = FIELDS.map((field) => field.name).filter((other) => other.split(/[._]/).at(-1) === last)
  const ofProtocol = ending.filter((other) => other.startsWith(`${protocol}.`))
  return [...new Set([...close, ...(ofProtocol.length > 0 ? ofProtocol : ending)])].slice(0, 3)
}

/** Letters to put in, take out or change, so that one word becomes the other; of long words only that they are many. */
function editSteps(from: string, to: string): number {
  if (Math.abs(from.length - to.length) > 2 || from.length > 64) return Infinity
  let above = Array.from({ length: to.length + 1 }, (_, i) => i)
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++)
      row.push(Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + Number(from[i - 1] !== to[j - 1])))
    above = row
  }
  return above[to.length]!
}
