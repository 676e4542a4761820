/** Copies as much as there is room for; nothing where `at` lies outside. Offsets come from the bytes themselves. */
export function put(out: Uint8Array, piece: ArrayLike<number>, at = 0): void {
  if (at < 0 || at >= out.length) return
  const length = Math.min(piece.length, out.length - at)
  if (piece instanceof Uint8Array) out.set(piece.subarray(0, length), at)
  else for (let i = 0; i < length; i++) out[at + i] = piece[i]!
}
