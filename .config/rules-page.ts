// Writes src/diagnosis/RULES.md.
import { writeFileSync } from 'node:fs'
import { rulesPage } from '../src/diagnosis/rules-page'

writeFileSync(new URL('../src/diagnosis/RULES.md', import.meta.url), rulesPage())
