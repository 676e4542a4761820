// Which hosts a capture shows sending, and being sent to: of one that is only ever one of the two, silence says nothing.
import { Frame } from '../../../../asm/layout'
import { addressText } from '../../../capture/text'
import type { Examination } from '../../examination'
import { perCase } from '../../per-case'

export interface SeenHosts {
  /** Addresses that frames come from, and that they go to. */
  sources: ReadonlySet<string>
  destinations: ReadonlySet<string>
}

/** Addresses of all frames, in one walk. */
export const seenHosts = perCase(({ capture: { frames, addresses } }: Examination): SeenHosts => {
  const [sources, destinations] = [new Set<number>(), new Set<number>()]
  for (let frame = 0; frame < frames.rows; frame++) {
    sources.add(frames.get(Frame.Source, frame))
    destinations.add(frames.get(Frame.Destination, frame))
  }
  const texts = (rows: ReadonlySet<number>) => new Set([...rows].map((row) => addressText(addresses, row)))
  return { sources: texts(sources), destinations: texts(destinations) }
})
