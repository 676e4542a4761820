// Packets that RFC 9001 prints in Appendix A. The client's Initial packet is all padding in the middle: its ends are here.
const hex = (text: string) => Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'))

export const QUIC_SAMPLES = {
  /** The connection ID that the client chose for the server, and the one that the server chose for itself. */
  clientId: hex('8394c8f03e515708'),
  serverId: hex('f067a5502a4262b5'),
  /** A.2: the CRYPTO frame with the ClientHello. */
  clientFrames: hex(`
    060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e868
    04fe3a47f06a2b69484c00000413011302010000c000000010000e00000b6578
    616d706c652e636f6dff01000100000a00080006001d00170018001000070005
    04616c706e000500050100000000003300260024001d00209370b2c9caa47fba
    baf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b000302030400
    0d0010000e0403050306030203080408050806002d00020101001c0002400100
    3900320408ffffffffffffffff05048000ffff07048000ffff08011001048000
    75300901100f088394c8f03e51570806048000ffff`),
  clientInitial: {
    head: hex('c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11'),
    tail: hex('7e78bfe706ca4cf5e9c5453e9f7cfd2b8b4c8d169a44e55c88d4a9a7f9474241e221af44860018ab0856972e194cd934'),
  },
  /** A.3: an ACK frame, then the CRYPTO frame with the ServerHello. */
  serverFrames: hex(`
    02000000000600405a020000560303eefce7f7b37ba1d1632e96677825ddf739
    88cfc79825df566dc5430b9a045a1200130100002e00330024001d00209d3c94
    0d89690b84d08a60993c144eca684d1081287c834d5311bcf32bb9da1a002b00
    020304`),
  serverInitial: hex(`
    cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a
    5816b6394100f37a1c69797554780bb38cc5a99f5ede4cf73c3ec2493a1839b3
    dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84
    022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc4
    2158407dd074ee`),
  /** A.4. */
  retry: hex('ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f0f2496ba'),
}
