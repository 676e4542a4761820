import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { compile } from './compile'
import { fieldTexts } from './field-texts'
import { FIELDS, fieldNamed } from './fields'
import { Subject } from './subject'
import { Analysis } from '../engine/read/analysis'

let subject: Subject
const texts = (name: string, rows: number[]) => fieldTexts(subject, fieldNamed(subject, name)!, rows)

beforeAll(async () => {
  const root = new URL('../../', import.meta.url)
  const analysis = await Analysis.start(
    await WebAssembly.compile(readFileSync(new URL('asm/build/release.wasm', root))),
  )
  analysis.feed(readFileSync(new URL('public/examples/case-study.pcapng', root)))
  const conversation = analysis.end()
  subject = new Subject({ capture: analysis.capture, conversation })
})

test('numbers, addresses, several values and none', () => {
  expect(texts('frame.number', [524, 0])).toEqual(['525', '1'])
  expect(texts('ip.addr', [524])[0]).toMatch(/^[\d.]+, [\d.]+$/)
  expect(texts('dcerpc.cn_call_id', [524])).toEqual(['8'])
  expect(texts('dcerpc.cn_call_id', [0])).toEqual([''])
  expect(texts('tcp.flags.push', [524])).toEqual(['True'])
})

test('a frame has a text where a filter says that it has the field', () => {
  const rows = Array.from({ length: subject.frames }, (_, row) => row)
  for (const field of FIELDS) {
    const compiled = compile(field.name, subject)
    const having = 'rows' in compiled ? [...compiled.rows()] : []
    const shown = fieldTexts(subject, field, rows).flatMap((text, row) => (text ? [row] : []))
    expect(having, field.name).toEqual(expect.arrayContaining(shown))
  }
})
