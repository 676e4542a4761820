// Installs the dependencies where they are missing, or where the lock file changed since they were installed.
import { execSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const INSTALLED = 'node_modules/.package-lock.json'
/** Digest of the lock file that node_modules was installed from. */
const STAMP = 'node_modules/.installed-from'

const wanted = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex')
const present = existsSync(INSTALLED) && existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : undefined
if (present !== wanted) {
  execSync('npm ci --no-fund --no-audit', { stdio: 'inherit' })
  writeFileSync(STAMP, wanted)
}
