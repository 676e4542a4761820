// The custom element as a package of its own in dist/embed/: one module without dependencies, its types, a package.json.
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { type Plugin, build } from 'vite'

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** Builds it behind the site, into the site's folder. */
export function viewerElement(): Plugin {
  return {
    name: 'viewer-element',
    apply: 'build',
    async closeBundle() {
      const out = fromRoot('dist/embed')
      await build({
        configFile: false,
        root: fromRoot('src'),
        publicDir: false,
        logLevel: 'warn',
        build: {
          outDir: out,
          emptyOutDir: false,
          target: 'esnext',
          lib: { entry: fromRoot('src/embed/element.ts'), formats: ['es'], fileName: () => 'faultline-viewer.js' },
        },
      })
      await mkdir(out, { recursive: true })
      await writeFile(`${out}/faultline-viewer.d.ts`, await declarations('element'))
      await writeFile(`${out}/messages.d.ts`, await declarations('messages'))
      await writeFile(`${out}/package.json`, await manifest())
      await copyFile(fromRoot('LICENSE'), `${out}/LICENSE`)
    },
  }
}

async function declarations(module: string): Promise<string> {
  const text = await readFile(fromRoot(`src/embed/${module}.ts`), 'utf8')
  const { outputText } = ts.transpileDeclaration(text, { compilerOptions: { target: ts.ScriptTarget.ESNext } })
  return outputText.replaceAll("'./messages'", "'./messages.js'")
}

async function manifest(): Promise<string> {
  const { version, license } = JSON.parse(await readFile(fromRoot('package.json'), 'utf8')) as Record<string, string>
  const exported = { types: './faultline-viewer.d.ts', default: './faultline-viewer.js' }
  return JSON.stringify({ name: 'faultline-viewer', version, license, type: 'module', exports: exported }, null, 2)
}
