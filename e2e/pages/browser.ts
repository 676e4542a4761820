// The browser that the tests and the benchmark drive: Playwright's own Chromium where it is installed, else the
// system's, else whichever of the two can be installed.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium } from 'playwright'

/** Nothing of its own on the network, and able to run as root in a container. */
export const launchArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Path of a Chromium; undefined means Playwright's own. Throws where none is there and none can be installed. */
export function browserPath(): string | undefined {
  const found = installed()
  if (found !== 'none') return found
  for (const [command, ...rest] of [
    ['npx', 'playwright', 'install', 'chromium'],
    ['apt-get', 'update', '-qq'], // on a new machine the lists of packages are empty
    ['apt-get', 'install', '-y', 'chromium'],
  ] as const) {
    attempt(command, rest)
    const now = installed()
    if (now !== 'none') return now
  }
  throw new Error('No Chromium here and none could be installed; install one, or set CHROMIUM to its path.')
}

function installed(): string | undefined {
  if (process.env.CHROMIUM) return process.env.CHROMIUM
  if (existsSync(chromium.executablePath())) return undefined
  const names = ['chromium', 'chromium-browser', 'google-chrome']
  return names.map(commandPath).find((path) => path) ?? 'none'
}

/** Where a command of this machine lies; undefined when there is none of that name. */
export function commandPath(name: string): string | undefined {
  return attempt('which', [name])?.trim() || undefined
}

/** What a command prints; undefined when it fails or is not there. */
function attempt(command: string, options: readonly string[]): string | undefined {
  try {
    return execFileSync(command, options, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return undefined
  }
}
