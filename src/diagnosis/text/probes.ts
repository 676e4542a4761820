// Clients that try one thing after another of a server: what the rules about each kind of refusal say alike.
import { symptoms } from './symptoms'

/** A client that asks one server for so many different things without success tries what there is. */
export const PROBED = 8

/** Why many refusals of names are a probe, as the last sentence of an explanation. */
export const PROBE_MEANING =
  'A program that wants one service does not ask for so many; tools that list what a server offers do.'

/** What is the same in each note on a probe. `listed` says what the tool lists. */
export function probeBy(client: string, listed = 'what a server offers') {
  return {
    severity: 'note' as const,
    confidence: 'medium' as const,
    symptom: symptoms.none,
    atFault: { party: 'client' as const, text: `likely a tool on ${client} that lists ${listed}` },
    effect: 'None: the refusals are the answers.',
    fix: [{ text: `If no one runs such a tool on purpose, find out what runs on ${client}.` }],
  }
}
