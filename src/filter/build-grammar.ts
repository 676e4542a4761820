// npx tsx src/filter/build-grammar.ts: makes grammar.js from grammar.peggy. The parser is made here and not in the page,
// whose content security policy forbids code from text; grammar.test.ts tells when it is out of date.
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import peggy from 'peggy'

const source = new URL('./grammar.peggy', import.meta.url)
const target = new URL('./grammar.js', import.meta.url)

/** The parser's source text. */
export function grammarSource(): string {
  return peggy.generate(readFileSync(source, 'utf8'), { output: 'source', format: 'es' })
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) writeFileSync(target, grammarSource())
