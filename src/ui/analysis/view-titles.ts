import type { View } from '../state/address'

/** What the tabs of an analysis are called. */
export const viewTitles: Record<View, string> = {
  frames: 'Frames',
  calls: 'Calls',
  connections: 'Connections',
  timeline: 'Timeline',
  names: 'Names',
  events: 'Events',
  compare: 'Compare',
}
