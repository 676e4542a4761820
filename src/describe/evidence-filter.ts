// The display filter that shows frames of evidence and nothing else.

/** `frame.number in {516, 519..523}`: shows exactly these rows of Frame, here and in Wireshark; empty text for none. */
export function evidenceFilter(frames: Iterable<number>): string {
  const numbers = [...new Set(frames)].map((frame) => frame + 1).sort((a, b) => a - b)
  const ranges: [from: number, to: number][] = []
  for (const number of numbers) {
    const last = ranges.at(-1)
    if (last && number === last[1] + 1) last[1] = number
    else ranges.push([number, number])
  }
  if (ranges.length === 0) return ''
  return `frame.number in {${ranges.map(([from, to]) => (from === to ? `${from}` : `${from}..${to}`)).join(', ')}}`
}
