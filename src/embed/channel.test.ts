import { expect, test } from 'vitest'
import { Channel } from './channel'
import type { HostMessage } from './messages'

const own = 'https://docs.example'

/** As much of a framed window as the channel uses. `hosted` is what the browser reports of the host's origin. */
function framed(hosted: string | undefined) {
  const posted: [unknown, string][] = []
  const parent = { postMessage: (message: unknown, origin: string) => posted.push([message, origin]) }
  const events = new EventTarget()
  const frame = Object.assign(events, {
    parent,
    location: { ancestorOrigins: hosted === undefined ? undefined : [hosted] },
    document: { referrer: '' },
  })
  const channel = new Channel(frame as unknown as Window, new Set([own]))
  const received: HostMessage[] = []
  const stop = channel.listen((message) => received.push(message))
  const send = (source: unknown, origin: string, data: unknown) =>
    events.dispatchEvent(Object.assign(new Event('message'), { source, origin, data }))
  return { parent, posted, channel, received, stop, send }
}

const go = { faultline: 'goToFrame', frame: 7 }

test('the parent is heard from an allowed origin', () => {
  const { parent, received, send, stop } = framed(own)
  send(parent, own, go)
  expect(received).toEqual([go])
  stop()
  send(parent, own, go)
  expect(received).toHaveLength(1)
})

test('another window, another origin and another shape are not', () => {
  const { parent, received, send } = framed(own)
  send({}, own, go)
  send(parent, 'https://evil.example', go)
  send(parent, 'null', go)
  send(parent, own, { faultline: 'goToFrame', frame: -7 })
  expect(received).toEqual([])
})

test('only an allowed host receives messages, by its origin', () => {
  const known = framed(own)
  known.channel.post({ faultline: 'ready' })
  expect(known.posted).toEqual([[{ faultline: 'ready' }, own]])
  const hostile = framed('https://evil.example')
  hostile.channel.post({ faultline: 'ready' })
  expect(hostile.posted).toEqual([])
})

test('where the browser hides the host, it is left to deliver to an allowed one', () => {
  const { channel, posted } = framed(undefined)
  channel.post({ faultline: 'selected', frame: 1 })
  expect(posted.map(([, origin]) => origin)).toEqual([own])
})
