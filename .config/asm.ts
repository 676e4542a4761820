// Compiles asm/ to asm/build/release.wasm when a source is newer: `npm run asm`, and whoever needs the module.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const wasm = join(root, 'asm/build/release.wasm')

function newestSource(): number {
  const sources = readdirSync(join(root, 'asm'), { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.parentPath.endsWith('build') && !entry.name.endsWith('.test.ts'),
  )
  return Math.max(...sources.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs))
}

/** Compiles unless the module is up to date. Rejects with the compiler's own words. */
export async function compile(): Promise<void> {
  if (existsSync(wasm) && statSync(wasm).mtimeMs > newestSource()) return
  // Large: loaded only when there is something to compile.
  const { default: asc } = await import('assemblyscript/asc')
  const { error, stderr } = await asc.main(['--config', 'asm/asconfig.json', '--target', 'release', '--baseDir', root])
  if (error) throw new Error(stderr.toString())
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await compile()
