// Bytes of frames as text.
import { hexText } from '../../capture/text'

export type ByteForm = 'dump' | 'hex' | 'c' | 'base64'

const LINE = 16
const C_LINE = 12

/** Bytes in one form; `name` is what a C array is called. */
export function byteText(bytes: Uint8Array, form: ByteForm, name: string): string {
  switch (form) {
    case 'dump':
      return dump(bytes)
    case 'hex':
      return hexText(bytes)
    case 'c': {
      const numbers = Array.from(bytes, (byte) => `0x${byte.toString(16).padStart(2, '0')}`)
      const lines = linesOf(numbers, C_LINE).map((line) => `  ${line.join(', ')}`)
      return `static const unsigned char ${name}[${bytes.length}] = {\n${lines.join(',\n')}\n};`
    }
    case 'base64':
      return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
  }
}

/** Offsets, bytes and their ASCII, which text2pcap reads. */
function dump(bytes: Uint8Array): string {
  return linesOf([...bytes], LINE)
    .map((line, at) => {
      const hex = line.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
      const text = line.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
      return `${(at * LINE).toString(16).padStart(4, '0')}  ${hex.padEnd(LINE * 3 - 1)}  ${text}`
    })
    .join('\n')
}

function linesOf<T>(items: T[], length: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / length) }, (_, at) =>
    items.slice(at * length, (at + 1) * length),
  )
}
