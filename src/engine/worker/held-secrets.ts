// The secrets that the user gave, for as long as a capture is open and they are in use: in this worker's memory alone.
import { fromHex } from '../../unseal/bytes'
import { keyBytes } from '../../unseal/kerberos-crypto'
import { keytabSecrets, passwordSecret, type Secrets, WrongSecrets } from '../../unseal/secrets'
import type { SecretInput } from '../api'

/** Unused secrets are forgotten after this time; what they opened stays until the capture is closed. */
const KEPT_MILLISECONDS = 15 * 60_000
const SESSION_BYTES = 8

export class HeldSecrets {
  #inputs: SecretInput[] = []
  #timer: ReturnType<typeof setTimeout> | undefined

  /** Adds secrets; throws WrongSecrets, with nothing added, where one cannot be one. */
  add(inputs: readonly SecretInput[]): Secrets {
    const all = [...this.#inputs, ...inputs]
    const secrets = secretsOf(all)
    this.#inputs = all
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.clear(), KEPT_MILLISECONDS)
    return secrets
  }

  clear(): void {
    clearTimeout(this.#timer)
    this.#inputs = []
  }
}

function secretsOf(inputs: readonly SecretInput[]): Secrets {
  const secrets: Secrets = { accounts: [], keys: [], smbKeys: [] }
  for (const input of inputs)
    switch (input.kind) {
      case 'password':
        secrets.accounts.push(passwordSecret(input.password, ownerOf(input)))
        break
      case 'ntHash':
        secrets.accounts.push({ ...ownerOf(input), ntHash: hexOf(input.hash, [16], 'An NT hash') })
        break
      case 'keytab':
        secrets.keys.push(...keytabSecrets(input.bytes, input.name))
        break
      case 'kerberosKey': {
        const bytes = keyBytes(input.etype)
        if (bytes === 0) throw new WrongSecrets('This encryption type is not supported')
        const key = hexOf(input.key, [bytes], 'A key of this encryption type')
        secrets.keys.push({ principal: input.principal, etype: input.etype, key })
        break
      }
      case 'smbKey':
        secrets.smbKeys.push({
          session: [...hexOf(input.session, [SESSION_BYTES], 'A session ID')]
            .map((byte) => byte.toString(16).padStart(2, '0'))
            .join(''),
          key: hexOf(input.key, [16, 32], 'A session key'),
        })
    }
  return secrets
}

function ownerOf({ user, domain }: { user?: string; domain?: string }) {
  return { ...(user && { user }), ...(domain && { domain }) }
}

function hexOf(text: string, lengths: number[], what: string): Uint8Array<ArrayBuffer> {
  const bytes = fromHex(text.trim())
  if (!bytes || !lengths.includes(bytes.length))
    throw new WrongSecrets(`${what} has ${lengths.map((length) => 2 * length).join(' or ')} hexadecimal digits`)
  return bytes
}
