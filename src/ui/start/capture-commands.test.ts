import { expect, test } from 'vitest'
import { type CaptureWish, captureCommands, problemOf, tools } from './capture-commands'

const wish: CaptureWish = { tool: 'pktmon', host: '', port: '', megabytes: 512 }

test('without a host everything is captured, whole packets, within the size', () => {
  expect(captureCommands(wish).start).toEqual([
    'pktmon filter remove',
    'pktmon start --capture --pkt-size 0 --file-name faultline.etl --file-size 512',
  ])
  expect(captureCommands({ ...wish, tool: 'dumpcap' }).start[1]).toBe(
    'dumpcap -i 1 -b filesize:512000 -b files:2 -w faultline.pcapng',
  )
})

test.each(tools)('%s takes host and size from what is filled in', (tool) => {
  const filled = { tool, host: '10.0.0.6', port: '', megabytes: 64 }
  expect(problemOf(filled)).toBe('')
  const { start, stop } = captureCommands(filled)
  expect(start.join('\n')).toContain('10.0.0.6')
  expect(start.join('\n')).toContain('64')
  expect(stop).toHaveLength(1)
})

test('tickets and names are kept beside the packets of one host', () => {
  const { start } = captureCommands({ tool: 'tcpdump', host: 'server1', port: '135', megabytes: 100 })
  expect(start).toEqual([
    'tcpdump -i any -s 0 -C 100 -W 2 -w faultline.pcap "(host server1 and tcp port 135) or port 88 or port 53"',
  ])
})

test('what would be no command is refused with a reason', () => {
  expect(problemOf({ ...wish, host: 'a"; rm -rf /' })).toMatch(/name or an address/)
  expect(problemOf({ ...wish, host: 'server1' })).toMatch(/address of server1/)
  expect(problemOf({ ...wish, tool: 'dumpcap', host: 'server1' })).toBe('')
  expect(problemOf({ ...wish, port: '70000' })).toMatch(/65535/)
  expect(problemOf({ ...wish, megabytes: NaN })).toMatch(/megabytes/)
})
