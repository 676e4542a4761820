// A table as text, searched as it is: lines sorted by their first column, a tab between columns.
// Nothing is parsed when it is made, so a megabyte costs nothing until the first look-up.

/** Read access to one table; a first line beginning with `#` sorts before every key and is never found. */
export class SortedText {
  constructor(private readonly text: string) {}

  /** The cells of every line whose first cell is `key`, in the table's order. */
  find(key: string): string[][] {
    const lines: string[][] = []
    const prefix = `${key}\t`
    for (let at = this.#lowerBound(prefix); this.text.startsWith(prefix, at); at = this.#lineEnd(at) + 1)
      lines.push(this.text.slice(at, this.#lineEnd(at)).split('\t'))
    return lines
  }

  /** The cells of at most `limit` lines whose `column`th cell contains `part`, in whatever case. */
  search(column: number, part: string, limit: number): string[][] {
    const literal = part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    const lines: string[][] = []
    for (const match of this.text.matchAll(new RegExp(`^(?:[^\\t\\n]*\\t){${column}}[^\\t\\n]*${literal}.*$`, 'gim'))) {
      if (match[0].startsWith('#')) continue
      if (lines.push(match[0].split('\t')) >= limit) break
    }
    return lines
  }

  /** Every different cell of a column, changed by `change`; empty cells are left out. */
  column(column: number, change: (cell: string) => string): Set<string> {
    const lines = this.text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    return new Set(lines.map((line) => change(line.split('\t')[column] ?? '')).filter((cell) => cell !== ''))
  }

  /** Start of the first line that is not below `prefix`. */
  #lowerBound(prefix: string): number {
    let low = 0
    let high = this.text.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const start = this.text.lastIndexOf('\n', middle - 1) + 1
      if (start < low) {
        low = this.#lineEnd(middle) + 1
      } else if (this.text.slice(start, start + prefix.length) < prefix) {
        low = this.#lineEnd(start) + 1
      } else {
        high = start
      }
    }
    return low
  }

  #lineEnd(at: number): number {
    const end = this.text.indexOf('\n', at)
    return end < 0 ? this.text.length : end
  }
}
