// What a saved page holds besides the viewer: blocks of data that no browser runs.
import type { NoteOnFrame } from '../engine/api'

export interface Saved {
  name: string
  /** Where to go: the hash of an address. */
  place: string
  notes: NoteOnFrame[]
  /** True if `data` is the capture, or an analysis without its bytes. */
  holds: 'capture' | 'results'
  data: () => Promise<Blob>
}

/** Reads the blocks of this document; undefined in a template that holds nothing yet. */
export function savedIn(document: Document): Saved | undefined {
  const text = (id: string) => document.getElementById(id)?.textContent ?? ''
  if (!text('data')) return undefined
  const facts = JSON.parse(text('saved')) as Omit<Saved, 'data'>
  return { ...facts, data: () => unpacked(text('data')) }
}

function unpacked(base64: string): Promise<Blob> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).blob()
}
