// What secrets opened, as tshark reads it: decrypted PDUs without any secret, and the original with the keys.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { SealedKerberos } from '../../../testing/captures/security/sealed-kerberos'
import { complaints, HAS_TSHARK, TSHARK_TIMEOUT, tsharkFields, tsharkSources } from '../../../testing/tshark'
import { I_OBJECT_EXPORTER, NDR32, Scenario } from '../../../testing/scenario'
import { toHex, utf16, utf8 } from '../../../unseal/bytes'
import { ntHash } from '../../../unseal/ntlm-keys'
import { passwordSecret, type Secrets } from '../../../unseal/secrets/secrets'
import { Analysis } from '../../read/analysis'
import type { WiresharkChoice } from '../../api'
import { filesForWireshark } from './for-wireshark'

const module = new WebAssembly.Module(readFileSync(new URL('../../../../asm/build/release.wasm', import.meta.url)))
const REQUEST = Uint8Array.from({ length: 101 }, (_, i) => i)
const RESPONSE = Uint8Array.from({ length: 9000 }, (_, i) => (i * 7) & 0xff)
const PASSWORD = 'Grüße, Ελλάδα 🔑'
const MARKED = 'mArKeD wrong secret'
const SERVICE_KEY = Uint8Array.from({ length: 32 }, (_, i) => 3 * i + 1)

const folder = mkdtempSync(join(tmpdir(), 'faultline-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function exported(capture: Uint8Array, secrets: Partial<Secrets>, choice: WiresharkChoice) {
  const analysis = await Analysis.start(module, { accounts: [], keys: [], smbKeys: [], ...secrets })
  analysis.feed(capture)
  analysis.end()
  const unsealing = analysis.unsealing!
  const pdu = (row: number) => Promise.resolve(unsealing.pduBytes(row))
  const result = filesForWireshark(
    { capture: analysis.capture, unsealing, name: 'a.pcapng', tool: 'Faultline', pdu },
    choice,
  )
  const files = new Map<string, Buffer>()
  for (const { name, pieces } of result.files) {
    const parts: Uint8Array[] = []
    for await (const piece of pieces) parts.push(piece)
    files.set(name, Buffer.concat(parts))
  }
  return { ...result, files }
}

function calls(scenario: Scenario, session = scenario.rpc(), password = PASSWORD): void {
  const logon = scenario.logon('CORP\\Jürgen', 'privacy', { password, package: 'ntlm' })
  const binding = session.bind(I_OBJECT_EXPORTER, { logon, transfers: [NDR32] })
  for (let call = 0; call < 2; call++) session.call(binding, { opnum: 99, stub: REQUEST }, RESPONSE)
}

/** NTLM over TCP twice, NTLM in two pipes of one encrypted SMB connection, Kerberos. */
function everything(): Scenario {
  const scenario = new Scenario()
  calls(scenario)
  const { session, pipe } = scenario.pipe('svcctl', 'CORP\\piper', {}, { smb3: { dialect: 0x0311, cipher: 4 } })
  calls(scenario, session)
  pipe.close()
  const service = { name: 'host/server1.example.com', realm: 'EXAMPLE.COM' }
  const serviceKey = { etype: 18, key: SERVICE_KEY }
  const options = { service, serviceKey, client: 'alice', level: 'privacy' as const, seed: 'x', time: 1.6e15 }
  const rpc = scenario.rpc({ signsHeaders: true })
  const context = (contextId: number) => new SealedKerberos({ ...options, contextId })
  const binding = rpc.bind(I_OBJECT_EXPORTER, { logon: { level: 'privacy', context }, transfers: [NDR32] })
  for (let call = 0; call < 2; call++) rpc.call(binding, { opnum: 99, stub: REQUEST }, RESPONSE)
  return scenario
}

const SECRETS = {
  accounts: [passwordSecret(MARKED), passwordSecret(PASSWORD), passwordSecret('Password1')],
  keys: [
    { principal: 'host/server1.example.com@EXAMPLE.COM', etype: 18, key: SERVICE_KEY },
    { principal: 'host/other@EXAMPLE.COM', etype: 18, key: SERVICE_KEY.map((byte) => byte ^ 0x55) },
  ],
}

describe.skipIf(!HAS_TSHARK)('tshark', () => {
  test(
    'reads every stub of the decrypted PDUs without a secret, and complains about nothing',
    async () => {
      const { files, pdus } = await exported(everything().capture(), SECRETS, { clearText: true, keys: false })
      const file = files.get('decrypted.pcapng')!
      expect(complaints(file)).toEqual([])
      const rows = tsharkFields(file, ['dcerpc.pkt_type', 'dcerpc.stub_data'])
      expect(rows.length).toBe(pdus)
      const requests = rows.filter(([type]) => type === '0').map(([, stub]) => stub)
      expect(requests).toEqual(Array(6).fill(toHex(REQUEST)))
      const responses = tsharkSources(file, []).filter(({ name }) => name === 'Reassembled DCE/RPC')
      expect(responses.length).toBe(6)
      for (const { bytes } of responses) expect(Buffer.compare(bytes, RESPONSE)).toBe(0)
    },
    TSHARK_TIMEOUT,
  )

  test(
    'opens the original with the keytab and the SMB session keys',
    async () => {
      const capture = everything().capture()
      const { files } = await exported(capture, SECRETS, { clearText: false, keys: true })
      const keytab = join(folder, 'keys.keytab')
      writeFileSync(keytab, files.get('keys.keytab')!)
      const line = files.get('smb2_seskey_list')!.toString().trim()
      const without = tsharkSources(capture, []).filter(({ name }) => /^Decrypted (stub|SMB3)/.test(name))
      expect(without).toEqual([])
      const names = tsharkSources(capture, [
        'kerberos.decrypt:TRUE',
        `kerberos.file:${keytab}`,
        `uat:smb2_seskey_list:${line}`,
      ]).map(({ name }) => name)
      expect(names).toContain('Decrypted SMB3')
      expect(names).toContain('Krb5 Ticket')
      expect(names.filter((name) => name === 'Decrypted stub data').length).toBeGreaterThanOrEqual(6)
    },
    TSHARK_TIMEOUT,
  )
})

test('clear text holds no secret; keys hold those that are right alone', async () => {
  const capture = everything().capture()
  const forms = (password: string) => [utf8(password), utf16(password), ntHash(password)]
  const held = (file: Buffer, secret: Uint8Array) =>
    file.includes(secret) || file.toString('latin1').toLowerCase().includes(toHex(secret))
  const clear = await exported(capture, SECRETS, { clearText: true, keys: false })
  expect([...clear.files.keys()]).toEqual(['decrypted.pcapng', 'README.txt'])
  expect(clear.keys).toBe(0)
  const secrets = [MARKED, PASSWORD, 'Password1'].flatMap(forms).concat(SECRETS.keys.map(({ key }) => key))
  for (const file of clear.files.values()) for (const secret of secrets) expect(held(file, secret)).toBe(false)
  const keys = await exported(capture, SECRETS, { clearText: false, keys: true })
  expect([...keys.files.keys()]).toEqual(['keys.keytab', 'smb2_seskey_list', 'README.txt'])
  const wrong = [...forms(MARKED), SECRETS.keys[1]!.key, utf8(PASSWORD), utf16(PASSWORD)]
  for (const file of keys.files.values()) for (const secret of wrong) expect(held(file, secret)).toBe(false)
  expect(held(keys.files.get('keys.keytab')!, ntHash(PASSWORD))).toBe(true)
  expect(held(keys.files.get('keys.keytab')!, SERVICE_KEY)).toBe(true)
})

test('where no secret is right there is no file', async () => {
  const both = { clearText: true, keys: true }
  const { files, pdus, keys } = await exported(everything().capture(), { accounts: [passwordSecret(MARKED)] }, both)
  expect([files.size, pdus, keys]).toEqual([0, 0, 0])
})
