// Text of a filter to its tree, or to what is wrong and where.
import { type Expectation, parse as parseGrammar, SyntaxError as GrammarError } from './grammar'
import { ipv4Of } from './literals/literal'
import type { Mistake } from './mistake'
import type { Filter } from './tree'

/** Longer text is refused, and so are more parentheses and negations: the parser descends into each. */
const LONGEST = 10_000
const DEEPEST = 200

/** Words for what the grammar expects, where its own names do not make a sentence. */
const WORDS: Record<string, string> = {
  value: 'a value',
  comparison: 'a comparison',
}

/** Parses a filter. Never throws; blank text is a mistake, for it asks nothing. */
export function parse(text: string): { tree: Filter } | Mistake {
  if (text.length > LONGEST)
    return { message: `A filter may have ${LONGEST} characters at most.`, at: LONGEST, end: text.length }
  const deep = tooDeep(text)
  if (deep >= 0) return { message: `More than ${DEEPEST} “(” and “!” are not read.`, at: deep, end: deep + 1 }
  try {
    return { tree: parseGrammar(text) }
  } catch (error) {
    if (error instanceof GrammarError) return mistake(text, error)
    throw error
  }
}

/** What the grammar would take after `text`, by the names that it gives things: `field`, `value`, `comparison`, ... */
export function expectedAfter(text: string): Set<string> {
  if (text.length > LONGEST || tooDeep(text) >= 0) return new Set()
  try {
    // No filter contains the character, so parsing always stops there and says what it would rather have seen.
    parseGrammar(`${text}\0`)
  } catch (error) {
    if (error instanceof GrammarError && error.location.start.offset === text.length)
      return new Set(error.expected?.map(nameOf))
  }
  return new Set()
}

function tooDeep(text: string): number {
  let depth = 0
  for (const { index } of text.matchAll(/[(!]|\bnot\b/g)) if (++depth > DEEPEST) return index
  return -1
}

function mistake(text: string, { expected, found, message, location }: GrammarError): Mistake {
  const at = location.start.offset
  if (!expected) return { message, at, end: Math.max(location.end.offset, at + 1) }
  const wanted = [...new Set(expected.map(nameOf))].filter((name) => name !== '')
  const word = /^[\w.:-]+|^./su.exec(text.slice(at))?.[0] ?? ''
  const end = at + Math.max(word.length, 1)
  if (word === '=' && wanted.includes('comparison')) return { message: '“Equal” is written “==”.', at, end }
  if (found === null && wanted.includes(')')) return { message: 'A “)” is missing.', at, end }
  if (found !== null && wanted.includes('and')) return { message: `“${word}” was not expected here.`, at, end }
  const what = wanted.includes('field') ? 'A field' : listed(wanted.map((name) => WORDS[name] ?? `“${name}”`))
  const hint = what === 'A field' && ipv4Of(word) ? ` An address is asked for by “ip.addr == ${word}”.` : ''
  const instead = found === null ? 'the filter ends' : `here is “${word}”`
  return { message: `${what} is expected, but ${instead}.${hint}`, at, end }
}

function nameOf(expectation: Expectation): string {
  if (expectation.type === 'other') return expectation.description
  return expectation.type === 'literal' ? expectation.text : ''
}

function listed(words: string[]): string {
  const text = words.length > 1 ? `${words.slice(0, -1).join(', ')} or ${words.at(-1)}` : (words[0] ?? 'Something else')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
