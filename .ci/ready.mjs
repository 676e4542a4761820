// Installs the dependencies when they are missing or older than the lock file, then steps aside.
import { execSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'

const installed = 'node_modules/.package-lock.json'
const fresh = existsSync(installed) && statSync(installed).mtimeMs >= statSync('package-lock.json').mtimeMs
if (!fresh && !existsSync('node_modules/.bin/vite')) execSync('npm ci --no-fund --no-audit', { stdio: 'inherit' })
