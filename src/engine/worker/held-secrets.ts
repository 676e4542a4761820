// The secrets that the user gave, for as long as a capture is open and they are in use: in this worker's memory alone.
import { fromHex } from '../../unseal/bytes'
import { keyBytes } from '../../unseal/kerberos/kerberos-crypto'
import {
  type AccountSecret,
  ntHashFrom,
  ownerNamed,
  passwordSecret,
  type Secrets,
  WrongSecrets,
} from '../../unseal/secrets/secrets'
import { secretsFile } from '../../unseal/secrets/secrets-file'
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
        secrets.accounts.push(passwordSecret(input.password, input))
        break
      case 'ntHash':
        secrets.accounts.push(ntHashSecret(input))
        break
      case 'keytab':
        addFile(secrets, input)
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

/** A keytab, or another file of secrets. */
function addFile(secrets: Secrets, { bytes, name }: { bytes: Uint8Array; name: string }): void {
  const { secrets: added, keytabs } = secretsFile(bytes, name)
  if (keytabs.length > 0) throw new WrongSecrets(`${name} names the keytab ${keytabs[0]}: choose that file itself`)
  secrets.accounts.push(...added.accounts)
  secrets.keys.push(...added.keys)
  secrets.smbKeys.push(...added.smbKeys)
}

function ntHashSecret({ hash, user, domain }: { hash: string; user?: string; domain?: string }): AccountSecret {
  const found = ntHashFrom(hash)
  if (!found) throw new WrongSecrets('An NT hash has 32 hexadecimal digits, alone or after an LM hash and a colon')
  return { ...ownerNamed(found.user), ...ownerNamed(user, domain), ntHash: found.hash }
}

function hexOf(text: string, lengths: number[], what: string): Uint8Array<ArrayBuffer> {
  const bytes = fromHex(text.trim())
  if (!bytes || !lengths.includes(bytes.length))
    throw new WrongSecrets(`${what} has ${lengths.map((length) => 2 * length).join(' or ')} hexadecimal digits`)
  return bytes
}
