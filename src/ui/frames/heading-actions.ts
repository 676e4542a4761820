// What the menu of a heading of the frame list offers besides sorting and width.
import type { HeadingAction } from '../grid/column'
import type { AppState } from '../state/app-state.svelte'
import { type OwnColumn, OWN_COLUMNS, moved, without } from './profile'

export const TITLES: Record<OwnColumn, string> = {
  number: 'No.',
  time: 'Time',
  source: 'Source',
  destination: 'Destination',
  protocol: 'Protocol',
  length: 'Length',
  info: 'Info',
}

/** The column of the profile that has a title: one of the list's own, or a field, whose title is its name. */
function columnTitled(title: string): string {
  return OWN_COLUMNS.find((own) => TITLES[own] === title) ?? title
}

/** Moves, removes and chooses columns; only the last for a heading that is no column of the profile. */
export function headingActions({ dialogs, list, preferences }: AppState, title: string): HeadingAction[] {
  const id = columnTitled(title)
  const { columns } = preferences
  const at = columns.findIndex((column) => column.id === id)
  const actions: (HeadingAction & { isOffered: boolean })[] = [
    { label: 'Move left', isOffered: at > 0, run: () => list.setColumns(moved(columns, id, -1)) },
    {
      label: 'Move right',
      isOffered: at >= 0 && at < columns.length - 1,
      run: () => list.setColumns(moved(columns, id, 1)),
    },
    {
      label: `Remove ${title}`,
      isOffered: at >= 0 && columns.length > 1,
      run: () => list.setColumns(without(columns, id)),
    },
    {
      label: preferences.hostNames ? 'Addresses without names' : 'Names of hosts beside addresses',
      isOffered: id === 'source' || id === 'destination',
      run: () => preferences.setHostNames(!preferences.hostNames),
    },
    { label: 'Choose columns…', isOffered: true, run: () => dialogs.show('columns') },
  ]
  return actions.filter(({ isOffered }) => isOffered)
}
