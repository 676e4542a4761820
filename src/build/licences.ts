// licences.txt: the licences and notices of all that the built site, its workers, its saved page and its package contain.
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import license, { type Dependency } from 'rollup-plugin-license'
import type { Plugin } from 'vite'

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** In the site too, but not through its modules: the runtime inside the wasm, and what the service worker is built of. */
const OUTSIDE_OF_BUNDLES = [
  'assemblyscript',
  'workbox-core',
  'workbox-precaching',
  'workbox-routing',
  'workbox-strategies',
]

interface Licence {
  name: string
  version: string | null
  identifier: string | null
  text: string
}

const bundled = new Map<string, Licence>()

/** Notes the packages of one bundle: the site's, and each worker's, which is a bundle of its own. */
export function noteLicences(): Plugin {
  // Typed for Rollup; the hooks that it has are the same in the bundler of Vite.
  return license({ thirdParty: { output: (dependencies) => dependencies.forEach(note) } }) as unknown as Plugin
}

function note({ name, version, license, licenseText, noticeText }: Dependency): void {
  if (name === null) return
  const text = [licenseText, noticeText].filter((part) => part !== null).join('\n\n')
  bundled.set(name, { name, version, identifier: license, text })
}

/** Writes the file into the site once all its bundles are made. */
export function writeLicences(): Plugin {
  return {
    name: 'write-licences',
    apply: 'build',
    closeBundle: {
      sequential: true,
      order: 'pre',
      handler: async () => writeFile(fromRoot('dist/licences.txt'), await licences()),
    },
  }
}

/** Faultline's own licence and notice first, then each package in the order of names. Asked for after the bundles are made. */
export async function licences(): Promise<string> {
  const others = await Promise.all(OUTSIDE_OF_BUNDLES.map(installed))
  const all = [...bundled.values(), ...others].sort((one, other) => (one.name < other.name ? -1 : 1))
  const own = await Promise.all(['LICENSE', 'NOTICE'].map((file) => readFile(fromRoot(file), 'utf8')))
  const parts = all.map(({ name, version, identifier, text }) =>
    [`${name} ${version ?? ''} (${identifier ?? 'no licence named'})`, text.trim()].join('\n\n'),
  )
  return ['Faultline', ...own.map((text) => text.trim()), ...parts].join(`\n\n${'-'.repeat(80)}\n\n`) + '\n'
}

/** What an installed package says of itself. */
async function installed(name: string): Promise<Licence> {
  const folder = fromRoot(`node_modules/${name}`)
  const { version, license } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8')) as Record<string, string>
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice)/i.test(file))
  const texts = await Promise.all(files.map((file) => readFile(`${folder}/${file}`, 'utf8')))
  return { name, version: version ?? null, identifier: license ?? null, text: texts.join('\n\n') }
}
