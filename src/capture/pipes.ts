// What a pipe is called, for every view, filter and rule.
import { Pipe } from '../../asm/layout'
import type { Capture } from './capture'

/** A pipe's name without the backslash that SMB 1 writes before it; empty where its opening is not in the capture. */
export function pipeName(capture: Capture, pipe: number): string {
  const { pipes } = capture
  const bytes = capture.bytes(pipes.get(Pipe.Name, pipe), pipes.get(Pipe.NameLength, pipe))
  return new TextDecoder('utf-16le').decode(bytes).replace(/^\\/, '')
}
