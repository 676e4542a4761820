import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  classBlock,
  type ClassSource,
  encodingUnit as unitOf,
  instanceBlock,
  type PropertySource,
  type Value,
} from '../testing/captures/com/wmio'
import { bytesOf } from '../dissect/testing'
import { ARRAY, CimType, originName, QualifierFlavor } from './model'
import { objectMof } from './mof'
import { encodingUnit } from './object-block'
import { propertyTable } from './property-table'

const origin = { server: 'SERVER', namespace: 'ROOT\\cimv2' }

const process: ClassSource = {
  name: 'Win32_Process',
  superclasses: ['CIM_Process', 'CIM_LogicalElement'],
  properties: [
    { name: 'Caption', type: 'string', origin: 0 },
    { name: 'Handle', type: 'string', origin: 1, qualifiers: [{ name: 'key' }, { name: 'MaxLen', value: 256 }] },
    { name: 'ProcessId', type: 'uint32' },
  ],
}

const decode = (block: Uint8Array) => encodingUnit(unitOf(block))

/** The values of an instance of a class with these properties. */
function valuesOf(properties: PropertySource[], values: Record<string, Value>) {
  const { value, note } = decode(instanceBlock({ name: 'Test', properties }, values))
  expect(note).toBeUndefined()
  return value!.instance!.properties.map(({ value }) => value)
}

describe('an instance', () => {
  const { value: object, note } = decode(
    instanceBlock(process, { Caption: 'calc.exe', Handle: '4711', ProcessId: 4711 }, origin),
  )

  test('has values by its class, and says where it comes from', () => {
    expect(note).toBeUndefined()
    expect(object).toMatchObject({ flags: 0x06, ...origin, instance: { className: 'Win32_Process' } })
    expect(object?.parent).toBeUndefined()
    expect(object?.instance?.properties.map(({ property, value }) => [property.name, value])).toEqual([
      ['Caption', 'calc.exe'],
      ['Handle', '4711'],
      ['ProcessId', 4711],
    ])
  })

  test('has properties of superclasses', () => {
    const cim = object!.class
    expect(cim.properties.map((property) => [property.inherited, originName(cim, property.origin)])).toEqual([
      [true, 'CIM_LogicalElement'],
      [true, 'CIM_Process'],
      [false, 'Win32_Process'],
    ])
  })

  test('keeps the place of each value', () => {
    const bytes = unitOf(instanceBlock(process, { Caption: 'a', Handle: 'b', ProcessId: 0x11223344 }))
    const row = propertyTable(encodingUnit(bytes).value!)[2]!
    expect(bytes.subarray(row.at, row.at! + row.length!)).toEqual(Uint8Array.of(0x44, 0x33, 0x22, 0x11))
  })
})

describe('values', () => {
  const scalars: [PropertySource['type'], Value[]][] = [
    ['sint8', [-128, 127]],
    ['uint8', [0, 255]],
    ['sint16', [-32768, 32767]],
    ['uint16', [0, 65535]],
    ['sint32', [-2147483648, 2147483647]],
    ['uint32', [0, 4294967295]],
    ['sint64', [-(2n ** 63n), 2n ** 63n - 1n]],
    ['uint64', [0n, 2n ** 64n - 1n]],
    ['real32', [1.5, -0.25]],
    ['real64', [Math.PI, -1e300]],
    ['boolean', [true, false]],
    ['char16', [0x41, 0x20ac]],
    ['string', ['', 'Straße', 'процесс', '日本']],
    ['datetime', ['20261127131500.000000+060', '00000001000000.000000:000']],
    ['ref', ['\\\\S\\root\\cimv2:Win32_Process.Handle="1"']],
  ]
  for (const [type, values] of scalars) {
    test(`of type ${type}, alone and in an array`, () => {
      expect(
        valuesOf(
          [
            { name: 'One', type },
            { name: 'Many', type, array: true },
            { name: 'Empty', type, array: true },
            { name: 'None', type },
            { name: 'NoArray', type, array: true },
          ],
          { One: values.at(-1)!, Many: values, Empty: [], None: null, NoArray: null },
        ),
      ).toEqual([values.at(-1), values, [], null, null])
    })
  }

  test('of objects inside objects', () => {
    const inner = instanceBlock({ name: 'Inner', properties: [{ name: 'Text', type: 'string' }] }, { Text: 'in' })
    const [one, many] = valuesOf(
      [
        { name: 'One', type: 'object', cimType: 'object:Inner' },
        { name: 'Many', type: 'object', array: true },
      ],
      { One: inner, Many: [inner, null, inner] },
    )
    expect(one).toMatchObject({ instance: { className: 'Inner', properties: [{ value: 'in' }] } })
    expect(many).toMatchObject([{ instance: { className: 'Inner' } }, null, { instance: { className: 'Inner' } }])
  })

  test('that the class gives as defaults', () => {
    const properties: PropertySource[] = [
      { name: 'Own', type: 'string', default: 'class' },
      { name: 'FromAbove', type: 'uint32', default: 7, defaultInherited: true },
      { name: 'Given', type: 'string', default: 'class' },
      { name: 'Cleared', type: 'string', default: 'class' },
      { name: 'Nothing', type: 'string' },
    ]
    const cim = { name: 'Test', properties }
    const { value } = decode(instanceBlock(cim, { Given: 'instance', Cleared: null }))
    expect(propertyTable(value!).map(({ name, value, isDefault }) => [name, value, isDefault])).toEqual([
      ['Own', '"class"', true],
      ['FromAbove', '7', true],
      ['Given', '"instance"', false],
      ['Cleared', 'NULL', false],
      ['Nothing', 'NULL', true],
    ])
    expect(decode(classBlock(cim)).value!.class.properties.map((property) => property.defaultInherited)).toEqual([
      false,
      true,
      false,
      false,
      false,
    ])
  })

  test('whatever they are, and in whatever order the properties are declared', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => !text.includes('\0'))
    const text = fc.string({ unit: 'binary', maxLength: 40 }).filter((text) => !text.includes('\0'))
    const property = fc.oneof(
      fc.record({ type: fc.constant('string' as const), value: fc.option(text) }),
      fc.record({ type: fc.constant('uint8' as const), value: fc.option(fc.integer({ min: 0, max: 255 })) }),
      fc.record({ type: fc.constant('sint64' as const), value: fc.option(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)) }),
      fc.record({ type: fc.constant('boolean' as const), value: fc.option(fc.boolean()) }),
    )
    const names = fc.uniqueArray(name, { selector: (text) => text.toLowerCase(), minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(names, fc.array(property, { minLength: 12, maxLength: 12 }), (names, sources) => {
        const properties = names.map((name, at) => ({ name, type: sources[at]!.type }))
        const values = Object.fromEntries(names.map((name, at) => [name, sources[at]!.value]))
        expect(valuesOf(properties, values)).toEqual(names.map((_, at) => sources[at]!.value))
      }),
      { numRuns: 200 },
    )
  })
})

describe('a class', () => {
  const base: ClassSource = {
    name: 'Base',
    qualifiers: [{ name: 'abstract' }],
    properties: [{ name: 'Id', type: 'sint32', qualifiers: [{ name: 'key' }] }],
  }
  const derived: ClassSource = {
    name: 'Derived',
    superclasses: ['Base'],
    qualifiers: [{ name: 'dynamic' }, { name: 'provider', value: 'CIMWin32' }],
    properties: [
      { name: 'Id', type: 'sint32', origin: 0, qualifiers: [{ name: 'key', flavor: 0x33 }] },
      { name: 'Tags', type: 'string', array: true },
    ],
    methods: [
      {
        name: 'Create',
        qualifiers: [{ name: 'static' }, { name: 'ValueMap', value: ['0', '2'] }],
        input: parameterClass({ name: 'CommandLine', type: 'string', qualifiers: [{ name: 'in' }, id(0)] }),
        output: parameterClass(
          { name: 'ProcessId', type: 'uint32', qualifiers: [{ name: 'out' }, id(1)] },
          { name: 'ReturnValue', type: 'uint32', qualifiers: [{ name: 'out' }] },
        ),
      },
    ],
  }
  const { value: object, note } = decode(classBlock(derived, base, origin))

  test('comes with its parent, its qualifiers and its methods', () => {
    expect(note).toBeUndefined()
    expect(object?.parent).toMatchObject({ name: 'Base', superclasses: [], methods: [] })
    expect(object?.class).toMatchObject({
      name: 'Derived',
      superclasses: ['Base'],
      qualifiers: [
        { name: 'dynamic', value: true },
        { name: 'provider', value: 'CIMWin32', type: CimType.STRING },
      ],
    })
    const [create] = object!.class.methods
    expect(create).toMatchObject({
      name: 'Create',
      qualifiers: [{ name: 'static' }, { name: 'ValueMap', value: ['0', '2'], type: CimType.STRING | ARRAY }],
      input: { name: '__PARAMETERS', properties: [{ name: 'CommandLine' }] },
      output: { properties: [{ name: 'ProcessId' }, { name: 'ReturnValue' }] },
    })
  })

  test('keeps the flavors of qualifiers', () => {
    const key = object!.class.properties[0]!.qualifiers.find(({ name }) => name === 'key')!
    expect(key.flavor & QualifierFlavor.PROPAGATED).not.toBe(0)
    expect(propertyTable(object!)[0]).toMatchObject({
      type: 'sint32',
      isKey: true,
      declaredBy: 'Base',
      qualifiers: [
        'CIMTYPE("sint32") [to instances, to subclasses]',
        'key [to instances, to subclasses, not overridable, propagated]',
      ],
    })
  })
})

test('what is not a WMI object', () => {
  expect(encodingUnit(new Uint8Array()).note).toBe('the bytes end early')
  expect(encodingUnit(bytesOf('00112233 44')).note).toMatch('signature 0x12345678 is missing')
  // Signature, a length of one, flags of class and instance at once.
  expect(encodingUnit(bytesOf('78563412 01000000 03')).note).toMatch('neither class nor instance, or both')
})

describe('bad bytes', () => {
  const inner = instanceBlock(process, { Caption: 'calc.exe' })
  const samples = [
    unitOf(instanceBlock(process, { Caption: 'calc.exe', Handle: '1', ProcessId: 1 }, origin)),
    unitOf(
      instanceBlock(
        {
          name: 'All',
          properties: [
            { name: 'Object', type: 'object' },
            { name: 'Objects', type: 'object', array: true },
            { name: 'Texts', type: 'string', array: true },
            { name: 'Numbers', type: 'uint64', array: true, default: [1n, 2n] },
          ],
        },
        { Object: inner, Objects: [inner, inner], Texts: ['a', 'ж'] },
      ),
    ),
    unitOf(
      classBlock(
        { ...process, methods: [{ name: 'Create', input: process, output: process }] },
        { name: 'CIM_Process', properties: [] },
        origin,
      ),
    ),
  ]
  const survives = (bytes: Uint8Array) => {
    const { value } = encodingUnit(bytes)
    if (!value) return
    objectMof(value)
    propertyTable(value)
  }

  test('cut at every length: a note', () => {
    for (const sample of samples)
      for (let length = 0; length < sample.length; length++) {
        survives(sample.subarray(0, length))
        expect(encodingUnit(sample.subarray(0, length)).note, `cut at ${length}`).toBeDefined()
      }
  })

  test('every byte changed in turn', () => {
    for (const sample of samples)
      for (let at = 0; at < sample.length; at++)
        for (const byte of [0, 1, 0x7f, 0x80, 0xff, sample[at]! ^ 1]) {
          const changed = sample.slice()
          changed[at] = byte
          survives(changed)
        }
  })

  test('any bytes behind a signature', () => {
    const prefix = bytesOf('78563412')
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (tail) => survives(Uint8Array.of(...prefix, ...tail))))
  })

  test('objects nested without end, and one object referred to a thousand times at each level', () => {
    let block = instanceBlock(process, {})
    const cim: ClassSource = { name: 'Nest', properties: [{ name: 'Inside', type: 'object' }] }
    for (let depth = 0; depth < 40; depth++) block = instanceBlock(cim, { Inside: block })
    expect(decode(block).note).toMatch('nested more than 16 levels')

    // An array of 1000 references to the first thing on the heap, eight levels deep: 1000 ** 8 objects if it were believed.
    const wide: ClassSource = { name: 'Wide', properties: [{ name: 'Inside', type: 'object', array: true }] }
    let many = instanceBlock(process, {})
    for (let depth = 0; depth < 8; depth++) {
      const bytes = instanceBlock(wide, { Inside: [many, ...Array<null>(999).fill(null)] })
      many = sameReferences(bytes)
    }
    const start = performance.now()
    expect(decode(many).note).toBe('the same bytes are referred to too often')
    expect(performance.now() - start).toBeLessThan(2000)
  })
})

/** Overwrites the null references of the last array with its first reference. */
function sameReferences(block: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const bytes = block.slice()
  const count = bytes.length - 4 * 999
  for (let at = count; at < bytes.length; at += 4) bytes.set(bytes.subarray(count - 4, count), at)
  return bytes
}

function parameterClass(...properties: PropertySource[]): ClassSource {
  return { name: '__PARAMETERS', qualifiers: [{ name: 'abstract' }], properties }
}

function id(value: number) {
  return { name: 'ID', value }
}
