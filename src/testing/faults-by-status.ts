// Rules that differ only by the status of the fault that they report: one table, one suite for all of them.

/** A rule that reports a fault by its status alone. */
export interface FaultByStatus {
  rule: string
  /** Status of a fault that shows the rule. */
  status: number
  /** Where the finding names the method. */
  method: 'title' | 'explanation'
  /** Severity where the same method succeeds afterwards. */
  overcome: 'warning' | 'note'
}

/** Captures that the suite makes for each row: the plain one, a healthy one, a cut one, one that was overcome, variations. */
export const CAPTURES_OF_EACH = 5

export const faultsByStatus: readonly FaultByStatus[] = [
  { rule: 'bad-stub-data', status: 0x6f7, method: 'title', overcome: 'warning' },
  { rule: 'call-rejected', status: 0x80010001, method: 'title', overcome: 'note' },
  { rule: 'object-gone', status: 0x80010108, method: 'title', overcome: 'note' },
  { rule: 'orpc-version', status: 0x80010110, method: 'explanation', overcome: 'note' },
  { rule: 'other-fault', status: 0x1c000020, method: 'title', overcome: 'note' },
  { rule: 'protocol-error', status: 0x1c01000b, method: 'title', overcome: 'warning' },
  { rule: 'server-fault', status: 0x80010105, method: 'title', overcome: 'warning' },
  { rule: 'server-too-busy', status: 0x1c010014, method: 'title', overcome: 'note' },
  { rule: 'unknown-operation', status: 0x1c010002, method: 'title', overcome: 'note' },
]
