// What the build passes to the code: the version that package.json names, and one of what results are made by.
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')

/** All that decides which rows and findings a capture gives. */
const MAKERS = ['asm', 'src/capture', 'src/dissect', 'src/names', 'src/conversation', 'src/diagnosis']
const IS_MAKER = /(?<!\.test)\.(ts|tsv)$/
const IS_NONE = /^asm\/(build|testing)\//

/** For `define`, by the names that the code knows them by. */
export function versions(tool: string): Record<string, string> {
  return {
    'import.meta.env.FAULTLINE_VERSION': JSON.stringify(tool),
    'import.meta.env.FAULTLINE_RULES': String(ruleCount()),
    'import.meta.env.FAULTLINE_RESULT_VERSION': String(resultVersion()),
  }
}

/** As many as the list of rules has, which a test keeps like the rules. */
function ruleCount(): number {
  return readFileSync(join(root, 'src/diagnosis/RULES.md'), 'utf8').match(/^## /gm)?.length ?? 0
}

/** A number that changes with every source that a result depends on, so that it need not be kept by hand. */
function resultVersion(): number {
  const hash = createHash('sha256')
  for (const file of MAKERS.flatMap(filesIn))
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(root, file)))
  return hash.digest().readUInt32BE()
}

function filesIn(folder: string): string[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
    (file) => `${folder}/${file}`,
  )
  return files.filter((file) => IS_MAKER.test(file) && !IS_NONE.test(file)).sort()
}
