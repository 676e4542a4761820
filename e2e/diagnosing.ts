// Generated captures on their way through the whole engine, for tests of conversations, rules and comparisons.
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Case, Finding } from '../src/diagnosis/rule'
import { Analysis } from '../src/engine/analysis'
import { namesFrom } from '../src/engine/names-text'
import type { Names } from '../src/names/names'
import type { Frame } from './generate/file/frame'
import { pcapng } from './generate/file/pcapng'
import { Host } from './generate/network/host'
import { Wire } from './generate/network/wire'
import { RpcSession, type SessionOptions } from './generate/rpc/session'

const fromHere = (path: string) => new URL(path, import.meta.url)
const module = new WebAssembly.Module(readFileSync(fromHere('../asm/build/release.wasm')))
let names: Promise<Names> | undefined

/** All names of the product, read once. */
export function allNames(): Promise<Names> {
  names ??= namesFrom((table) => readFile(fromHere(`../src/names/data/${table}.tsv`), 'utf8'))
  return names
}

/** A capture of these frames as rules see it, and what they find. */
export async function examine(frames: Frame[]): Promise<{ theCase: Case; findings: Finding[] }> {
  const analysis = await Analysis.start(module)
  analysis.feed(pcapng(frames))
  const conversation = analysis.end()
  const theCase = { capture: analysis.capture, conversation, names: await allNames() }
  return { theCase, findings: analysis.diagnose(theCase.names) }
}

/** Findings of the frames that a scenario records. */
export async function diagnoseScene(play: (scene: Scene) => void, options?: SceneOptions): Promise<Finding[]> {
  return (await examine(scene(play, options))).findings
}

/** The frames that a scenario records. */
export function scene(play: (scene: Scene) => void, options?: SceneOptions): Frame[] {
  const stage = new Scene(options)
  play(stage)
  return stage.wire.frames
}

export interface SceneOptions {
  clientAddress?: string
  serverAddress?: string
}

/** A client and a server on a wire, and connections between them. */
export class Scene {
  readonly wire = new Wire()
  readonly client: Host
  readonly server: Host
  #port = 50100

  constructor({ clientAddress = '192.0.2.10', serverAddress = '192.0.2.20' }: SceneOptions = {}) {
    this.client = new Host({ address: clientAddress, name: 'CLIENT' })
    this.server = new Host({ address: serverAddress, name: 'SERVER' })
  }

  /** A connection of the client to the server, TCP handshake done. */
  connect(serverPort = 135, options: Partial<SessionOptions> = {}): RpcSession {
    return this.session(serverPort, options).open()
  }

  /** A connection that has sent nothing yet. */
  session(serverPort = 135, options: Partial<SessionOptions> = {}): RpcSession {
    const { client, server, wire } = this
    return new RpcSession(wire, { client, server, clientPort: this.#port++, serverPort, ...options })
  }
}

/** Findings that say that something is wrong, by rule. */
export function wrong(findings: readonly Finding[]): string[] {
  return findings.filter(({ kind, severity }) => kind === 'finding' && severity !== 'note').map(({ rule }) => rule)
}

export function numbers(finding: Finding | undefined): number[] {
  return finding?.evidence.map(({ frame }) => frame + 1) ?? []
}
