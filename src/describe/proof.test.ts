import { expect, test } from 'vitest'
import { type ProofFrame, aftermathOf, failingFrame, proofOf, tellingRows } from './proof'

const CLIENT = '10.0.0.1'
const SERVER = '10.0.0.2'
const frame = (frame: number, source: string, tone = ''): ProofFrame => ({
  frame,
  source,
  destination: source === CLIENT ? SERVER : CLIENT,
  time: frame,
  tone,
})
const connections = [
  {
    client: `${CLIENT}:5000`,
    server: `${SERVER}:135`,
    identities: [
      { name: 'A\\good', level: 'connect' },
      { name: 'A\\bad', level: 'connect' },
    ],
  },
]
const step = { connection: 0, time: 0, from: 'client', text: '' } as const

test('rows are in the order of frames, with their side, identity and failure', () => {
  const evidence = [
    { frame: 9, note: 'closed' },
    { frame: 3, note: 'asked' },
    { frame: 5, note: 'refused' },
  ]
  const proof = proofOf(
    evidence,
    [frame(3, CLIENT), frame(5, SERVER, 'fault'), frame(9, SERVER)],
    [
      { ...step, frame: 3, kind: 'request', identity: 1 },
      { ...step, frame: 5, kind: 'fault', identity: 1 },
      { ...step, frame: 9, kind: 'close' },
    ],
    connections,
  )
  expect([proof.left, proof.right]).toEqual([CLIENT, SERVER])
  expect(proof.rows).toEqual([
    { frame: 3, time: 3, note: 'asked', from: 'left', identity: 'A\\bad', failed: false, closes: false },
    { frame: 5, time: 5, note: 'refused', from: 'right', identity: 'A\\bad', failed: true, closes: false },
    { frame: 9, time: 9, note: 'closed', from: 'right', failed: true, closes: true },
  ])
})

test('without a conversation the sides are those of the first frame, and a third host is named', () => {
  const evidence = [1, 2, 4].map((frame) => ({ frame, note: 'note' }))
  const proof = proofOf(evidence, [frame(1, CLIENT), frame(2, 'gateway')], [], [])
  expect(proof.rows.map(({ from, note }) => [from, note])).toEqual([
    ['left', 'note'],
    ['right', 'gateway: note'],
  ])
  expect(proofOf([], [], [], []).rows).toEqual([])
})

test('the failing frame is the fault, else the reset, else the last of the evidence', () => {
  const evidence = [1, 2, 3].map((frame) => ({ frame, note: '' }))
  expect(failingFrame(evidence, [frame(2, SERVER, 'reset'), frame(3, SERVER, 'fault')])).toBe(3)
  expect(failingFrame(evidence, [frame(2, SERVER, 'reset')])).toBe(2)
  expect(failingFrame(evidence, [])).toBe(3)
  expect(failingFrame([], [])).toBeUndefined()
})

test('where two identities act, their rows and those that went wrong are read first', () => {
  const row = (frame: number, identity?: string, more = {}) => ({
    frame,
    failed: false,
    closes: false,
    ...(identity && { identity }),
    ...more,
  })
  const rows = [
    row(1, 'admin'),
    row(2),
    row(3, 'eve'),
    row(4),
    row(5, undefined, { failed: true }),
    row(6, undefined, { closes: true }),
  ]
  expect(tellingRows(rows).map(({ frame }) => frame)).toEqual([1, 3, 5, 6])
  expect(tellingRows(rows.filter(({ frame }) => frame !== 3)).map(({ frame }) => frame)).toEqual([1, 2, 4, 5, 6])
  expect(tellingRows([])).toEqual([])
})

test('the proof ends with what the program gets, where its runtime makes the code itself', () => {
  expect(aftermathOf({ symptom: 'After a pause: 0x800706BA (1722): "The RPC server is unavailable."' })).toBe(
    'the program gets 0x800706BA, not on the wire',
  )
  expect(aftermathOf({ symptom: 'error 5 (0x80070005): Access is denied.' })).toBeUndefined()
  expect(aftermathOf({ symptom: '0x800706BE', aftermath: 'the next use fails' })).toBe('the next use fails')
})
