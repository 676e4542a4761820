// A filter for what a line of the field tree shows.
import type { FieldLine } from '../../capture/field'

/** The value as filters write it: numbers, addresses and identifiers bare, texts in quotes. */
export function expressionOf({ filter, value }: FieldLine): string | undefined {
  if (!filter) return undefined
  if (!value) return filter
  const bare =
    /^(0x[0-9a-f]+|-?\d+|\d+(\.\d+){3}|[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=$|[ ,(])/i
  const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
  const inBrackets = /\((0x[0-9a-f]+|\d+)\)$/i
  const literal = bare.exec(value)?.[1] ?? uuid.exec(value)?.[0] ?? inBrackets.exec(value)?.[1]
  return `${filter} == ${literal ?? JSON.stringify(value)}`
}
