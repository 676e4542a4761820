// The place in an analysis that the URL's hash names: `#view=frames&frame=525`, of a saved analysis
// `#/saved/<id>?view=frames&frame=525`. Back, forward and links live on it.

export const views = [
  'frames',
  'calls',
  'connections',
  'timeline',
  'names',
  'conversation',
  'statistics',
  'events',
  'compare',
] as const
export type View = (typeof views)[number]

/** `frame` is a row; the hash writes the number that people read, one more. `example` is opened when nothing else is. */
export interface Place {
  view?: View
  frame?: number
  /** A display filter. */
  filter?: string
  example?: string
  /** Key of a result that the browser keeps, for a file that is neither an example nor saved. */
  kept?: string
  /** The saved analysis that it is a place in. */
  saved?: string
}

const SAVED = /^#\/saved\/([0-9a-f]+)(?:\?|$)/

/** What a hash says; anything that it cannot mean is left out. */
export function readPlace(hash: string): Place {
  const saved = SAVED.exec(hash)
  const parameters = new URLSearchParams(hash.slice(saved ? saved[0].length : 1))
  const place: Place = saved ? { saved: saved[1]! } : {}
  const view = views.find((name) => name === parameters.get('view'))
  if (view) place.view = view
  const frame = Number(parameters.get('frame'))
  if (Number.isSafeInteger(frame) && frame > 0) place.frame = frame - 1
  const filter = parameters.get('filter')?.trim()
  if (filter) place.filter = filter
  const example = parameters.get('example')
  if (example && /^[\w-]+$/.test(example)) place.example = example
  const kept = parameters.get('kept')
  if (kept && /^[0-9a-f]{16,128}$/.test(kept)) place.kept = kept
  return place
}

/** The hash of a place; empty for the start page. */
export function writePlace({ view, frame, filter, example, kept, saved }: Place): string {
  const parameters = new URLSearchParams()
  if (example) parameters.set('example', example)
  if (kept) parameters.set('kept', kept)
  if (view) parameters.set('view', view)
  if (frame !== undefined) parameters.set('frame', String(frame + 1))
  if (filter) parameters.set('filter', filter)
  const text = parameters.toString()
  if (saved) return `#/saved/${saved}${text && `?${text}`}`
  return text && `#${text}`
}
