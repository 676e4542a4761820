// Dates as filters write them: `2024-01-31 10:00:00.5`, `Jan 31, 2024 10:00:00`, with a zone or in that of the machine.

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const CLOCK = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?`
const ZONE = String.raw`\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?`
const ISO = new RegExp(String.raw`^(\d{4})-(\d{2})-(\d{2})(?:[ T]\s*${CLOCK}${ZONE})?$`, 'i')
const WORDS = new RegExp(String.raw`^([a-z]{3})\s+(\d{1,2}),?\s+(\d{4})\s+${CLOCK}${ZONE}$`, 'i')

/** Nanoseconds since the start of 1970, UTC; undefined for text that is no date. Without a zone it is in the machine’s. */
export function dateOf(text: string): bigint | undefined {
  const iso = ISO.exec(text)
  const words = iso ? undefined : WORDS.exec(text)
  const parts = iso ?? words
  if (!parts) return undefined
  const [year, month, day] = iso
    ? [Number(iso[1]), Number(iso[2]) - 1, Number(iso[3])]
    : [Number(parts[3]), MONTHS.indexOf(parts[1]!.toLowerCase()), Number(parts[2])]
  const [hour = 0, minute = 0, second = 0] = [parts[4], parts[5], parts[6]].map((digits) => Number(digits ?? 0))
  const isReal = month >= 0 && month < 12 && day > 0 && day <= new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  if (!isReal || hour > 23 || minute > 59 || second > 60) return undefined
  const zone = parts[8]
  const milliseconds =
    zone === undefined
      ? new Date(year, month, day, hour, minute, second).getTime()
      : Date.UTC(year, month, day, hour, minute, second) - offsetOf(zone)
  return BigInt(milliseconds) * 1_000_000n + BigInt((parts[7] ?? '').padEnd(9, '0'))
}

/** Milliseconds east of UTC. */
function offsetOf(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000
}
