// Random well-formed filters over fields that both Faultline and tshark know, with values that a capture holds.
import fc from 'fast-check'

type Texts = fc.Arbitrary<string>

/** Fields by type. Numbers are of at most 32 bits; of `small` ones sums and products stay within that. */
const FIELDS = {
  small: [
    ...['frame.len', 'frame.number', 'tcp.srcport', 'tcp.dstport', 'tcp.port', 'udp.port', 'tcp.len', 'tcp.stream'],
    ...['tcp.flags', 'ip.ttl', 'ip.len', 'ip.id', 'ip.proto', 'dcerpc.pkt_type', 'dcerpc.opnum', 'dcerpc.cn_call_id'],
    ...['dcerpc.cn_ctx_id', 'dcerpc.cn_frag_len', 'dcerpc.auth_level', 'udp.length', 'tcp.hdr_len', 'vlan.id'],
    ...['udp.stream', 'smb2.cmd', 'smb.cmd', 'ntlmssp.messagetype', 'kerberos.error_code', 'icmp.type', 'eth.type'],
  ],
  number: [
    ...['tcp.seq', 'tcp.ack', 'tcp.seq_raw', 'tcp.window_size', 'tcp.checksum', 'dcerpc.cn_assoc_group'],
    'smb2.nt_status',
  ],
  boolean: ['tcp.flags.syn', 'tcp.flags.ack', 'tcp.flags.push', 'ip.flags.df', 'dcerpc.cn_flags.last_frag'],
  time: ['frame.time_relative', 'frame.time_delta', 'tcp.time_relative', 'dcerpc.time'],
  ipv4: ['ip.src', 'ip.dst', 'ip.addr', 'arp.src.proto_ipv4'],
  mac: ['eth.src', 'eth.dst', 'eth.addr'],
  text: ['ntlmssp.auth.username', 'ntlmssp.auth.domain', 'dcerpc.cn_sec_addr'],
  uuid: ['dcerpc.cn_bind_to_uuid', 'dcerpc.cn_ack_trans_id', 'dcerpc.obj_id'],
  label: [
    ...[
      'tcp',
      'udp',
      'ip',
      'ipv6',
      'arp',
      'dcerpc',
      'dns',
      'icmp',
      'ntlmssp',
      'kerberos',
      'http',
      'ldap',
      'tls',
      'nbss',
    ],
    ...['smb', 'smb2', 'browser', 'tcp.analysis.flags', 'tcp.analysis.window_full'],
  ],
  bytes: ['frame', 'eth', 'ip', 'tcp', 'udp', 'tcp.payload', 'udp.payload'],
} as const

const [EQUAL, ORDER] = [
  ['==', '!=', '===', '!==', 'eq', 'ne', 'any_eq', 'all_ne', '~='],
  ['<', '<=', '>', '>=', 'gt', 'le'],
]

/** Every field whose values are needed. */
export const RANDOM_FIELDS: readonly string[] = [
  ...FIELDS.small,
  ...FIELDS.number,
  ...FIELDS.boolean,
  ...FIELDS.time,
  ...FIELDS.ipv4,
  ...FIELDS.mac,
  ...FIELDS.text,
  ...FIELDS.uuid,
]

/** Filters; `values` gives what a field's values are in the capture, as tshark writes them. */
export function randomFilters(values: (field: string) => readonly string[]): Texts {
  const one = (type: keyof typeof FIELDS): Texts => fc.constantFrom(...FIELDS[type])
  const join = (...parts: (Texts | string)[]) =>
    fc
      .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
      .map((texts) => texts.join(''))
  const pick = (...texts: string[]): Texts => fc.constantFrom(...texts)
  const quantifier = fc.oneof({ weight: 4, arbitrary: fc.constant('') }, { weight: 1, arbitrary: pick('any ', 'all ') })
  const operator = pick(...EQUAL, ...ORDER).map((text) => ` ${text} `)
  const valueOf = (field: string, other: Texts) => {
    const met = values(field).filter((value) => value !== '')
    return met.length > 0 ? fc.oneof({ weight: 3, arbitrary: pick(...met) }, { weight: 1, arbitrary: other }) : other
  }
  const number = (most = 0xff) => fc.nat(most).chain((value) => pick(String(value), `0x${value.toString(16)}`))
  const small = one('small')
  const numeric = fc.constantFrom<string>(...FIELDS.small, ...FIELDS.number)
  const compared = (fields: Texts, other: Texts, operators: Texts, write = (value: string) => value) =>
    fields.chain((field) => join(quantifier, field, operators, valueOf(field, other).map(write)))
  const set = (fields: Texts, other: Texts, write = (value: string) => value) =>
    fields.chain((field) => {
      const value = valueOf(field, other).map(write)
      const items = fc.array(value, { minLength: 1, maxLength: 3 }).map((all) => all.join(', '))
      return join(field, pick(' in {', ' not in {'), items, '}')
    })
  const range = numeric.chain((field) =>
    fc.tuple(fc.nat(0xff), fc.nat(0xff)).map(([a, b]) => `${field} in {${Math.min(a, b)}..${Math.max(a, b)}}`),
  )
  const calculation = join(
    small,
    pick(' + ', ' - ', ' * ', ' % ', ' / ', ' & '),
    fc.integer({ min: 1, max: 200 }).map(String),
  )
  // On the right tshark 4.0.17 finds a negative number equal to every unsigned one.
  const notNegative = calculation.filter((text) => !text.includes(' - '))
  const called = fc.oneof(
    join(pick('max(', 'min('), small, pick(')', ', 100)')),
    join(pick('max(', 'min('), 'tcp.srcport, ', pick('tcp.dstport', 'udp.port', 'tcp.port'), ')'),
    join('abs(', small, ' - ', number(), ')'),
    join('count(', fc.constantFrom<string>(...FIELDS.small, ...FIELDS.ipv4, ...FIELDS.text), ')'),
    join('len(', fc.constantFrom<string>(...FIELDS.bytes, ...FIELDS.text, ...FIELDS.ipv4, ...FIELDS.mac), ')'),
  )
  const slice = fc.oneof(
    fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 3 })).map(([at, length]) => `[${at}:${length}]`),
    fc.tuple(fc.nat(9), fc.nat(3)).map(([at, more]) => `[${at}-${at + more + 1}]`),
    fc.integer({ min: -4, max: 20 }).map((at) => `[${at}]`),
    fc.nat(6).map((at) => `[:${at + 1}]`),
    fc.nat(6).map((at) => `[${at}:]`),
    fc.tuple(fc.nat(6), fc.nat(6)).map(([at, more]) => `[${at}, ${more}:2]`),
  )
  // Letters alone may be a protocol's name: “dc”, “fc”.
  const hex = fc
    .tuple(fc.nat(0x99), fc.array(fc.nat(255), { maxLength: 3 }))
    .map(([first, others]) => [first, ...others])
    .map((bytes) => bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':'))
  const prefix = fc.integer({ min: 0, max: 32 })
  const address = one('ipv4').chain((field) =>
    join(
      quantifier,
      field,
      operator,
      valueOf(field, fc.ipV4()),
      prefix.map((bits) => (bits > 24 ? '' : `/${bits}`)),
    ),
  )
  const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`
  const word = pick('a', 'A', 'ad', 'LAB', '\\PIPE', '135', 'x')
  const pattern = pick('"^a"', '"a|b"', 'r"\\w+"', '"[0-9]+"', '"(?i)ADMIN"', 'r"^\\\\pipe"', '"o.*r$"')
  const layered = join(
    fc.constantFrom<string>('ip.src', 'ip.addr', 'tcp.port', 'tcp.srcport', 'udp.port', 'ip.ttl', 'ip', 'tcp'),
    pick('#1', '#2', '#[1]', '#[1-2]', '#[-1]', '#[1:]'),
  )
  const test = fc.oneof(
    fc.constantFrom<string>(...FIELDS.label, ...RANDOM_FIELDS),
    compared(numeric, number(0xff), operator),
    compared(one('time'), pick('0', '0.5', '1', '0.000001', '10'), operator),
    compared(one('boolean'), pick('0', '1', 'True', 'False'), pick(' == ', ' != ')).map((text) =>
      text.replace(/\b(True|False|[01])$/, (value) => (/^(True|1)$/.test(value) ? '1' : '0')),
    ),
    compared(one('mac'), pick('00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff'), operator),
    compared(one('uuid'), pick('8a885d04-1ceb-11c9-9fe8-08002b104860'), pick(' == ', ' != ', ' === ', ' !== ')),
    compared(one('text'), word, operator, quoted),
    compared(one('text'), word, pick(' contains '), quoted),
    join(one('text'), ' matches ', pattern),
    address,
    set(numeric, number(0xff)),
    set(one('ipv4'), fc.ipV4()),
    set(one('text'), word, quoted),
    range,
    calculation,
    join(quantifier, calculation, operator, number(0xff)),
    join(quantifier, numeric, operator, numeric),
    join(quantifier, numeric, operator, '{', notNegative, '}'),
    join(quantifier, one('ipv4'), operator, one('ipv4')),
    join(quantifier, one('time'), operator, one('time')),
    join(called, operator, number(0xff)),
    join(fc.constantFrom<string>(...FIELDS.bytes, ...FIELDS.mac, ...FIELDS.ipv4), slice, operator, hex),
    join(one('mac'), slice, operator, one('mac'), slice),
    join(one('bytes'), slice, ' & ', hex, operator, hex),
    join(one('bytes'), ' contains ', fc.oneof(hex, word.map(quoted))),
    join(one('bytes'), ' matches ', pattern),
    join(
      'string(',
      small,
      ')',
      pick(' contains ', ' == '),
      fc.nat(99).map((digits) => `"${digits}"`),
    ),
    layered,
    layered
      .filter((text) => /\.\w+#/.test(text) && !/^ip\.(src|addr)/.test(text))
      .chain((text) => join(text, operator, number(0xff))),
  )
  const { filter } = fc.letrec<{ filter: string }>((tie) => ({
    filter: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      test,
      join(tie('filter'), pick(' && ', ' || ', ' and ', ' or '), tie('filter')),
      join('!', '(', tie('filter'), ')'),
      join('not ', tie('filter')),
    ),
  }))
  return filter
}
