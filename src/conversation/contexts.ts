// A connection's presentation contexts by their id, without walking all of them: a hostile client offers thousands.
import type { Connection, PresentationContext } from './model'

const indexes = new WeakMap<PresentationContext[], { indexed: number; byId: Map<number, PresentationContext[]> }>()

/** The contexts that were offered under an id, in their order. */
export function contextsOfId({ contexts }: Connection, id: number): readonly PresentationContext[] {
  let index = indexes.get(contexts)
  if (!index) indexes.set(contexts, (index = { indexed: 0, byId: new Map() }))
  for (; index.indexed < contexts.length; index.indexed++) {
    const context = contexts[index.indexed]!
    const known = index.byId.get(context.id)
    if (known) known.push(context)
    else index.byId.set(context.id, [context])
  }
  return index.byId.get(id) ?? []
}
