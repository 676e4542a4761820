// A finding as a host receives it.
import type { OpenCapture } from '../ui/state/opening/open-capture.svelte'
import type { FoundMessage } from './messages'

/** One message for what is wrong; none for what is normal, a limit of the capture, or explained by another finding. */
export function foundMessage(finding: OpenCapture['findings'][number]): FoundMessage[] {
  const { kind, mutedBy, rule, severity, confidence, title, evidence } = finding
  if (kind !== 'finding' || mutedBy) return []
  return [{ rule, severity, confidence, title, frames: evidence.map(({ frame }) => frame + 1) }]
}
