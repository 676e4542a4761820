// The package of the custom element, as another TypeScript project uses it.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'
import ts from 'typescript'

const built = fileURLToPath(new URL('../dist/embed', import.meta.url))

/** What the compiler has to say of a module that uses the package. */
function complaints(folder: string, source: string): string[] {
  cpSync(built, `${folder}/node_modules/faultline-viewer`, { recursive: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}/package.json`, '{"type": "module"}')
  writeFileSync(`${folder}/consumer.ts`, source)
  const program = ts.createProgram([`${folder}/consumer.ts`], {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
  })
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
}

test('its element, methods and events are typed', () => {
  const good = `
    import { FaultlineViewer } from 'faultline-viewer'
    const viewer: FaultlineViewer = document.createElement('faultline-viewer')
    viewer.addEventListener('opened', ({ detail }) => { const count: number = detail.frames; void count })
    viewer.open(new Uint8Array(4), 'a.pcap')
    viewer.goToFrame(525)
    viewer.setFilter('dcerpc')
  `
  expect(complaints(test.info().outputPath('good'), good)).toEqual([])
  const wrong = "import 'faultline-viewer'; document.createElement('faultline-viewer').goToFrame('525')"
  expect(complaints(test.info().outputPath('wrong'), wrong)).toHaveLength(1)
})
