// Makes what sources import and git ignores, where it is older than what it is made from: the parser of captures
// (asm/build/release.wasm), the ciphers (asm/build/cipher-code.ts) and the parser of display filters (src/filter/grammar.js).
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')

/** Rejects with the compiler's own words. */
export async function build(): Promise<void> {
  await Promise.all([compileAsm(), generateGrammar()])
}

/** True if a path, from the root on, is one of the sources. */
export function isBuiltFrom(file: string): boolean {
  return file === 'src/filter/grammar.peggy' || /^asm\/(?!build\/|testing\/).*(?<!\.test)\.ts$/.test(file)
}

async function compileAsm(): Promise<void> {
  const files = readdirSync(join(root, 'asm'), { recursive: true, encoding: 'utf8' }).map((file) => `asm/${file}`)
  const isOfCiphers = (file: string): boolean => file.startsWith('asm/cipher/')
  const sources = files.filter(isBuiltFrom)
  const parser = ['asm/asconfig.json', ...sources.filter((file) => !isOfCiphers(file))]
  const ciphers = ['asm/cipher/asconfig.json', ...sources.filter(isOfCiphers)]
  if (!isNewer('asm/build/release.wasm', parser)) await compile('asm/asconfig.json')
  if (isNewer('asm/build/cipher-code.ts', ciphers)) return
  await compile('asm/cipher/asconfig.json')
  // As text in a script: it is small, and what unseals is called without waiting for anything.
  const code = readFileSync(join(root, 'asm/build/cipher.wasm'), 'base64')
  writeFileSync(join(root, 'asm/build/cipher-code.ts'), `export const code = '${code}'\n`)
}

async function compile(config: string): Promise<void> {
  // Large: loaded only when there is something to compile.
  const { default: asc } = await import('assemblyscript/asc')
  const { error, stderr } = await asc.main(['--config', config, '--target', 'release', '--baseDir', root])
  if (error) throw new Error(stderr.toString())
}

/** Made here and not in the page, whose content security policy forbids code from text. */
async function generateGrammar(): Promise<void> {
  const [source, target] = ['src/filter/grammar.peggy', 'src/filter/grammar.js']
  if (isNewer(target, [source])) return
  const { default: peggy } = await import('peggy')
  const grammar = readFileSync(join(root, source), 'utf8')
  writeFileSync(join(root, target), peggy.generate(grammar, { output: 'source', format: 'es' }))
}

function isNewer(target: string, sources: string[]): boolean {
  const changed = (file: string) => statSync(join(root, file)).mtimeMs
  return existsSync(join(root, target)) && changed(target) > Math.max(...sources.map(changed))
}
