// What a saved page holds besides the viewer: blocks of data that no browser runs.
import type { NoteOnFrame } from '../engine/api'

export interface Saved {
  name: string
  /** Where to stand: the hash of an address. */
  place: string
  notes: NoteOnFrame[]
  /** The capture's bytes. */
  capture: () => Promise<Blob>
}

/** Reads the blocks of this document; undefined in a template that holds nothing yet. */
export function savedIn(document: Document): Saved | undefined {
  const text = (id: string) => document.getElementById(id)?.textContent ?? ''
  if (!text('capture')) return undefined
  const { name, place, notes } = JSON.parse(text('saved')) as Omit<Saved, 'capture'>
  return { name, place, notes, capture: () => unpacked(text('capture')) }
}

function unpacked(base64: string): Promise<Blob> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).blob()
}
