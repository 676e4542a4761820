// The commands of the palette: what the page can do, each by a name that is searched.
import { OWN_COLUMNS } from '../frames/profile'
import { views } from '../state/address'
import type { AppState } from '../state/app-state.svelte'
import { FRAME_FORMS, copyFrames, exportFrames, exportList } from '../share/frames-out'
import { viewTitles } from '../analysis/view-titles'

export interface Command {
  name: string
  /** The key that does the same. */
  key?: string
  run: (app: AppState) => unknown
  /** False where it has nothing to show; always offered without it. */
  isOffered?: (app: AppState) => boolean
}

const EXPORTS: Command[] = [
  { name: 'Export the frames shown as pcapng', run: (app) => void exportFrames(app, 'shown') },
  { name: 'Export the picked frames as pcapng', run: (app) => void exportFrames(app, 'picked') },
  { name: 'Export the frame list as CSV', run: (app) => void exportList(app, 'csv') },
  { name: 'Export the frame list as JSON', run: (app) => void exportList(app, 'json') },
  ...FRAME_FORMS.map(({ form, label }): Command => ({
    name: `Copy the picked frames as ${label}`,
    run: (app) => void copyFrames(app, form),
  })),
]

export const commands: Command[] = [
  ...views.map((view): Command => ({
    ...(view === 'events' && { isOffered: ({ capture }: AppState) => (capture.opened?.events ?? 0) > 0 }),
    name: `Show ${viewTitles[view]}`,
    run: ({ selection }) => selection.showPanel(view),
  })),
  { name: 'Show diagnosis', run: ({ selection }) => selection.showPanel('diagnosis') },
  { name: 'Next frame of evidence', key: 'n', run: ({ selection }) => selection.stepEvidence(1) },
  { name: 'Previous frame of evidence', key: 'p', run: ({ selection }) => selection.stepEvidence(-1) },
  {
    name: 'Follow the conversation of the selected frame',
    key: 'Ctrl Alt Shift T',
    run: ({ selection }) => selection.showPanel('conversation'),
  },
  { name: 'Next frame of the conversation', key: 'Ctrl ↓', run: ({ selection }) => selection.stepConversation(1) },
  { name: 'Previous frame of the conversation', key: 'Ctrl ↑', run: ({ selection }) => selection.stepConversation(-1) },
  { name: 'Mark or unmark the selected frame', key: 'm', run: ({ selection }) => selection.toggleMark() },
  { name: 'Next marked frame', key: ']', run: ({ selection }) => selection.stepMark(1) },
  { name: 'Previous marked frame', key: '[', run: ({ selection }) => selection.stepMark(-1) },
  { name: 'List marked frames', run: ({ dialogs }) => dialogs.show('marks') },
  {
    name: 'Set or clear the time reference at the selected frame',
    key: 't',
    run: ({ references, selection }) => selection.frame !== undefined && void references.toggle(selection.frame),
  },
  { name: 'Colouring rules', run: ({ dialogs }) => dialogs.show('colouring') },
  { name: 'Profiles', run: ({ dialogs }) => dialogs.show('profiles') },
  ...EXPORTS,
  { name: 'Comment on the selected frame', key: 'c', run: ({ dialogs }) => dialogs.show('comment') },
  { name: 'Show all frames', run: ({ filtering }) => filtering.clear() },
  { name: 'Find text, bytes or a regular expression', key: 'Ctrl F', run: ({ find }) => find.open() },
  ...OWN_COLUMNS.map((column): Command => ({
    name: `Sort frames by ${column}`,
    run: ({ list, selection }) => {
      selection.showPanel('frames')
      list.sort({ column, descending: false })
    },
  })),
  {
    name: 'Sort frames as in the file',
    isOffered: ({ list }) => list.sorting !== undefined,
    run: ({ list }) => list.sort(undefined),
  },
  {
    name: 'Decode a TCP port as another protocol',
    isOffered: ({ capture }) => capture.opened !== undefined,
    run: ({ dialogs }) => dialogs.show('decode as'),
  },
  { name: 'Choose columns', run: ({ dialogs }) => dialogs.show('columns') },
  { name: 'Open sealed calls with a secret', run: ({ dialogs }) => dialogs.show('secrets') },
  {
    name: 'Print the report',
    key: 'Ctrl P',
    isOffered: ({ capture }) => capture.opened !== undefined,
    run: (app) => void import('../share/print-report').then(({ printReport }) => printReport(app)),
  },
  { name: 'Share or export', run: ({ dialogs }) => dialogs.show('share') },
  { name: 'Look up an error', run: ({ dialogs }) => dialogs.show('errors') },
  { name: 'About this capture', run: ({ dialogs }) => dialogs.show('about') },
  {
    name: 'Show or hide the list of findings',
    run: ({ preferences }) => preferences.setRailOpen(!preferences.railOpen),
  },
  {
    name: 'Show or hide names of hosts beside their addresses',
    run: ({ preferences }) => preferences.setHostNames(!preferences.hostNames),
  },
  { name: 'Show or hide the bytes', run: ({ preferences }) => preferences.setBytesOpen(!preferences.bytesOpen) },
  { name: 'Light theme', run: ({ preferences }) => preferences.setTheme('light') },
  { name: 'Dark theme', run: ({ preferences }) => preferences.setTheme('dark') },
  { name: 'System theme', run: ({ preferences }) => preferences.setTheme('system') },
  { name: 'Licences', run: ({ dialogs }) => dialogs.show('licences') },
  { name: 'Keys', key: '?', run: ({ dialogs }) => dialogs.show('help') },
]

/** Those that only a page of its own has, not one inside another. */
export const ownCommands: Command[] = [
  { name: 'Save this analysis', run: ({ dialogs }) => dialogs.show('save') },
  { name: 'Back to the start page', run: ({ opener }) => void opener.close() },
]

/** Commands whose name has every word of the text. */
export function matching(list: readonly Command[], text: string): Command[] {
  const words = text.toLowerCase().split(/\s+/)
  return list.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)))
}

/** The row that a frame's number means, as people write it: `525`, `#525`, `frame 1,234`; undefined for anything else. */
export function frameOf(text: string, frames: number): number | undefined {
  const digits = /^(?:frame|#)?\s*([\d,. ]+)$/i.exec(text.trim())?.[1]?.replaceAll(/\D/g, '')
  const number = digits ? Number(digits) : NaN
  return number >= 1 && number <= frames ? number - 1 : undefined
}
