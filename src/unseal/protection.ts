// What every security package does with a PDU, however it does it. MS-RPCE 2.2.2.11, 3.3.1.5.2.

/** A protected PDU, taken apart. */
export interface ProtectedPdu {
  /** From the PDU's first byte up to its token: header, stub, padding and the verifier's header. Never changed. */
  bytes: Uint8Array
  /** Where the protected part begins and ends: stub and padding. */
  stubAt: number
  stubEnd: number
  /** The verifier's token: a signature, and what belongs to the sealed part. */
  token: Uint8Array
  fromClient: boolean
  /** True at privacy level; otherwise the PDU is signed only. */
  isSealed: boolean
}

export interface OpenedPdu {
  /** The protected part in the clear; absent where the PDU is only signed. */
  clear?: Uint8Array | undefined
  /** True if the signature over the clear text is right. */
  verified: boolean
  /** True if the place in the key stream had to be searched because PDUs before are missing. */
  afterGap?: boolean | undefined
}

/** The protection of one security context: opens PDUs in the order in which their sender sent them. */
export interface Protection {
  /** Undefined when the PDU cannot be opened. */
  open(pdu: ProtectedPdu): OpenedPdu | undefined
  /** A protected PDU with this many bytes of stub and padding is not in the capture as a whole. */
  lose(fromClient: boolean, protectedBytes: number, isSealed: boolean): void
}

/** The byte ranges that a signature may cover: the whole PDU (header signing), or its protected part alone. */
export function signedParts(pdu: ProtectedPdu, clear: Uint8Array): Record<'whole' | 'stub', Uint8Array[]> {
  return {
    whole: [pdu.bytes.subarray(0, pdu.stubAt), clear, pdu.bytes.subarray(pdu.stubEnd)],
    stub: [clear],
  }
}
