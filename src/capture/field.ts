// A decoded field: as the parser records it, and as the detail pane shows it.
import type { FieldKey, Format, Protocol } from '../../asm/layout'

/** One line of the field tree: what is shown, nothing to decide by but `filter` and `protocol`. `at` counts from the first byte of the part it lies in; depth 0 is a protocol's own line. */
export interface FieldLine {
  label: string
  /** Text of the value, ready to show; empty for a heading. */
  value: string
  at: number
  length: number
  depth: number
  /** The Protocol whose own line it is, where the parser recorded it. */
  protocol?: Protocol
  /** Wireshark's name of the field, where both know it: `dcerpc.cn_call_id`. */
  filter?: string
}

/** A field as the parser records it; its bytes are still to be read. `at` counts from the start of the described bytes. */
export interface RecordedField {
  key: FieldKey
  at: number
  length: number
  format: Format
  depth: number
  protocol: Protocol
}
