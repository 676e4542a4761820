import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { opened } from '../../testing/diagnose'
import { HAS_TSHARK } from '../../testing/tshark'
import { framesInTshark } from '../../testing/sharkd'
import { MissingSource } from '../read/source'
import type { OpenCapture } from '../worker/open-capture'

const example = new Uint8Array(readFileSync(new URL('../../../public/examples/case-study.pcapng', import.meta.url)))
let open: OpenCapture

beforeAll(async () => {
  open = await opened(example)
})

/** Numbers of the frames that a filter shows. */
async function shown(filter: string): Promise<number[]> {
  const result = await (await open.filters()).rows(filter)
  if (!('rows' in result)) throw new Error(`${filter}: ${JSON.stringify(result)}`)
  return Array.from(result.rows, (row) => row + 1)
}

/** Each is answered from the file's bytes, and means the same to Wireshark. */
const FILTERS = [
  [
    'bytes anywhere',
    'frame contains 05:00:03:03',
    'tcp contains 05:00:03',
    'ip contains 05:00:03',
    'udp contains "wpad"',
  ],
  ['bytes at a place', 'frame[54:3] == 05:00:03', 'ip[20]', 'ip[19]', 'eth[13]', 'udp[8:2]'],
  ['a part from the end', 'frame[-1] == 00', 'frame[14:] contains 05:00:03', 'frame[14:5000]'],
  ['bits of a byte', 'tcp[13] & 2', 'tcp[13] & 0x02', 'tcp[12] & 0xf0 == 0x50', 'eth.dst[0] & 1', 'eth.src[0] & 1'],
  ['order of bytes', 'tcp[13] > 10', 'tcp[2:2] == 00:87', 'tcp[13] != 02', 'tcp[13] == 0x12'],
  ['a pattern', 'frame matches "MEOW"', 'tcp matches "\\\\x05\\\\x00\\\\x03"', 'tcp.payload matches "^\\\\x05"'],
  ['a pattern in any case', 'udp matches "WPAD"', 'udp ~ "w.ad"', '!(udp matches "wpad") && udp'],
  [
    'a payload',
    'tcp.payload contains 05:00:03',
    'tcp.payload[0:3] == 05:00:03',
    'udp.payload',
    'len(tcp.payload) > 100',
  ],
  ['lengths', 'len(eth) == 14', 'len(ip) == 20', 'len(udp) == 8', 'len(frame) > 1000'],
  [
    'Ethernet',
    'eth',
    'eth.src[0:3] == 00:15:5d',
    'eth.addr[0:3] == 00:15:5d',
    'eth.dst == ff:ff:ff:ff:ff:ff',
    'eth.type == 0x800',
  ],
  ['numbers of headers', 'ip.ttl < 128', 'ip.proto == 6', 'ip.flags.df == 1', 'ip.len in {40..60}', 'tcp.hdr_len > 20'],
  [
    'ARP',
    'arp.opcode == 1',
    'arp.dst.proto_ipv4 == 10.177.17.6',
    'arp.src.proto_ipv4 == 10.177.17.0/24',
    'arp contains 00:01',
  ],
  ['characters', "frame contains 'a'", 'frame contains "\\x05\\x00\\x03"', 'frame contains 0a', 'frame contains 5'],
  ['logic', 'tcp.port == 135 && tcp contains 05:00', '!(frame contains 05:00:03) || udp', 'not tcp[13] == 2 and tcp'],
].map(([group, ...filters]) => [group, filters] as const)

describe.skipIf(!HAS_TSHARK)('bytes: frames that tshark shows for the same filter', { timeout: 120_000 }, () => {
  test.each(FILTERS)('%s', async (_, filters) => {
    for (const filter of filters) expect(await shown(filter), filter).toEqual(await framesInTshark(example, filter))
  })
})

// tshark 4.0.17 ends the bytes of tcp behind its header or behind its payload, by what else it has to print.
test('the bytes of TCP go on to the end of its payload', async () => {
  expect(await shown('tcp[20:3] == 05:00:03')).toEqual(await shown('tcp.payload[0:3] == 05:00:03'))
  expect(await shown('len(tcp) == 20')).toEqual(await shown('tcp.hdr_len == 20 && !tcp.payload'))
})

test('a filter reads the file once, and reports how far it is', async () => {
  const fresh = await opened(example)
  const filters = await fresh.filters()
  let reads = 0
  const { file } = fresh
  fresh.file = {
    ...file,
    blob: file.blob,
    read: (at: number, length: number) => (reads++, file.read(at, length)),
  } as typeof file
  const first = await filters.rows('frame contains "wpad" && eth.src')
  expect(reads).toBe(1)
  expect(await filters.rows('eth.src && frame contains "wpad"')).toEqual(first)
  expect(await filters.rows('!(frame contains "wpad")')).toMatchObject({ rows: expect.any(Uint32Array) as Uint32Array })
  expect(reads).toBe(1)
})

test('a filter that is cancelled gives no frames, and the next one reads again', async () => {
  const fresh = await opened(example)
  const filters = await fresh.filters()
  let time = 0
  const { now } = performance
  performance.now = () => (time += 1000)
  try {
    const progress: number[] = []
    const options = { isCancelled: () => true, onProgress: (frames: number) => progress.push(frames) }
    expect(await filters.rows('frame contains "wpad"', {}, options)).toEqual({ cancelled: true })
    expect(progress).toEqual([0])
  } finally {
    performance.now = now
  }
  expect(await filters.rows('frame contains "wpad"')).toHaveProperty('rows')
})

test('without its file a capture says that the field is not indexed', async () => {
  const fresh = await opened(example)
  fresh.file = new MissingSource(example.length)
  const filters = await fresh.filters()
  expect(await filters.rows('tcp && eth.src == 00:15:5d:00:00:01')).toMatchObject({
    at: 7,
    end: 14,
    message: expect.stringMatching(/^eth\.src is not indexed/) as string,
  })
  expect(await filters.rows('http.host == "a"')).toMatchObject({
    at: 0,
    end: 9,
    message: expect.stringMatching(/^http\.host is not indexed/) as string,
  })
  // The tables have some of the values: the answer says which.
  expect(await filters.rows('http')).toMatchObject({ notes: [expect.stringMatching(/^http is not indexed in full/)] })
  expect(await filters.rows('tcp')).toHaveProperty('rows')
})

test('a column reads only the frames that it shows', async () => {
  const fresh = await opened(example)
  let bytes = 0
  const { file } = fresh
  fresh.file = {
    blob: file.blob,
    read: (at: number, length: number) => ((bytes += length), file.read(at, length)),
  } as typeof file
  const column = await (await fresh.filters()).column('eth.type', [0, 524])
  expect(column?.texts).toEqual(['2048', '2048'])
  expect(bytes).toBeLessThan(2000)
})

test('${field} has the values of the selected frame, and none where no frame is selected', async () => {
  const filters = await open.filters()
  const rowsOf = async (filter: string, selected?: number) => {
    const result = await filters.rows(filter, { selected })
    return 'rows' in result ? [...result.rows] : result
  }
  for (const field of ['tcp.stream', 'dcerpc.cn_call_id', 'frame.number', 'eth.src']) {
    const theirs = await rowsOf(`${field} == ${(await filters.column(field, [524]))!.texts[0]}`)
    expect(await rowsOf(`${field} == \${${field}}`, 524)).toEqual(theirs)
    expect(theirs).toContain(524)
  }
  expect(await rowsOf('tcp.stream == ${tcp.stream}')).toEqual([])
  expect(await rowsOf('tcp.stream == ${udp.stream}', 524)).toEqual([])
})
