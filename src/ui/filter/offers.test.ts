import { expect, test } from 'vitest'
import { offersFor, stillGoing } from './offers'

const field = { text: 'tcp.stream', cursor: 10, piece: 'tcp.stream', means: 'Number of the stream' }

test('kept filters stand before those used before, and these before completions', () => {
  const offers = offersFor('tcp', [field], ['tcp.stream == 7'], ['tcp.port == 135', 'udp'])
  expect(offers.map(({ text, means }) => `${text}: ${means}`)).toEqual([
    'tcp.stream == 7: kept',
    'tcp.port == 135: used before',
    'tcp.stream: Number of the stream',
  ])
})

test('a text is offered once, and not where it is already', () => {
  const offers = offersFor('tcp ', [field], ['tcp'], ['tcp.stream', 'tcp'])
  expect(offers.map(({ means }) => means)).toEqual(['used before'])
})

test('an empty box offers what was kept and used before', () => {
  expect(offersFor('', [], ['udp'], ['tcp']).map(({ piece }) => piece)).toEqual(['udp', 'tcp'])
})

test('of an earlier list only what the next letters go on to is still offered', () => {
  const offered = ['rpc.outcome == "open"', 'rpc.outcome == "fault"', 'rpc.outcome == "'].map((text) => ({
    ...field,
    text,
  }))
  expect(stillGoing(offered, 'rpc.outcome == "F').map(({ text }) => text)).toEqual(['rpc.outcome == "fault"'])
  expect(stillGoing(offered, 'rpc.outcome == "fault"')).toEqual([])
})
