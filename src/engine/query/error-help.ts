// What an error means, what causes it, and whether a capture can hold it.
import { type ErrorCause, causeOf, eventCauses } from '../../diagnosis/text/error-causes'
import { remedies } from '../../diagnosis/text/remedies'
import { rules } from '../../diagnosis/rules'
import type { ErrorMeaning } from '../../names/meanings'
import type { ErrorHelp } from '../api'

/** Causes as the rules describe them; `text` is what the user typed. */
export function errorHelp(text: string, meanings: ErrorMeaning[]): ErrorHelp {
  const eventId = /^\s*(?:event(?: ?id)?:?\s*)?(\d{3,5})\s*$/i.exec(text)?.[1]
  const event = eventId === undefined ? undefined : eventCauses.get(Number(eventId))
  const causes = [event, ...meanings.map(({ code }) => causeOf(parseInt(code, 16)))].filter(
    (cause): cause is ErrorCause => cause !== undefined,
  )
  const ids = [...new Set(causes.flatMap((cause) => cause.rules))]
  return {
    meanings,
    ...(event && { event: { id: Number(eventId), source: event.source, meaning: event.meaning } }),
    causes: ids.flatMap((id) => {
      const rule = rules.find((one) => one.id === id)
      return rule ? [{ rule: id, title: rule.title, meaning: rule.meaning, remedy: remedies[id] ?? '' }] : []
    }),
    neverOnTheWire: causes.length > 0 && causes.every(({ neverOnTheWire }) => neverOnTheWire),
  }
}
