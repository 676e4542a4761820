// tshark as the judge of what is generated: runs it on a capture and gives its fields.
import { execFileSync, spawnSync, type StdioOptions } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** True if tshark can be run here. */
export const HAS_TSHARK = spawnSync('tshark', ['--version'], { stdio: 'ignore' }).status === 0

/** Milliseconds that a test with several runs may take on a busy machine. */
export const TSHARK_TIMEOUT = 60000

export interface TsharkOptions {
  /** Display filter. */
  filter?: string
  /** Preferences as `name:value`. */
  preferences?: readonly string[]
}

/** One row a frame with the first value of each field, empty where a frame has none. */
export function tsharkFields(capture: Uint8Array, fields: readonly string[], options: TsharkOptions = {}): string[][] {
  const output = run(
    capture,
    ['-T', 'fields', '-E', 'occurrence=f', ...fields.flatMap((field) => ['-e', field])],
    options,
  )
  return output
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t'))
}

/** Numbers of frames that tshark calls malformed, cut, too long, or gives an expert error. */
export function complaints(capture: Uint8Array, preferences: readonly string[] = []): string[] {
  const filter =
    '_ws.malformed || _ws.short || _ws.unreassembled || dcerpc.long_frame || _ws.expert.severity == "Error"'
  return tsharkFields(capture, ['frame.number'], { filter, preferences }).flat()
}

/** Bytes that tshark takes from no frame as they are: `Decrypted stub data`, `Decrypted SMB3` and others, with the frame's number. */
export interface DataSource {
  frame: number
  name: string
  bytes: Uint8Array
}

/** The data sources of a capture in the order in which tshark prints them. */
export function tsharkSources(capture: Uint8Array, preferences: readonly string[]): DataSource[] {
  const format = 'gui.column.format:"Number","%m"'
  const output = run(capture, ['-P', '-x'], { preferences: [format, ...preferences] })
  const sources: DataSource[] = []
  let frame = 0
  // A frame that is its only source is dumped without a name.
  let open: { name: string; digits: string } | undefined
  const close = () => {
    if (open) sources.push({ frame, name: open.name, bytes: Buffer.from(open.digits, 'hex') })
    open = undefined
  }
  for (const line of output.split('\n')) {
    const [, number] = /^ *(\d+) *$/.exec(line) ?? []
    const [, name] = /^([A-Z].*) \(\d+ bytes?\):$/.exec(line) ?? []
    const [, dump] = /^[0-9a-f]{4,8} {2}((?:[0-9a-f]{2} ){1,16})/.exec(line) ?? []
    if (number || name) close()
    if (number) frame = Number(number)
    if (name) open = { name, digits: '' }
    if (dump && open) open.digits += dump.replaceAll(' ', '')
  }
  close()
  return sources
}

/** Frames whose IP, TCP or UDP checksum is wrong. */
export function wrongChecksums(capture: Uint8Array): string[] {
  const preferences = ['ip.check_checksum:TRUE', 'tcp.check_checksum:TRUE', 'udp.check_checksum:TRUE']
  const layers = ['ip', 'tcp', 'udp', 'icmp']
  const filter = layers.map((layer) => `${layer}.checksum.status == 0`).join(' || ')
  return tsharkFields(capture, ['frame.number'], { filter, preferences }).flat()
}

function run(capture: Uint8Array, extra: readonly string[], { filter, preferences = [] }: TsharkOptions): string {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-'))
  try {
    const file = join(folder, 'capture')
    writeFileSync(file, capture)
    const set = preferences.flatMap((preference) => ['-o', preference])
    const show = filter ? ['-Y', filter] : []
    const stdio: StdioOptions = ['ignore', 'pipe', 'ignore']
    const all = ['-n', '-r', file, ...set, ...show, ...extra]
    return execFileSync('tshark', all, { encoding: 'utf8', maxBuffer: 2 ** 29, stdio })
  } catch (error) {
    // A file that ends within a packet: tshark reads what is there and complains by its status.
    const { stdout } = error as { stdout?: string }
    if (!stdout) throw error
    return stdout
  } finally {
    rmSync(folder, { recursive: true })
  }
}
