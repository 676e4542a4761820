// The proof of one occurrence as a picture: two hosts, and an arrow for each frame of its evidence.
import type { Evidence, Finding } from '../diagnosis/finding'
import { type LadderConnection, type LadderStep, hostOf } from './lanes'

/** What a proof needs of a frame. */
export interface ProofFrame {
  frame: number
  source: string
  destination: string
  /** Seconds since the first frame. */
  time: number
  /** The colour rule of the frame list: `fault`, `reset`, ... */
  tone: string
}

interface ProofRow {
  frame: number
  time: number
  note: string
  /** The side that sent it. */
  from: 'left' | 'right'
  /** Under whose name it was sent, where known. */
  identity?: string
  /** True for what went wrong: a fault, a reset, a close. */
  failed: boolean
  /** True for the end of a connection. */
  closes: boolean
}

export interface Proof {
  /** Hosts of the two sides. */
  left: string
  right: string
  rows: ProofRow[]
}

/** The rows to read first: where several identities act, those of an identity and those that went wrong; else all. */
export function tellingRows<Row extends Pick<ProofRow, 'identity' | 'failed' | 'closes'>>(
  rows: readonly Row[],
): readonly Row[] {
  const identities = new Set(rows.flatMap(({ identity }) => identity ?? []))
  return identities.size < 2
    ? rows
    : rows.filter(({ identity, failed, closes }) => identity !== undefined || failed || closes)
}

/** Codes that the client's runtime makes itself: RPC_S_SERVER_UNAVAILABLE, RPC_S_CALL_FAILED, RPC_S_CALL_FAILED_DNE. MS-ERREF 2.1.1. */
const MADE_BY_CLIENT = /\b0x800706B[AEF]\b/i

/** What the program gets after the last row, where no frame holds it; undefined where a frame does. */
export function aftermathOf({ aftermath, symptom = '' }: Pick<Finding, 'aftermath' | 'symptom'>): string | undefined {
  const code = MADE_BY_CLIENT.exec(symptom)?.[0]
  return aftermath ?? (code && `the program gets ${code}, not on the wire`)
}

/** Puts evidence into the order of its frames; frames that are not in `frames` are left out. */
export function proofOf(
  evidence: readonly Evidence[],
  frames: readonly ProofFrame[],
  steps: readonly LadderStep[],
  connections: readonly LadderConnection[],
): Proof {
  const ofFrame = new Map(frames.map((one) => [one.frame, one]))
  const stepOf = new Map(steps.map((step) => [step.frame, step]))
  const sorted = evidence.filter(({ frame }) => ofFrame.has(frame)).toSorted((a, b) => a.frame - b.frame)
  const first = sorted[0] && ofFrame.get(sorted[0].frame)
  const known = sorted.map(({ frame }) => stepOf.get(frame)).find((step) => step !== undefined)
  const connection = known && connections[known.connection]
  const left = connection ? hostOf(connection.client) : (first?.source ?? '')
  const right = connection ? hostOf(connection.server) : (first?.destination ?? '')
  const rows = sorted.map(({ frame, note }): ProofRow => {
    const { source, time, tone } = ofFrame.get(frame)!
    const step = stepOf.get(frame)
    const identity = step && identityOf(step, connections)
    const closes = step?.kind === 'close' || tone === 'reset'
    return {
      frame,
      time,
      note: source === left || source === right || !source ? note : `${source}: ${note}`,
      from: source === left ? 'left' : 'right',
      ...(identity && !closes && { identity }),
      failed: closes || step?.kind === 'fault' || tone === 'fault',
      closes,
    }
  })
  return { left, right, rows }
}

/** The frame that shows the failure: the first fault, else the first end of a connection, else the last frame of evidence. */
export function failingFrame(evidence: readonly Evidence[], frames: readonly ProofFrame[]): number | undefined {
  const tones = new Map(frames.map(({ frame, tone }) => [frame, tone]))
  const shown = evidence.map(({ frame }) => frame)
  return (
    shown.find((frame) => tones.get(frame) === 'fault') ??
    shown.find((frame) => tones.get(frame) === 'reset') ??
    shown.at(-1)
  )
}

function identityOf({ connection, identity }: LadderStep, connections: readonly LadderConnection[]) {
  return identity === undefined ? undefined : connections[connection]?.identities[identity]?.name
}
