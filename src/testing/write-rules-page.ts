// Writes src/diagnosis/RULES.md.
import { writeFileSync } from 'node:fs'
import { rulesPage } from '../diagnosis/rules-page'
import { heldBy } from './held'

writeFileSync(new URL('../diagnosis/RULES.md', import.meta.url), rulesPage(await heldBy()))
