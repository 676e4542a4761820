// What the user's program shows when the layers below RPC fail: one sentence for each kind, so that it reads the same in all findings.

export const symptoms = {
  /** No connection came about. */
  unavailable: '0x800706BA (1722): "The RPC server is unavailable."',
  /** The connection ended under a call that may have run. */
  callFailed: '0x800706BE (1726): "The remote procedure call failed."',
  /** The connection ended before the call reached the server. */
  callNotExecuted: '0x800706BF (1727): "The remote procedure call failed and did not execute."',
  /** An SMB session or pipe ended under its user. */
  networkName:
    'error 64 or 59: "The specified network name is no longer available", "An unexpected network error occurred"',
  hangs: 'The program hangs: the call does not return.',
  slow: 'The program is slow; no error.',
  none: 'The program shows nothing.',
}
