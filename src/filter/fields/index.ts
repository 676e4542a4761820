// Every field that filters know, by name. A field is a line in one of these lists; interfaces are fields by their names.
import type { Field } from '../field'
import type { Subject } from '../subject'
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
  ...WMI_FIELDS,
  ...EVENT_FIELDS,
]

const BY_NAME = new Map(FIELDS.map((field) => [field.name, field]))

/** The field called so; undefined where nothing is. */
export function fieldNamed(subject: Subject, name: string): Field | undefined {
  return BY_NAME.get(name) ?? interfaceField(subject, name)
}

/** Names of fields that end in the same word, such as dcerpc.cn_status for dcerpc.status, of the same protocol first. */
export function alikeNames(name: string): string[] {
  const [protocol, last] = [name.split('.')[0]!, name.split(/[._]/).at(-1)!]
  const alike = FIELDS.map((field) => field.name).filter((other) => other.split(/[._]/).at(-1) === last)
  const ofProtocol = alike.filter((other) => other.startsWith(`${protocol}.`))
  return (ofProtocol.length > 0 ? ofProtocol : alike).slice(0, 3)
}
