import type { Snippet } from 'svelte'
import type { ConnectionRow } from '../../engine/api'
import type { Column } from '../grid/column'

/** Columns of the connection list. */
export const connectionColumns = (drawIdentities: Snippet<[ConnectionRow, number]>): Column<ConnectionRow>[] => [
  {
    title: 'Client',
    means: 'The client, which opened the connection.',
    width: '152px',
    text: ({ client }) => client,
    sortBy: ({ client }) => client,
  },
  {
    title: 'Server',
    means: 'The server of the connection.',
    width: '152px',
    text: ({ server }) => server,
    sortBy: ({ server }) => server,
  },
  {
    title: 'Frames',
    means: 'First and last frame of the connection.',
    width: '104px',
    text: ({ firstFrame, lastFrame }) => `${firstFrame + 1}–${lastFrame + 1}`,
    sortBy: ({ firstFrame }) => firstFrame,
  },
  {
    title: 'Calls',
    means: 'Calls made on it.',
    width: '72px',
    number: true,
    text: ({ calls }) => String(calls),
    sortBy: ({ calls }) => calls,
  },
  {
    title: 'Faults',
    means: 'Calls that ended in a fault.',
    width: '72px',
    number: true,
    text: ({ faults }) => String(faults),
    sortBy: ({ faults }) => faults,
  },
  {
    title: 'Closed',
    means: 'How it ended, and who ended it first.',
    width: '136px',
    text: ({ closed }) => closed,
    sortBy: ({ closed }) => closed,
  },
  {
    title: 'Identities',
    means: 'The users that made calls on it, in order.',
    width: 'minmax(540px, 2fr)',
    text: ({ identities }) => identities.map(({ name, level }) => `${name || 'unknown'} (${level})`).join(', '),
    draw: drawIdentities,
  },
  {
    title: 'Interfaces',
    means: 'Interfaces that were bound on it.',
    width: 'minmax(240px, 1fr)',
    text: ({ interfaces }) => interfaces.join(', '),
  },
]
