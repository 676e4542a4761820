import { expect, test } from 'vitest'
import { diagnose, found, returning, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { startingAt } from '../../../testing/scenario'

const shows: Play = (play) => {
  const { session, binding } = working(play)
  session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(0))
}

test('an answer whose request was missed is reported as a limit', async () => {
  const findings = await diagnose(shows, (frames) => startingAt(frames, 7))
  const finding = found(findings, 'unrequested-answer')
  expect(finding).toMatchObject({ kind: 'limit' })
})

test('whole calls are not', async () => {
  const findings = await diagnose((play) => {
    working(play)
  })
  expect(found(findings, 'unrequested-answer')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

// Where the capture starts is another moment of the story there.
inOtherClothes('unrequested-answer', shows, {
  except: ['with SPNEGO', 'through a named pipe'],
  change: (frames) => startingAt(frames, 7),
})
