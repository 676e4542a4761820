// How the time column and amounts are written.
import type { FrameTime } from '../../engine/api'

export type TimeFormat = 'relative' | 'delta' | 'displayed' | 'utc' | 'local'

export const timeFormats: { value: TimeFormat; label: string; means: string }[] = [
  { value: 'relative', label: 'Since first frame', means: 'Seconds since the first frame of the capture.' },
  { value: 'delta', label: 'Since previous frame', means: 'Seconds since the frame before this one.' },
  { value: 'displayed', label: 'Since previous shown', means: 'Seconds since the frame above it in the list.' },
  { value: 'utc', label: 'UTC', means: 'Date and time in UTC.' },
  { value: 'local', label: 'Local time', means: 'Date and time by this computer’s time zone.' },
]

/** The time of a frame, to the microsecond as Wireshark writes it; empty where the file does not say. */
export function timeText(
  { time, delta, sinceShown, seconds, nanos }: FrameTime & { sinceShown?: number },
  format: TimeFormat,
): string {
  switch (format) {
    case 'relative':
      return time.toFixed(6)
    case 'delta':
      return delta.toFixed(6)
    case 'displayed':
      return (sinceShown ?? delta).toFixed(6)
    case 'utc':
    case 'local':
      return seconds === undefined || nanos === undefined ? '' : dateText(seconds, nanos, format === 'utc')
  }
}

/** Date and time to the microsecond, in UTC or by this computer's time zone. */
export function dateText(seconds: number, nanos: number, utc: boolean): string {
  const date = new Date(seconds * 1000)
  const shifted = utc ? date : new Date(date.getTime() - date.getTimezoneOffset() * 60_000)
  const text = shifted.toISOString().slice(0, 19).replace('T', ' ')
  return `${text}.${String(Math.floor(nanos / 1000)).padStart(6, '0')}`
}

/** A span of seconds with the unit that suits it: `210 µs`, `1.3 ms`, `6.6 s`, `5.2 h`. */
export function spanText(seconds: number): string {
  // Rounded before the unit is chosen: 1000 of one is 1 of the next.
  if (seconds < 0.0009995) return `${(seconds * 1e6).toFixed(0)} µs`
  if (seconds < 0.9995) return `${(seconds * 1000).toPrecision(3)} ms`
  if (seconds < 120) return `${seconds.toFixed(1)} s`
  if (seconds < 7200) return `${(seconds / 60).toFixed(1)} min`
  const hours = seconds / 3600
  if (hours < 48) return `${hours.toFixed(1)} h`
  return hours < 2400 ? `${(hours / 24).toFixed(1)} days` : `${countText(Math.round(hours / 24))} days`
}

/** A count with thousands set apart. */
export function countText(count: number): string {
  return count.toLocaleString('en')
}

/** A count with what is counted, which takes an `s` where there is not just one. */
export function countOf(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** Bytes in the unit that suits them, powers of 1000. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} bytes`
  const units = ['kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3))
  return `${(bytes / 1000 ** power).toPrecision(3)} ${units[power - 1]}`
}
