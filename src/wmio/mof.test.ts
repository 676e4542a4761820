import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { classBlock, type ClassSource, encodingUnit as unitOf, instanceBlock } from '../testing/captures/com/wmio'
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

test('the command for an object prints what it can decode, and says what is wrong', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mof-'))
  const print = (bytes: Uint8Array | string, ...options: string[]) => {
    writeFileSync(join(folder, 'object'), bytes)
    return printed(join(folder, 'object'), ...options).trimEnd()
  }
  const unit = unitOf(classBlock(cim, parent, { server: 'S', namespace: 'ROOT' }))
  const hexadecimal = Buffer.from(unit).toString('hex').replace(/.{64}/g, '$&\n')
  const full = objectMof(encodingUnit(unit).value!)
  try {
    expect(print(unit)).toBe(full)
    expect(print(hexadecimal)).toBe(full)
    const brief = print(unit, '--form', 'go-msrpc')
    expect(brief).toContain('string Texts = {')
    expect(brief).not.toContain('[key]')
    expect(brief).toContain('// @inherited Root\n  sint32 Id;')
    expect(() => print(unit.subarray(0, -1))).toThrow('1 byte')
    expect(() => print('no object')).toThrow('not a WMI object')
    expect(() => print(unit, '--form', 'short')).toThrow('usage')
  } finally {
    rmSync(folder, { recursive: true })
  }
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
      expected: readFileSync(join(FOLDER, name.replace(/dump$/, 'mof')), 'utf8'),
    }))

  test.each(dumps)('$name: printed as go-msrpc prints it, it is the MOF beside it', ({ name, expected }) => {
    const mof = printed(join(FOLDER, name), '--form', 'go-msrpc')
    expect(statements(mof)).toEqual(statements(expected))
    expect(mof.split('\n').slice(0, 2)).toEqual(expected.split('\n').slice(0, 2))
  })

  test.each(dumps)('$name: printed in full, it has more only of what that MOF leaves out', ({ name, expected }) => {
    const own = pieces(printed(join(FOLDER, name)))
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

/** What `npm run mof` prints of a file that holds an object. */
function printed(...args: string[]): string {
  const program = join(import.meta.dirname, '../engine/cli/mof.ts')
  return execFileSync(process.execPath, ['--import', 'tsx', program, ...args], { encoding: 'utf8', stdio: 'pipe' })
}

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
