/** Copies as much as there is room for; nothing where `at` lies outside. Offsets come from the bytes themselves. */
export function put(out: Uint8Array, piece: ArrayLike<number>, at = 0): void {
  if (at < 0 || at >= out.length) return
  for (let i = 0, end = Math.min(piece.length, out.length - at); i < end; i++) out[at + i] = piece[i]!
}
