// Generated captures on their way through the whole engine, for tests of conversations, rules and comparisons.
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Finding } from '../diagnosis/finding'
import type { CaseFile } from '../diagnosis/case-file'
import { Analysis } from '../engine/read/analysis'
import { namesFrom } from '../engine/read/names-text'
import { unfinished } from './claims'
import { openWhole } from '../engine/worker/open-whole'
import type { OpenCapture } from '../engine/worker/open-capture'
import type { Names } from '../names/names'
import type { Frame } from './captures/file/frame'
import { pcapng } from './captures/file/pcapng'
import type { Syntax } from './captures/rpc/pdu'
import type { Binding } from './captures/rpc/session'
import type { Level } from './captures/security/context'
import { type RpcSession, Scenario, type ScenarioOptions } from './scenario'

const fromHere = (path: string) => new URL(path, import.meta.url)
const module = new WebAssembly.Module(readFileSync(fromHere('../../asm/build/release.wasm')))
let names: Promise<Names> | undefined

/** All names of the product, read once. */
export function allNames(): Promise<Names> {
  names ??= namesFrom((table) => readFile(fromHere(`../names/data/${table}.tsv`), 'utf8'))
  return names
}

/** A capture of these frames as rules see it, and what they find; an error where a finding misses a part that each must have. */
export async function examine(frames: Frame[]): Promise<{ theCase: CaseFile; findings: Finding[] }> {
  const analysis = await Analysis.start(module)
  analysis.feed(pcapng(frames))
  const conversation = analysis.end()
  const theCase = { capture: analysis.capture, conversation, names: await allNames() }
  const findings = await analysis.diagnose(theCase.names)
  const missing = unfinished(findings)
  if (missing.length > 0) throw new Error(`findings that are not finished:\n${missing.join('\n')}`)
  return { theCase, findings }
}

/** A capture file as the page opens it, with its findings. */
export async function opened(file: Uint8Array<ArrayBuffer>): Promise<OpenCapture> {
  return openWhole(module, new Blob([file]), await allNames())
}

/** What two hosts do, as calls of a scenario. */
export type Play = (scenario: Scenario) => void

/** What happens to a capture on its way. */
export type Change = (frames: Frame[], scenario: Scenario) => Frame[]

/** Findings of the frames that a scenario records. */
export async function diagnose(
  play: Play,
  change: Change = (frames) => frames,
  options?: ScenarioOptions,
): Promise<Finding[]> {
  const scenario = new Scenario(options)
  play(scenario)
  return (await examine(change(scenario.frames, scenario))).findings
}

/** The finding of a rule, if it found anything. */
export function found(findings: readonly Finding[], rule: string): Finding | undefined {
  return findings.find((finding) => finding.rule === rule)
}

/** Findings that say that something is wrong, by rule. */
export function wrong(findings: readonly Finding[]): string[] {
  return findings.filter(({ kind, severity }) => kind === 'finding' && severity !== 'note').map(({ rule }) => rule)
}

export function numbers(finding: Finding | undefined): number[] {
  return finding?.evidence.map(({ frame }) => frame + 1) ?? []
}

/** The service control manager: methods return a Win32 code. */
export const SVCCTL: Syntax = { uuid: '367abb81-9844-35f1-ad32-98f038001003', version: '2.0' }

/** A stub of `length` bytes that ends in a return value. */
export function returning(status: number, length = 24): Uint8Array {
  const stub = new Uint8Array(length)
  new DataView(stub.buffer).setUint32(length - 4, status, true)
  return stub
}

/** A connection on which one call of a good logon was answered. */
export function working(
  scenario: Scenario,
  { who = 'CORP\\admin', level = 'integrity' as Level, abstract = SVCCTL, port = 49157 } = {},
): { session: RpcSession; binding: Binding } {
  const session = scenario.rpc({ port })
  const binding = session.bind(abstract, who === '' ? {} : { logon: scenario.logon(who, level) })
  session.call(binding, { opnum: 15, stub: new Uint8Array(40) }, returning(0))
  return { session, binding }
}
