// How an event trace begins. Apart from what reads one, whose code is fetched only for traces.

/** Every buffer begins with a header of so many bytes (WMI_BUFFER_HEADER). */
export const BUFFER_HEADER_BYTES = 72
/** So many bytes recognise an event trace. */
export const TRACE_HEAD_BYTES = BUFFER_HEADER_BYTES + 4

/** How the first record begins: version 2, system header of 32 or 64 bits, marked as an event. */
const RECORD_OF_32_BIT = 0xc0010002
const RECORD_OF_64_BIT = 0xc0020002

/** True if a file that begins with `head` is an event trace. */
export function isEventTrace(head: Uint8Array): boolean {
  if (head.length < TRACE_HEAD_BYTES) return false
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const record = view.getUint32(BUFFER_HEADER_BYTES, true)
  if (record !== RECORD_OF_32_BIT && record !== RECORD_OF_64_BIT) return false
  // What is filled of a plain buffer fits into it; that of a compressed one may be longer.
  return view.getUint32(0, true) >= BUFFER_HEADER_BYTES
}

/** True if a file that begins with `head` is a cabinet (.cab): "MSCF". */
export function isCabinetHead(head: Uint8Array): boolean {
  return head[0] === 0x4d && head[1] === 0x53 && head[2] === 0x43 && head[3] === 0x46
}
