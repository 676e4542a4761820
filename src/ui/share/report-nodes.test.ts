import { describe, expect, test } from 'vitest'
import { escapeMarkup } from '../../report/markup'
import { type Piece, piecesOf } from './report-nodes'

const written = (pieces: Piece[]): string =>
  pieces
    .map((piece) => {
      if (piece.kind === 'text') return escapeMarkup(piece.text)
      if (piece.kind === 'close') return `</${piece.name}>`
      const attributes = piece.attributes.map(([name, value]) => ` ${name}="${escapeMarkup(value)}"`).join('')
      return `<${piece.name}${attributes}${piece.isEmpty ? '/' : ''}>`
    })
    .join('')

describe('the markup of a report', () => {
  test('is taken apart and is the same when it is put together again', () => {
    const markup =
      '<article class="error"><h2>It&#39;s &lt;b&gt; &amp; &quot;c&quot;</h2><a href="#frame-5">frame 5</a>' +
      '<svg class="ladder" viewBox="0 0 9 9"><line x1="1" x2="2"/><text class="host" x="3" y="4">10.0.0.1</text></svg></article>'
    expect(written(piecesOf(markup))).toBe(markup)
  })

  test('keeps text that looks like markup as text', () => {
    const name = '<img src=x onerror=alert(1)><script>alert(1)</script></p>'
    expect(piecesOf(`<p>${escapeMarkup(name)}</p>`)).toEqual([
      { kind: 'open', name: 'p', attributes: [], isEmpty: false },
      { kind: 'text', text: name },
      { kind: 'close', name: 'p' },
    ])
  })

  test('makes no element, attribute or address that reports do not use, even where nothing was escaped', () => {
    const pieces = piecesOf(
      '<script>x</script><iframe src="a"></iframe><p onclick="x" style="x" class="y"><a href="javascript:x">b</a></p>',
    )
    expect(pieces.filter(({ kind }) => kind === 'open')).toEqual([
      { kind: 'open', name: 'p', attributes: [['class', 'y']], isEmpty: false },
      { kind: 'open', name: 'a', attributes: [], isEmpty: false },
    ])
  })

  test('of hostile length is taken apart in one pass', () => {
    const markup = '<a '.repeat(200_000) + '<'.repeat(200_000)
    expect(piecesOf(markup)).toEqual([{ kind: 'text', text: markup }])
  })
})
