// Installs the dependencies when they are missing, then steps aside.
import { execSync } from 'node:child_process'
import { existsSync } from 'node:fs'

if (!existsSync('node_modules/.package-lock.json')) execSync('npm ci --no-fund --no-audit', { stdio: 'inherit' })
