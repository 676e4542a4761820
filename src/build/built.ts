// Imported, or run, by whoever needs what build.ts makes before anything else is loaded.
import { build } from './parsers'

await build()
