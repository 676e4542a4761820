import { expect, test } from 'vitest'
import { fileName } from './hand-over'

test('a file is called after the capture, without its packing and what no file may be called', () => {
  expect(fileName('trace.pcapng.gz', '-report.html')).toBe('trace-report.html')
  expect(fileName('a/b:c.cap', '.html')).toBe('a_b_c.html')
  expect(fileName('.pcap', '-frames.pcapng')).toBe('capture-frames.pcapng')
})
