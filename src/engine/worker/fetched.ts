// What the engine fetches besides its own code: the parser, and the names.
import wasmUrl from '../../../asm/build/release.wasm?url'
import type { Names } from '../../names/names'
import { namesFrom } from '../read/names-text'
import { NAMES_URLS } from './names-urls'
import { NoWebAssembly, part } from './part'

// Compiled once, while the user still looks for the file. Each use reports why it could not be had.
export const module = compile(wasmUrl)
module.catch(() => undefined)
let names: Promise<Names> | undefined

async function compile(url: string): Promise<WebAssembly.Module> {
  if (typeof WebAssembly === 'undefined') throw new NoWebAssembly()
  const response = await part(url)
  try {
    return await WebAssembly.compileStreaming(response.clone())
  } catch {
    // A host that serves it under another type than application/wasm.
    return WebAssembly.compile(await response.arrayBuffer())
  }
}

/** Names are large: fetched when first needed. A failed fetch is tried again at the next need. */
export function loadNames(): Promise<Names> {
  names ??= namesFrom(async (table) => (await part(NAMES_URLS[table])).text()).catch((error: unknown) => {
    names = undefined
    throw error
  })
  return names
}
