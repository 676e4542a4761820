// Writes the example captures: npx tsx src/testing/write-examples.ts
import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { fixedCapture } from './case-study/fixed'
import { fullOsCapture } from './case-study/full-os'
import { winpeCapture } from './case-study/winpe'
import { pcapng } from './captures/file/pcapng'
import { exampleCapture, exampleScenarios } from './example-scenarios'

const EXAMPLES = fileURLToPath(new URL('../../public/examples/', import.meta.url))

const captures = {
  'case-study.pcapng': winpeCapture,
  'case-study-full-os.pcapng': fullOsCapture,
  'case-study-fixed.pcapng': fixedCapture,
}

await mkdir(EXAMPLES, { recursive: true })
for (const [name, capture] of Object.entries(captures)) {
  await writeFile(EXAMPLES + name, pcapng(capture(), { operatingSystem: 'Windows 7' }))
}
for (const [name, play] of Object.entries(exampleScenarios))
  await writeFile(`${EXAMPLES}${name}.pcapng`, exampleCapture(play))
