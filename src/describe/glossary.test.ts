import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explainedPieces } from './glossary'

test('a term is explained where a text first uses it, as a whole word', () => {
  const pieces = explainedPieces('Register the SPN; one SPN is enough. SPNs and RESPN are words of their own.')
  expect(pieces.filter(({ means }) => means).map(({ text }) => text)).toEqual(['SPN'])
  expect(pieces[0]).toEqual({ text: 'Register the ' })
  expect(pieces[1]!.means).toMatch(/^Service principal name/)
})

test('of terms that hold each other the longer one is explained', () => {
  const terms = explainedPieces('The process token, NDR and extended error information').filter(({ means }) => means)
  expect(terms.map(({ text }) => text)).toEqual(['process token', 'NDR', 'extended error information'])
})

test('nothing of a text is lost or changed', () => {
  const words = fc.constantFrom('SPN', ' ', 'a', 'NDR', 'packet privacy', '::', '-', 'constructor', '__proto__', '.')
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(words).map((all) => all.join('')),
      ),
      (text) => {
        expect(
          explainedPieces(text)
            .map((piece) => piece.text)
            .join(''),
        ).toBe(text)
      },
    ),
  )
})
