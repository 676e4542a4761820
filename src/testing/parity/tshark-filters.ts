// Which frames tshark shows for filters: many of them in one run, by listeners in its Lua.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** True if tshark can be run here and has Lua. */
export const HAS_TSHARK_LUA = /with\s+Lua/.test(spawnSync('tshark', ['--version'], { encoding: 'utf8' }).stdout ?? '')

/** Writes a line for each filter: “+” and the numbers of its frames, or “-” where it is refused. */
const SCRIPT = `
local results, count = {}, 0
for line in io.lines(os.getenv("FILTERS")) do
  count = count + 1
  local numbers = {}
  local accepted, tap = pcall(Listener.new, "frame", line)
  if accepted then
    function tap.packet(pinfo) table.insert(numbers, pinfo.number) end
    results[count] = numbers
  end
end
local last = Listener.new("frame")
function last.draw()
  local out = io.open(os.getenv("ANSWERS"), "w")
  for i = 1, count do
    out:write(results[i] and "+" .. table.concat(results[i], ",") or "-", "\\n")
  end
  out:close()
end
`

/** Numbers of the frames that each filter shows, undefined where tshark refuses it. Dates without a zone are in UTC. */
export function tsharkFrames(capture: Uint8Array, filters: readonly string[]): (number[] | undefined)[] {
  if (filters.some((filter) => /[\r\n]/.test(filter))) throw new Error('a filter must be one line')
  const folder = mkdtempSync(join(tmpdir(), 'faultline-'))
  try {
    const at = (name: string) => join(folder, name)
    writeFileSync(at('capture'), capture)
    writeFileSync(at('script.lua'), SCRIPT)
    writeFileSync(at('filters'), filters.map((filter) => `${filter}\n`).join(''))
    const env = { ...process.env, FILTERS: at('filters'), ANSWERS: at('answers'), TZ: 'UTC' }
    const args = ['-q', '-n', '-X', `lua_script:${at('script.lua')}`, '-r', at('capture')]
    spawnSync('tshark', args, { env, stdio: 'ignore' })
    const lines = readFileSync(at('answers'), 'utf8').split('\n').slice(0, -1)
    if (lines.length !== filters.length) throw new Error('tshark gave no answer to some filters')
    return lines.map((line) =>
      line.startsWith('-') ? undefined : line.slice(1).split(',').filter(Boolean).map(Number),
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}
