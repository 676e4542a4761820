// What all findings of a kind say: those that only look alarming, and those about the capture itself.
import type { AtFault, FixStep } from '../finding'

interface Parts {
  symptom: string
  atFault: AtFault
}

/** For what looks alarming and is not. */
export const BY_DESIGN: Parts & { effect: string; fix: FixStep[] } = {
  symptom: 'None: the program shows no error because of this.',
  atFault: { party: 'none', text: 'nothing: this is normal' },
  effect: 'None.',
  fix: [{ text: 'Nothing to do.' }],
}

/** For what the capture cannot show; `text` completes "at fault: ". */
export function ofCapture(text: string): Parts {
  return { symptom: 'None: this is about the capture, not about the program.', atFault: { party: 'capture', text } }
}
