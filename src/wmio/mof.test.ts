import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { classBlock, type ClassSource, encodingUnit as unitOf, instanceBlock } from '../testing/captures/com/wmio'
import { inFormOfDumps } from '../testing/captures/com/mof-form'
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

  test.each(dumps)(
    '$name: in the form of the MOF beside it, it is equal but for spaces and the order of qualifiers',
    (dump) => {
      const { unit, expected } = dump
      expect(unit.note).toBeUndefined()
      const mof = objectMof(inFormOfDumps(unit.value!))
      expect(statements(mof)).toEqual(statements(expected))
      expect(mof.split('\n').slice(0, 2)).toEqual(expected.split('\n').slice(0, 2))
    },
  )

  test.each(dumps)('$name: as it is printed, it has more only of what that MOF leaves out', ({ unit, expected }) => {
    const own = pieces(objectMof(unit.value!))
    const more: string[] = []
    for (const piece of pieces(expected)) {
      while (own.length > 0 && own[0] !== piece) more.push(own.shift()!)
      expect(own.shift()).toBe(piece)
    }
    more.push(...own)
    expect(more.filter((piece) => piece !== '[]' && !isListOfOne(piece))).toEqual([])
    expect(more).not.toEqual([])
  })
})

/** Brackets of an array, lists of qualifiers in one order, texts and single characters of MOF, without comments. */
function pieces(mof: string): string[] {
  return statements(mof.replace(/\/\/.*$/gm, '')).match(/\[(?:"(?:[^"\\]|\\.)*"|[^\]"])*\]|"(?:[^"\\]|\\.)*"|./g)!
}

/** Whether a list has one qualifier, which may hold texts and an array. */
function isListOfOne(piece: string): boolean {
  return /^\[\w+(?:\([^)]*\)|\{.*\})?\]$/.test(piece.replace(/"(?:[^"\\]|\\.)*"/g, ''))
}

/** MOF without spaces, a text in pieces as one; the qualifiers of a list, which have no order, sorted. Of comments, classes of origin count. */
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
