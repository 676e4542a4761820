import { type View, views } from '../state/address'

/** What the tabs of an analysis are called. */
export const viewTitles: Record<View, string> = {
  frames: 'Frames',
  calls: 'Calls',
  conversation: 'Conversation',
  connections: 'Connections',
  statistics: 'Statistics',
  timeline: 'Timeline',
  names: 'Names',
  events: 'Events',
  compare: 'Compare',
}

/** The views that have a tab: that of events only for a capture that holds some, and where a link leads to it. */
export function viewsWithTab(events: number, chosen: string): View[] {
  return views.filter((view) => view !== 'events' || events > 0 || view === chosen)
}
