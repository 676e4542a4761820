// A decoded field as the detail pane shows it.

/** One line of the field tree. `at` counts from the first byte of the part it lies in; depth 0 is a protocol's own line. */
export interface FieldLine {
  label: string
  /** Text of the value, ready to show; empty for a heading. */
  value: string
  at: number
  length: number
  depth: number
  /** Wireshark's name of the field, where both know it: `dcerpc.cn_call_id`. */
  filter?: string
}
