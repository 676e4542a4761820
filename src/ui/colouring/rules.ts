// Colouring rules of the user's own: the first whose filter holds for a frame gives it its colour.
import type { AppState } from '../state/app-state.svelte'
import { type Colour, RULES_KEY } from './colours.svelte'

export const COLOURS: readonly Colour[] = ['blue', 'orange', 'green', 'violet', 'teal', 'pink']

export interface ColouringRule {
  filter: string
  colour: Colour
  isOn: boolean
}

const MOST_RULES = 20
let turn = 0

/** The rules that this browser keeps. */
export function keptRules(): ColouringRule[] {
  try {
    return readRules(JSON.parse(localStorage.getItem(RULES_KEY) ?? '[]'))
  } catch {
    return []
  }
}

/** Keeps rules and colours the frames by them; returns what is wrong with filters, by filter. */
export function setRules(app: AppState, rules: readonly ColouringRule[]): Promise<Map<string, string>> {
  const kept = rules.slice(0, MOST_RULES)
  try {
    if (kept.length > 0) localStorage.setItem(RULES_KEY, JSON.stringify(kept))
    else localStorage.removeItem(RULES_KEY)
  } catch {
    // refused: the rules hold until another capture is opened
  }
  return colour(app, kept)
}

/** Asks for the frames of every rule; returns what is wrong with filters, by filter. */
export async function colour(
  { capture, colours, engine }: Pick<AppState, 'capture' | 'colours' | 'engine'>,
  rules: readonly ColouringRule[] = keptRules(),
): Promise<Map<string, string>> {
  const asked = ++turn
  const mistakes = new Map<string, string>()
  const frames: typeof colours.frames = []
  if (capture.phase === 'open')
    for (const { filter, colour, isOn } of rules) {
      if (!isOn || !filter.trim()) continue
      const result = await (await engine.listTools()).framesFor(filter)
      if (asked !== turn) return mistakes
      if ('message' in result) mistakes.set(filter, result.message)
      else frames.push({ colour, rows: result })
    }
  colours.frames = frames
  return mistakes
}

/** Rules as storage or a profile gives them; what is none is left out. */
export function readRules(kept: unknown): ColouringRule[] {
  if (!Array.isArray(kept)) return []
  return kept.filter(isRule).slice(0, MOST_RULES)
}

function isRule(kept: unknown): kept is ColouringRule {
  const { filter, colour, isOn } = (kept ?? {}) as Partial<ColouringRule>
  return typeof filter === 'string' && COLOURS.some((known) => known === colour) && typeof isOn === 'boolean'
}
