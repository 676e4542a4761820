// DCE/RPC field by field: C706 12.6, MS-RPCE 2.2.2.

/** Records the fields of the PDU that the cursor has opened. */
export function describe(): void {}
