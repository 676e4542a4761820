// What a host page and the frame say to each other with postMessage. Both sides check every message: whatever has not
// one of these shapes is ignored. The key `faultline` distinguishes them from other messages on the same window.

/** From the host page to the frame. Frames are numbered as people number them, from 1. */
export type HostMessage =
  | { faultline: 'open'; bytes: ArrayBuffer | Uint8Array<ArrayBuffer> | Blob; name?: string }
  | { faultline: 'open'; url: string; name?: string }
  | { faultline: 'goToFrame'; frame: number }
  | { faultline: 'setFilter'; filter: string }

/** A finding as the host receives it. */
export interface FoundMessage {
  /** Id of the rule. */
  rule: string
  severity: 'error' | 'warning' | 'note'
  confidence: 'high' | 'medium' | 'low'
  title: string
  /** Numbers of the evidence frames, from 1. */
  frames: number[]
}

/** From the frame to the host page. */
export type FrameMessage =
  | { faultline: 'ready' }
  | { faultline: 'opened'; frames: number; findings: FoundMessage[] }
  | { faultline: 'selected'; frame: number }
  | { faultline: 'error'; message: string }

const LONGEST_NAME = 255
const LONGEST_TEXT = 10_000
const severities: unknown[] = ['error', 'warning', 'note']
const confidences: unknown[] = ['high', 'medium', 'low']

/** What a host said, in a fresh object; undefined for anything else. */
export function readHostMessage(data: unknown): HostMessage | undefined {
  if (!isRecord(data)) return undefined
  const { faultline, bytes, url, name, frame, filter } = data
  switch (faultline) {
    case 'open': {
      if (name !== undefined && !isText(name, LONGEST_NAME)) return undefined
      const named = name ? { name } : {}
      if (url === undefined && isBytes(bytes)) return { faultline, bytes, ...named }
      if (bytes === undefined && isText(url, LONGEST_TEXT)) return { faultline, url, ...named }
      return undefined
    }
    case 'goToFrame':
      return isFrame(frame) ? { faultline, frame } : undefined
    case 'setFilter':
      return isText(filter, LONGEST_TEXT) ? { faultline, filter } : undefined
    default:
      return undefined
  }
}

/** What the frame said, in a fresh object; undefined for anything else. */
export function readFrameMessage(data: unknown): FrameMessage | undefined {
  if (!isRecord(data)) return undefined
  const { faultline, frames, findings, frame, message } = data
  switch (faultline) {
    case 'ready':
      return { faultline }
    case 'opened':
      return isCount(frames) && Array.isArray(findings) && findings.every(isFound)
        ? { faultline, frames, findings }
        : undefined
    case 'selected':
      return isFrame(frame) ? { faultline, frame } : undefined
    case 'error':
      return typeof message === 'string' ? { faultline, message } : undefined
    default:
      return undefined
  }
}

function isRecord(data: unknown): data is Record<string, unknown> {
  return typeof data === 'object' && data !== null && !Array.isArray(data)
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value.length <= longest
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isFrame(value: unknown): value is number {
  return isCount(value) && value > 0
}

/** Shared memory is refused: it could change while it is read. */
function isBytes(value: unknown): value is ArrayBuffer | Uint8Array<ArrayBuffer> | Blob {
  if (value instanceof Uint8Array) return value.buffer instanceof ArrayBuffer
  return value instanceof ArrayBuffer || value instanceof Blob
}

function isFound(value: unknown): value is FoundMessage {
  if (!isRecord(value)) return false
  const { rule, severity, confidence, title, frames } = value
  return (
    typeof rule === 'string' &&
    typeof title === 'string' &&
    severities.includes(severity) &&
    confidences.includes(confidence) &&
    Array.isArray(frames) &&
    frames.every(isFrame)
  )
}
