// Every field that filters know, by name. A field is a line in one of these lists; interfaces are fields by their names.
import type { Field } from '../field'
import type { Subject } from '../subject'
import { CALL_FIELDS } from './calls'
import { FRAME_FIELDS } from './frames'
import { HANDSHAKE_FIELDS } from './handshakes'
import { interfaceField } from './interfaces'
import { MESSAGE_FIELDS } from './messages'
import { NETWORK_FIELDS } from './network'
import { PDU_FIELDS } from './pdus'
import { SMB_FIELDS } from './smb'

export const FIELDS: readonly Field[] = [
  ...FRAME_FIELDS,
  ...NETWORK_FIELDS,
  ...SMB_FIELDS,
  ...PDU_FIELDS,
  ...HANDSHAKE_FIELDS,
  ...MESSAGE_FIELDS,
  ...CALL_FIELDS,
]

const BY_NAME = new Map(FIELDS.map((field) => [field.name, field]))

/** The field called so; undefined where nothing is. */
export function fieldNamed(subject: Subject, name: string): Field | undefined {
  return BY_NAME.get(name) ?? interfaceField(subject, name)
}
