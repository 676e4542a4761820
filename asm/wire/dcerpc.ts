// DCE/RPC: C706 chapter 12, MS-RPCE 2.2.

/** Records the fields of the PDU that the cursor has opened. */
export function describe(): void {}
