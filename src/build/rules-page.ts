// Writes src/diagnosis/RULES.md.
import { writeFileSync } from 'node:fs'
import { rulesPage } from '../diagnosis/rules-page'

writeFileSync(new URL('../diagnosis/RULES.md', import.meta.url), rulesPage())
