import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readFrameMessage, readHostMessage } from './messages'

test('each message of a host is read back as it was sent', () => {
  const bytes = new Uint8Array([0x0a, 0x0d, 0x0d, 0x0a])
  for (const message of [
    { faultline: 'open', bytes, name: 'a.pcapng' },
    { faultline: 'open', bytes: bytes.buffer },
    { faultline: 'open', bytes: new Blob([bytes]) },
    { faultline: 'open', url: 'captures/a.pcapng' },
    { faultline: 'goToFrame', frame: 525 },
    { faultline: 'setFilter', filter: 'dcerpc' },
  ])
    expect(readHostMessage(message)).toEqual(message)
})

test('what a host adds to a message is dropped', () => {
  expect(readHostMessage({ faultline: 'goToFrame', frame: 1, then: 'run' })).toEqual({
    faultline: 'goToFrame',
    frame: 1,
  })
})

test.each([
  ['no object', 'open'],
  ['null', null],
  ['an array', [{ faultline: 'open', url: 'a' }]],
  ['another type', { faultline: 'eval', code: '1' }],
  ['a name that every object has', { faultline: 'constructor' }],
  ['another protocol', { type: 'open', url: 'a' }],
  ['nothing to open', { faultline: 'open' }],
  ['both ways to open', { faultline: 'open', url: 'a', bytes: new ArrayBuffer(1) }],
  ['an address that is an object', { faultline: 'open', url: { toString: 'a' } }],
  ['bytes that are a list', { faultline: 'open', bytes: [1, 2, 3] }],
  ['shared bytes', { faultline: 'open', bytes: new Uint8Array(new SharedArrayBuffer(4)) }],
  ['an endless name', { faultline: 'open', url: 'a', name: 'x'.repeat(256) }],
  ['frame zero', { faultline: 'goToFrame', frame: 0 }],
  ['half a frame', { faultline: 'goToFrame', frame: 1.5 }],
  ['a frame as text', { faultline: 'goToFrame', frame: '1' }],
  ['no number', { faultline: 'goToFrame', frame: NaN }],
  ['an endless filter', { faultline: 'setFilter', filter: 'x'.repeat(10_001) }],
  ['a message of the frame', { faultline: 'ready' }],
])('%s is no message of a host', (_, data) => expect(readHostMessage(data)).toBeUndefined())

test('each message of the frame is read back as it was sent', () => {
  const finding = { rule: 'r', severity: 'error', confidence: 'high', title: 't', frames: [525] }
  for (const message of [
    { faultline: 'ready' },
    { faultline: 'opened', frames: 845, findings: [finding] },
    { faultline: 'selected', frame: 525 },
    { faultline: 'error', message: 'no capture' },
  ])
    expect(readFrameMessage(message)).toEqual(message)
})

test.each([
  ['findings of another shape', { faultline: 'opened', frames: 1, findings: [{ rule: 'r' }] }],
  ['a negative count', { faultline: 'opened', frames: -1, findings: [] }],
  ['an error that is an object', { faultline: 'error', message: {} }],
  ['a message of a host', { faultline: 'goToFrame', frame: 1 }],
])('%s is no message of the frame', (_, data) => expect(readFrameMessage(data)).toBeUndefined())

test('nothing whatever makes either side throw', () => {
  const anything = fc.oneof(
    fc.anything(),
    fc.record({ faultline: fc.constantFrom('open', 'goToFrame', 'setFilter', 'opened', 'selected', 'error') }),
  )
  fc.assert(
    fc.property(anything, (data) => {
      readHostMessage(data)
      readFrameMessage(data)
    }),
  )
})
