// Imported, or run, where the parsers must be built before anything else is loaded.
import { build } from './parsers'

await build()
