// The ladder as SVG text: a lane a host, a band of colour an identity, an arrow a step, as the page draws it.
// Colours come by class and custom property from the page that shows it; text is text, so that it can be searched and copied.
import { escapeMarkup } from './markup'
import { identityColours, LANE_WIDTH, lanesOf, lanesOfStep, laneX } from '../describe/lanes'
import type { ReportLadder } from './report'

const ROW = 34
const ARROW = 25
const BASELINE = 15
const HEAD = 28
const FRAME_WIDTH = 64
const TIME_WIDTH = 88
const IDENTITY_WIDTH = 320
/** Characters that fit beside an arrow, and in the last column. */
const FITS_LANE = 40
const FITS_IDENTITY = 44

/** An `<svg>` element; empty without steps. */
export function ladderSvg({ steps, connections }: ReportLadder): string {
  if (steps.length === 0) return ''
  const met = [...new Set(steps.map(({ connection }) => connection))].flatMap((index) => connections[index] ?? [])
  const lanes = lanesOf(met)
  const colours = identityColours(connections)
  const left = FRAME_WIDTH + TIME_WIDTH
  const right = left + lanes.length * LANE_WIDTH
  const width = right + IDENTITY_WIDTH
  const height = HEAD + steps.length * ROW
  const x = (lane: number) => left + laneX(lane)

  const parts = lanes.map((host, lane) => {
    const line = `<line class="lane" x1="${x(lane)}" x2="${x(lane)}" y1="${HEAD}" y2="${height}"/>`
    return line + text(x(lane), BASELINE + 4, host, 'host')
  })
  steps.forEach((step, row) => {
    const connection = connections[step.connection]
    if (!connection) return
    const top = HEAD + row * ROW
    const { from, to } = lanesOfStep(step, connection, lanes)
    const direction = Math.sign(to - from) || 1
    const start = x(from)
    const end = x(to)
    const y = top + ARROW
    const identity = step.identity === undefined ? undefined : connection.identities[step.identity]
    if (identity) {
      const band = x(step.from === 'client' ? from : to) - 4
      const colour = `identity-${colours.get(identity.name) ?? 0}`
      parts.push(`<rect class="${colour}" x="${band}" y="${top}" width="8" height="${ROW}"/>`)
      parts.push(`<rect class="${colour}" x="${right}" y="${top + 6}" width="10" height="10"/>`)
      parts.push(text(right + 16, top + BASELINE, shortened(`${identity.name} (${identity.level})`, FITS_IDENTITY)))
    }
    const head =
      step.kind === 'close'
        ? `M${end - direction * 12} ${y - 5}l${direction * 8} 10m0 -10l${-direction * 8} 10`
        : `M${end - direction * 14} ${y - 4}l${direction * 8} 4l${-direction * 8} 4`
    parts.push(
      `<g class="${step.kind}">`,
      text(FRAME_WIDTH - 12, top + BASELINE, String(step.frame), 'number'),
      text(left - 12, top + BASELINE, step.time.toFixed(6), 'number'),
      `<line class="arrow" x1="${start + direction * 6}" x2="${end - direction * 6}" y1="${y}" y2="${y}"/>`,
      `<path class="head" d="${head}"/>`,
      text(
        (start + end) / 2,
        top + BASELINE,
        shortened(step.text, FITS_LANE * Math.max(1, Math.abs(to - from))),
        'text',
      ),
      '</g>',
    )
  })
  const label = `Ladder of ${steps.length} steps between ${lanes.join(', ')}`
  return `<svg class="ladder" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeMarkup(label)}" xmlns="http://www.w3.org/2000/svg">${parts.join('')}</svg>`
}

function text(x: number, y: number, content: string, role = ''): string {
  return `<text${role && ` class="${role}"`} x="${x}" y="${y}">${escapeMarkup(content)}</text>`
}

function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}
