// Writes one of the captures that grow to a file: npx tsx e2e/bench/write-input.ts NAME COUNT FILE
import { writeFileSync } from 'node:fs'
import { inputs } from './growth-inputs'

const [name, count, file] = process.argv.slice(2)
const input = inputs.find((one) => one.name === name)
if (!input || !Number(count) || !file) throw new Error('usage: write-input.ts NAME COUNT FILE')
writeFileSync(file, input.make(Number(count)))
