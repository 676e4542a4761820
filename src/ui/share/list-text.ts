// A list as text for other programs: aligned, CSV, JSON.

export type ListForm = 'text' | 'csv' | 'json'

/** What a spreadsheet would run as a formula: captured text may begin like one. Numbers stay numbers. */
const FORMULA = /^[=+\-@\t\r]/
const NUMBER = /^-?\d+(?:\.\d+)?$/

/** Rows of cells under titles; each row has as many cells as there are titles. */
export function listText(titles: readonly string[], rows: readonly (readonly string[])[], form: ListForm): string {
  if (form === 'json') {
    const objects = rows.map((row) => Object.fromEntries(titles.map((title, at) => [title, row[at] ?? ''])))
    return `${JSON.stringify(objects, undefined, 2)}\n`
  }
  const lines = [titles, ...rows]
  if (form === 'csv') return lines.map((line) => line.map(csvCell).join(',')).join('\r\n') + '\r\n'
  const widths = titles.map((_, at) => lines.reduce((most, line) => Math.max(most, line[at]?.length ?? 0), 0))
  return (
    lines
      .map((line) =>
        line
          .map((cell, at) => cell.padEnd(widths[at]!))
          .join('  ')
          .trimEnd(),
      )
      .join('\n') + '\n'
  )
}

/** RFC 4180, in quotes where it must be. */
function csvCell(text: string): string {
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
