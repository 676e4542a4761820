import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { classBlock, type ClassSource, encodingUnit as unitOf, instanceBlock } from '../testing/captures/com/wmio'
import { bytesOf } from '../dissect/testing'
import { methodMof, objectMof } from './mof'
import { encodingUnit } from './object-block'

const mofOf = (block: Uint8Array) => objectMof(encodingUnit(unitOf(block)).value!)

const parent: ClassSource = {
  name: 'Base',
  properties: [{ name: 'Id', type: 'sint32', qualifiers: [{ name: 'key' }] }],
}
const cim: ClassSource = {
  name: 'Job',
  superclasses: ['Base', 'Root'],
  qualifiers: [{ name: 'dynamic' }, { name: 'Locale', value: 1033 }],
  properties: [
    { name: 'Id', type: 'sint32', origin: 1, qualifiers: [{ name: 'key' }] },
    { name: 'Texts', type: 'string', array: true, default: ['a"b', 'c\\d'] },
    { name: 'Owner', type: 'ref', cimType: 'ref:Win32_Account' },
    { name: 'Startup', type: 'object', cimType: 'object:Win32_ProcessStartup' },
    { name: 'Ratio', type: 'real32', default: 0.1 },
    { name: 'Letter', type: 'char16', default: 0x41 },
    { name: 'Hidden', type: 'boolean', default: false, qualifiers: [{ name: 'read', value: false }] },
  ],
  methods: [
    { name: 'Stop' },
    {
      name: 'Start',
      qualifiers: [{ name: 'Implemented' }],
      input: {
        name: '__PARAMETERS',
        properties: [
          { name: 'Both', type: 'uint32', qualifiers: [{ name: 'in' }, { name: 'ID', value: 1 }] },
          { name: 'First', type: 'string', array: true, qualifiers: [{ name: 'in' }, { name: 'ID', value: 0 }] },
        ],
      },
      output: {
        name: '__PARAMETERS',
        properties: [
          { name: 'Both', type: 'uint32', qualifiers: [{ name: 'out' }, { name: 'ID', value: 1 }] },
          { name: 'ReturnValue', type: 'uint32', qualifiers: [{ name: 'out' }] },
        ],
      },
    },
  ],
}

test('a class: all properties with where they come from, methods with parameters by their ID', () => {
  expect(mofOf(classBlock(cim, parent, { server: 'S\n1', namespace: 'ROOT\\x' }))).toBe(`\
// @namespace "ROOT\\x"
// @servername "S\\n1"
class Base {

  [key]
  sint32 Id;
};
[dynamic, Locale(1033)]
class Job : Base Root {

  // @inherited Base
  [key]
  sint32 Id;

  string Texts[] = {"a\\"b", "c\\\\d"};

  Win32_Account ref Owner;

  Win32_ProcessStartup Startup;

  real32 Ratio = 0.1;

  char16 Letter = 'A';

  [read(FALSE)]
  boolean Hidden = FALSE;

  void Stop();

  [Implemented]
  uint32 Start(
    [in, ID(0)] string First[],
    [in, ID(1), out] uint32 Both);
};`)
  const [, start] = encodingUnit(unitOf(classBlock(cim))).value!.class.methods
  expect(methodMof(start!)).toBe('uint32 Start([in] string First[], [in, out] uint32 Both)')
})

test('an instance: every type of value, objects inside', () => {
  const startup = instanceBlock(
    { name: 'Win32_ProcessStartup', properties: [{ name: 'ShowWindow', type: 'uint16' }] },
    { ShowWindow: 0 },
  )
  const job = { name: 'Job', properties: cim.properties.slice(0, 5) }
  const block = instanceBlock(job, { Id: 1, Texts: null, Owner: 'Win32_Account.Name="Ж"', Startup: startup, Ratio: 2 })
  expect(mofOf(block).split('\n').slice(-9).join('\n')).toBe(`\
instance of Job {
  Id = 1;
  Texts = NULL;
  Owner = "Win32_Account.Name=\\"Ж\\"";
  Startup = instance of Win32_ProcessStartup {
    ShowWindow = 0;
  };
  Ratio = 2.0;
};`)
})

// Dumps of public servers with their MOF, which are not part of the project.
const FOLDER = join(import.meta.dirname, '../../../shared/captures/wmio')

/** What the printer of these MOF files loses of the objects, and MOF as it prints it. Nothing else differs but spaces and order. */
const LOSSES = {
  'a list of one qualifier is left out: [key]': (mof: string) =>
    mof.replace(/\[[^\],{"]*(?:\("[^"]*"\)|\{"[^"]*"\}|\([^)]*\))?\]\s*/g, (list) => (/^\[\]/.test(list) ? list : '')),
  'an array has no brackets: uint32 Array[]': (mof: string) => mof.replace(/\[\]/g, ''),
  // MS-WMIO 2.2.27 counts the class of origin from the top of the hierarchy: this printer counts from the class itself.
  '@inherited names the class at the other end of the hierarchy': (mof: string) => {
    let superclasses: string[] = []
    return mof
      .split('\n')
      .map((line) => {
        const [, list] = /^class \S+ : (.*) \{$/.exec(line) ?? []
        if (list) superclasses = list.split(' ')
        return line.replace(/(@inherited )(\S+)/, (_, mark: string, from: string) => {
          return mark + (superclasses.at(-1 - superclasses.indexOf(from)) ?? '')
        })
      })
      .join('\n')
  },
}

describe('dumps', () => {
  if (!existsSync(FOLDER)) {
    test.skip(`MOF is not compared: no dumps in ${FOLDER}`)
    return
  }
  const dumps = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.dump'))
    .map((name) => ({
      name,
      unit: encodingUnit(bytesOf(readFileSync(join(FOLDER, name), 'utf8'))),
      expected: readFileSync(join(FOLDER, name.replace(/dump$/, 'mof')), 'utf8'),
    }))
  const losing = (mof: string, losses = Object.values(LOSSES)) => losses.reduce((text, loss) => loss(text), mof)

  test.each(dumps)('$name: the MOF equals the one beside it but for what its printer loses', ({ unit, expected }) => {
    expect(unit.note).toBeUndefined()
    const mof = objectMof(unit.value!)
    expect(statements(losing(mof))).toEqual(statements(expected))
    expect(mof.split('\n').slice(0, 2)).toEqual(expected.split('\n').slice(0, 2))
  })

  test.each(Object.keys(LOSSES))('%s: without this loss a dump differs', (loss) => {
    const others = Object.entries(LOSSES).flatMap(([name, one]) => (name === loss ? [] : [one]))
    const differ = ({ unit, expected }: (typeof dumps)[number]) =>
      statements(losing(objectMof(unit.value!), others)) !== statements(expected)
    expect(dumps.some(differ)).toBe(true)
  })
})

/** MOF without spaces and comments except for classes of origin; the qualifiers of a list, which have no order, sorted. */
function statements(mof: string): string {
  const tokens = mof
    .replace(/\/\/ (@inherited .*)$/gm, '$1;')
    .replace(/\/\/.*$/gm, '')
    .replace(/"\s+"/g, '')
    .match(/"(?:[^"\\]|\\.)*"|[^\s"]/g)!
  return tokens.join('').replace(
    /\[([^\]]*)\]/g,
    (_, list: string) =>
      `[${list
        .split(/,(?![^{]*\})/)
        .sort()
        .join()}]`,
  )
}
