// A whole file as an open capture, in one step: what a redacted copy becomes before it is reported on.
import type { PortProtocol } from '../../capture/port-protocol'
import type { Names } from '../../names/names'
import { Analysis } from '../read/analysis'
import { OpenCapture } from './open-capture'
import { sourceOf } from '../read/source'

/** Reads and diagnoses a file. */
export async function openWhole(
  module: WebAssembly.Module,
  file: Blob,
  names: Names,
  decodeAs?: readonly PortProtocol[],
): Promise<OpenCapture> {
  const analysis = await Analysis.start(module, undefined, decodeAs)
  const source = await sourceOf(file)
  for await (const piece of source.stream()) analysis.feed(piece)
  const conversation = analysis.end()
  await analysis.readEvents()
  const open = new OpenCapture(analysis.capture, analysis.parser.source, source, analysis.parser)
  open.decodeAs = decodeAs
  open.format = analysis.parser.format
  open.conversation = conversation
  open.names = names
  open.findings = await analysis.diagnose(names)
  return open
}
