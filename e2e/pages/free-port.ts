import { spawnSync } from 'node:child_process'

/** A TCP port of 127.0.0.1 that nothing listens on now: tests start whatever else the machine serves. */
export function freePort(): number {
  const listen =
    "require('net').createServer().listen(0, '127.0.0.1', function () { console.log(this.address().port); this.close() })"
  const { stdout } = spawnSync(process.execPath, ['-e', listen], { encoding: 'utf8' })
  return Number(stdout)
}
