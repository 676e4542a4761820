// The engine in its worker: a door to pure functions. It holds the capture that is open; the page asks.
import { expose } from 'comlink'
import { FileFormat, Paging, type Tables } from '../../asm/layout'
import wasmUrl from '../../asm/build/release.wasm?url'
import { Capture } from '../capture/capture'
import { SnapshotSource, takeSnapshot } from '../capture/snapshot'
import { cacheResult, cachedResult } from '../cases/results'
import { Analysis } from './analysis'
import type {
  CallRow,
  ConnectionRow,
  ErrorMeaning,
  FrameDetail,
  FrameInfo,
  Opened,
  Progress,
  Refusal,
  TableHandle,
} from './api'
import type { PageCopy } from './copied-source'
import { fingerprint } from './fingerprint'
import { type Names, namesText } from './names-text'
import { OpenCapture } from './open-capture'
import { refusalOf } from './refusal'
import { BlobSource } from './source'

const PROGRESS_MILLISECONDS = 100

// Compiled once, while the person still looks for the file.
const module = compile(wasmUrl)
let names: Promise<Names> | undefined
let current: OpenCapture | undefined

async function compile(url: string): Promise<WebAssembly.Module> {
  const response = await fetch(url)
  try {
    return await WebAssembly.compileStreaming(response.clone())
  } catch {
    // A host that serves it under another type than application/wasm.
    return WebAssembly.compile(await response.arrayBuffer())
  }
}

/** Names are large: fetched when first needed. A failed fetch is tried again at the next need. */
function loadNames(): Promise<Names> {
  names ??= namesText(async (url) => (await fetch(url)).text()).catch((error: unknown) => {
    names = undefined
    throw error
  })
  return names
}
