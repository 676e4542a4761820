import { describe, expect, test } from 'vitest'
import { EVENTS, POLICIES, REGISTRY_VALUES, UPDATES } from './sources'

const sources = import.meta.glob<string>(
  ['../rules/*/*.ts', './*.ts', '../signs/*/*.ts', '!../**/*.test.ts', '!./sources.ts'],
  {
    query: '?raw',
    import: 'default',
    eager: true,
  },
)
/** What the rules say: their sources without comments, and the titles of the documents that they point to. */
const texts = [
  ...Object.values(sources).map((source) => source.replace(/^\s*\/\/.*$|\/\*\*[\s\S]*?\*\//gm, '')),
  ...Object.values(UPDATES).map(({ title }) => title.replace(/^KB\d+/, '')),
]

function mentioned(...patterns: RegExp[]): Set<string> {
  return new Set(
    texts.flatMap((text) =>
      patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([all, part]) => part ?? all)),
    ),
  )
}

/** `4001 to 4004` as its numbers. */
const numbers = (list: string) => [...list.matchAll(/\d+/g)].map(([number]) => Number(number))
const LIST = String.raw`\d+(?:(?:,? (?:and|or|to) |, )\d+)*`

describe('every text has its source in the list, and the list holds no other', () => {
  test('updates', () => {
    expect([...mentioned(/KB\d{5,7}/g)].sort()).toEqual(Object.keys(UPDATES).sort())
  })

  test('events', () => {
    const lists = mentioned(
      new RegExp(String.raw`\b[Ee]vents? (${LIST})`, 'g'),
      new RegExp(String.raw`eventLayer\(\s*'(${LIST})'`, 'g'),
      new RegExp(String.raw`\bevent: '(${LIST})'`, 'g'),
      new RegExp(String.raw`(?:logon|right|either): \[\s*'(${LIST})'`, 'g'),
      new RegExp(String.raw`\bId(?: -eq |=)([\d,]+)`, 'g'),
      new RegExp(
        String.raw`\(?(?:client: |or |in the System log for |; )(${LIST}) (?:on (?:the computer|old systems)|and 7034)`,
        'g',
      ),
      new RegExp(
        String.raw`\b(${LIST})(?:: the machine-wide limits| on the computer| on old systems| \(service ended| a good one)`,
        'g',
      ),
      new RegExp(
        String.raw`\(client: (${LIST})\)|\((${LIST}) for each attempt\)|events? \d+ (?:and|to) \d+ and (${LIST}) in`,
        'g',
      ),
      new RegExp(
        String.raw`event \d+ \(client\) or (${LIST})|event 10036 on the server, (${LIST})|events \d+ to \d+ and (${LIST})`,
        'g',
      ),
    )
    const ids = new Set([...lists].flatMap(numbers))
    expect([...ids].filter((id) => EVENTS[id] === undefined)).toEqual([])
    expect(
      Object.keys(EVENTS)
        .map(Number)
        .filter((id) => !ids.has(id) && !texts.some((text) => new RegExp(String.raw`\b${id}\b`).test(text))),
    ).toEqual([])
  })

  test('registry values and their keys', () => {
    const named = mentioned(
      /\/v (\w+)/g,
      /\b(\w+)(?: = \d| \d or higher| \(DWORD[^)]*\))? (?:under |\()HKLM(?!\\\\Software\\\\Microsoft\\\\Rpc)/g,
      /HKLM(?:\\\\\w+)+\\\\(\w+) to 1/g,
      /\(((?:[A-Z][a-z0-9]+[A-Z0-9]\w*))(?:,[^)]*)?\)/g,
      /\b(?:raise|and|need|set|Set|Setting) ([A-Z][a-z]+(?:[A-Z][A-Za-z0-9]+)+)\b/g,
    )
    const unlisted = [...named].filter((name) => !(name in REGISTRY_VALUES) && !NO_VALUES.has(name))
    expect(unlisted).toEqual([])
    expect(
      Object.keys(REGISTRY_VALUES).filter((name) => !texts.some((text) => text.includes(name)) && name !== 'Ports'),
    ).toEqual([])
    const keys = mentioned(/HKLM(?:\\\\[\w ]*\w)+/g)
    const known = Object.entries(REGISTRY_VALUES).flatMap(([name, { key }]) => [key, `${key}\\${name}`])
    expect(
      [...keys]
        .map((key) => key.replaceAll('\\\\', '\\').replace(/ (?:to|on|below|and) .*| \/v .*/, ''))
        .filter((key) => !known.includes(key)),
    ).toEqual([])
  })

  test('policies', () => {
    const named = mentioned(
      /polic(?:y|ies) "([^"]+)"/gi,
      /"((?:Network (?:access|security)|Microsoft network server|Deny access)[^"]*)"/g,
    )
    expect([...named].filter((name) => POLICIES[name] === undefined)).toEqual([])
    expect(Object.keys(POLICIES).filter((name) => !texts.some((text) => text.includes(name)))).toEqual([])
  })
})

/** Names of the same form that are functions, types and settings of other kinds. */
const NO_VALUES = new Set([
  'NetrServerPasswordSet2',
  'EnablePrivileges',
  'EncryptData',
  'RequireSecuritySignature',
  'X509IssuerSerialNumber',
])
