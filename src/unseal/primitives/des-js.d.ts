// What is used of des.js, which brings no types.
declare module 'des.js' {
  interface Cipher {
    /** Returns the blocks that are complete. */
    update(bytes: Uint8Array | number[]): number[]
  }
  const des: {
    DES: { create(options: { type: 'encrypt' | 'decrypt'; key: number[]; padding: boolean }): Cipher }
  }
  export default des
}
