// WebKitGTK's MiniBrowser over WebDriver (www.w3.org/TR/webdriver2), on a screen of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { commandPath } from '../pages/browser'
import { type Driven, type Engine, PATIENCE_MILLISECONDS } from './driven'

const driver = commandPath('WebKitWebDriver')
const screen = commandPath('Xvfb')

export const webkit: Engine = {
  name: 'WebKitGTK',
  missing: [...(driver ? [] : ['webkit2gtk-driver']), ...(screen ? [] : ['xvfb'])],
  async launch() {
    const processes: ChildProcess[] = []
    try {
      const display = await startScreen(processes)
      const server = await startDriver(processes, display)
      const { sessionId } = (await ask(`${server}/session`, {
        capabilities: {
          alwaysMatch: {
            timeouts: { implicit: PATIENCE_MILLISECONDS, script: PATIENCE_MILLISECONDS },
            ...(miniBrowser() && {
              'webkitgtk:browserOptions': { binary: miniBrowser(), args: ['--automation', '--geometry=1400x1000'] },
            }),
          },
        },
      })) as { sessionId: string }
      return new WebKitWindow(`${server}/session/${sessionId}`, processes)
    } catch (error) {
      for (const process of processes) process.kill()
      throw error
    }
  },
}

/** Debian keeps it out of the path. */
function miniBrowser(): string | undefined {
  const folders = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((machine) => `/usr/lib/${machine}`)
  const paths = folders.flatMap((folder) =>
    ['4.1', '4.0', '6.0'].map((api) => `${folder}/webkit2gtk-${api}/MiniBrowser`),
  )
  return paths.find((path) => existsSync(path))
}

/** Starts a virtual screen; returns its name. */
async function startScreen(processes: ChildProcess[]): Promise<string> {
  const process = spawn(screen!, ['-displayfd', '1', '-screen', '0', '1440x1080x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  processes.push(process)
  const [number] = (await once(process.stdout, 'data')) as [Buffer]
  return `:${number.toString().trim()}`
}

async function startDriver(processes: ChildProcess[], display: string): Promise<string> {
  const port = await freePort()
  const env = { ...process.env, DISPLAY: display, GDK_BACKEND: 'x11', LIBGL_ALWAYS_SOFTWARE: '1' }
  processes.push(spawn(driver!, ['--host=127.0.0.1', `--port=${port}`], { stdio: 'ignore', env }))
  const address = `http://127.0.0.1:${port}`
  for (;;) {
    const up = await fetch(`${address}/status`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (up) return address
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** Sends a command; throws what the driver calls wrong. */
async function ask(address: string, body: object | undefined, method = body ? 'POST' : 'GET'): Promise<unknown> {
  const response = await fetch(address, { method, ...(body && { body: JSON.stringify(body) }) })
  const { value } = (await response.json()) as { value: unknown }
  if (!response.ok) throw new Error(`${method} ${address.replace(/^.*\/session\/[^/]*/, '')}: ${JSON.stringify(value)}`)
  return value
}

/** An element that is drawn in the same place after so long is not on its way. */
const STILL_MILLISECONDS = 150

class WebKitWindow implements Driven {
  constructor(
    readonly session: string,
    readonly processes: ChildProcess[],
  ) {}

  async goto(url: string): Promise<void> {
    await this.#ask('url', { url })
  }

  async evaluate<Result, Given extends unknown[]>(
    script: (...given: Given) => Result | Promise<Result>,
    ...given: Given
  ): Promise<Result> {
    const body = `const done = arguments[arguments.length - 1]
      Promise.resolve().then(() => (${script.toString()})(...arguments[0]))
        .then((value) => done({ value }), (error) => done({ error: String(error) }))`
    const answer = (await this.#ask('execute/async', { script: body, args: [given] })) as {
      value: Result
      error?: string
    }
    if (answer.error !== undefined) throw new Error(answer.error)
    return answer.value
  }

  /** Clicks once the element stays where it is: the driver clicks where it was. */
  async click(xpath: string): Promise<void> {
    const id = await this.#find(xpath)
    const place = async () => JSON.stringify(await this.#ask(`element/${id}/rect`))
    for (let before = '', now = await place(); now !== before; before = now, now = await place())
      await new Promise((resolve) => setTimeout(resolve, STILL_MILLISECONDS))
    await this.#ask(`element/${id}/click`, {})
  }

  async choose(xpath: string, paths: string[]): Promise<void> {
    await this.#ask(`element/${await this.#find(xpath)}/value`, { text: paths.join('\n') })
  }

  async enterFrame(xpath: string): Promise<void> {
    const id = await this.#find(xpath)
    await this.#ask('frame', { id: { [ELEMENT]: id } })
  }

  async leaveFrames(): Promise<void> {
    await this.#ask('frame', { id: null })
  }

  async close(): Promise<void> {
    await ask(this.session, undefined, 'DELETE').catch(() => undefined)
    for (const process of this.processes) process.kill()
  }

  async #find(xpath: string): Promise<string> {
    const found = (await this.#ask('element', { using: 'xpath', value: xpath })) as Record<string, string>
    return found[ELEMENT]!
  }

  #ask(command: string, body?: object): Promise<unknown> {
    return ask(`${this.session}/${command}`, body)
  }
}

/** The key that holds an element's reference (WebDriver 11). */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'
