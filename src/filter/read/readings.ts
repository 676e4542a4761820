// What filters read from the file again: values of fields that no table holds, and answers to questions about bytes.
import { ipv6Text } from '../../capture/text'
import type { Field } from '../field'
import { type Bits, noBits, setBit } from '../bits'
import type { Entries } from '../field'
import type { Answer, FoundValues, ReadValues } from './read-values'
import type { ByteTest } from './byte-test'
import type { FrameBytes } from './frame-bytes'
import type { HeaderValue } from './header-fields'

/** A field whose values are read from frames. */
export interface ReadField {
  name: string
  /** Frames that are looked at; all where undefined. */
  among?: Bits
  valuesIn?(frame: FrameBytes): HeaderValue[]
  /** What is said where the file is not open and the tables have some of the values; undefined where they have none. */
  otherwise?: string
  /** In place of valuesIn: of one way through the file, what needs the frames before. */
  start?(): (row: number, frame: FrameBytes) => HeaderValue[]
}

/** What is said where there is no file, of a field of which the tables have some values. */
export function otherwiseOf({ name, sources }: Field): { otherwise?: string } {
  const sentence = `${name} is not indexed in full: Faultline reads the rest from the capture file, which is not open.`
  return sources.length > 0 ? { otherwise: sentence } : {}
}

/** True if a field's values are read from the file. */
export function isReadField(field: Field): field is Field & ReadField {
  return field.isRead === true && ('valuesIn' in field || 'start' in field)
}

/** What a filter needs that was not read yet. */
export interface Needs {
  fields: ReadField[]
  tests: ByteTest[]
}

/** Answers about bytes kept for filters to come; each takes 3 bits a frame. */
const MOST_ANSWERS = 8

/** What was read of a capture's file so far. */
export class Readings implements ReadValues {
  readonly #values = new Map<string, FoundValues>()
  readonly #answers = new Map<string, Answer>()

  values(field: string): FoundValues | undefined {
    return this.#values.get(field)
  }

  answer(key: string): Answer | undefined {
    return this.#answers.get(key)
  }

  keep({ values, answers }: { values: Map<string, FoundValues>; answers: Map<string, Answer> }): void {
    for (const [name, found] of values) this.#values.set(name, found)
    for (const [key, answer] of answers) this.#answers.set(key, answer)
    for (const key of this.#answers.keys()) {
      if (this.#answers.size <= Math.max(MOST_ANSWERS, answers.size)) break
      if (!answers.has(key)) this.#answers.delete(key)
    }
  }
}

/** One way through a file for what a filter needs: give it every frame in order, then keep what it found. */
export class Reading {
  readonly #fields: {
    field: ReadField
    valuesIn: (row: number, frame: FrameBytes) => HeaderValue[]
    values: FieldValues
  }[]
  readonly #tests: { test: ByteTest; answer: Answer }[]

  constructor(
    { fields, tests }: Needs,
    private readonly frames: number,
  ) {
    this.#fields = fields.map((field) => ({
      field,
      valuesIn: field.start?.() ?? ((_, frame) => field.valuesIn?.(frame) ?? []),
      values: new FieldValues(),
    }))
    this.#tests = tests.map((test) => ({
      test,
      answer: { there: noBits(frames), meeting: noBits(frames), failing: noBits(frames) },
    }))
  }

  add(row: number, frame: FrameBytes): void {
    if (row >= this.frames) return
    for (const { field, valuesIn, values } of this.#fields) {
      if (field.among && ((field.among[row >>> 5]! >>> (row & 31)) & 1) === 0) continue
      for (const value of valuesIn(row, frame)) values.add(row, value)
    }
    for (const { test, answer } of this.#tests)
      for (const range of test.field.rangesIn(frame)) {
        setBit(answer.there, row)
        setBit(test.holds(range) ? answer.meeting : answer.failing, row)
      }
  }

  /** What was read; hand it to Readings.keep(). */
  found(): { values: Map<string, FoundValues>; answers: Map<string, Answer> } {
    return {
      values: new Map(this.#fields.map(({ field, values }) => [field.name, values])),
      answers: new Map(this.#tests.map(({ test, answer }) => [test.key, answer])),
    }
  }
}

/** Values of a field as they are met; of bytes and texts each once. */
class FieldValues implements FoundValues {
  #frames = new Uint32Array(1024)
  #values = new Uint32Array(1024)
  #length = 0
  readonly #list: (Uint8Array | string)[] = []
  readonly #positions = new Map<string, number>()

  add(row: number, value: HeaderValue): void {
    if (this.#length === this.#frames.length) {
      this.#frames = doubled(this.#frames)
      this.#values = doubled(this.#values)
    }
    this.#frames[this.#length] = row
    this.#values[this.#length++] = typeof value === 'number' ? value : this.#position(value)
  }

  #position(value: Uint8Array | string): number {
    const key = typeof value === 'string' ? value : String.fromCharCode(...value)
    const known = this.#positions.get(key)
    if (known !== undefined) return known
    this.#positions.set(key, this.#list.length)
    return this.#list.push(typeof value === 'string' ? value : value.slice()) - 1
  }

  get frames(): Uint32Array {
    return this.#frames.subarray(0, this.#length)
  }

  get values(): Uint32Array {
    return this.#values.subarray(0, this.#length)
  }

  get entries(): Entries {
    const list = this.#list
    return {
      length: list.length,
      bytes: (entry) => bytesOf(list[entry]),
      text: (entry) => textOf(list[entry]),
    }
  }
}

function doubled(words: Uint32Array): Uint32Array<ArrayBuffer> {
  const more = new Uint32Array(2 * words.length)
  more.set(words)
  return more
}

function bytesOf(value: Uint8Array | string | undefined): Uint8Array | undefined {
  return typeof value === 'string' ? new TextEncoder().encode(value) : value
}

/** Addresses of four bytes are IPv4, those of six Ethernet, those of 16 IPv6. */
function textOf(bytes: Uint8Array | string | undefined): string | undefined {
  if (typeof bytes === 'string' || bytes === undefined) return bytes
  if (bytes.length === 4) return bytes.join('.')
  if (bytes.length === 16) return ipv6Text(bytes)
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':')
}
