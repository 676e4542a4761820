// The ciphers and hashes that are computed in WebAssembly (asm/cipher). There is one area for the bytes of all: each function puts its
// own there, takes the results, and leaves nothing behind.
import { code } from '../../../asm/build/cipher-code'
import type { __AdaptedExports } from '../../../asm/build/cipher'

type Exports = typeof __AdaptedExports

export interface Cipher {
  readonly run: Exports
  /** All of the module's memory, which never grows. */
  readonly memory: Uint8Array<ArrayBuffer>
  /** Where the bytes to work on lie, and how many there may be. */
  readonly area: number
  readonly areaBytes: number
}

let loaded: Cipher | undefined

/** The module's one instance, made at the first call. */
export function cipher(): Cipher {
  if (loaded) return loaded
  const text = atob(code)
  const module = new WebAssembly.Module(Uint8Array.from(text, (letter) => letter.charCodeAt(0)))
  const abort = () => {
    throw new Error('the ciphers failed')
  }
  const { exports } = new WebAssembly.Instance(module, { env: { abort } })
  const run = exports as unknown as Exports
  const memory = new Uint8Array(run.memory.buffer)
  const constants = new DataView(memory.buffer, run.hashConstants())
  for (const [i, prime] of primes(80).entries()) constants.setBigUint64(8 * i, fractionOfRoot(prime, 3n), true)
  return (loaded = { run, memory, area: run.area(), areaBytes: run.areaBytes() })
}

/** The first prime numbers. */
export function primes(count: number): number[] {
  const found: number[] = []
  for (let candidate = 2; found.length < count; candidate++)
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate)
  return found
}

/** The first 64 bits of the fraction of a number's square root (2) or cube root (3), the constants of SHA-2. FIPS 180-4 4.2, 5.3. */
export function fractionOfRoot(value: number, degree: 2n | 3n): bigint {
  const scaled = BigInt(value) << (64n * degree)
  let root = 0n
  for (let bit = 1n << 70n; bit > 0n; bit >>= 1n) if ((root | bit) ** degree <= scaled) root |= bit
  return BigInt.asUintN(64, root)
}
