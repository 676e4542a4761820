import { expect, test } from 'vitest'
import { diagnose, found, returning, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { lose } from '../../../testing/scenario'

const shows: Play = (play) => {
  const { session, binding } = working(play)
  session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(0))
  session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(0))
}

test('packets that the sniffer missed are reported as a limit', async () => {
  const findings = await diagnose(shows, (frames) => lose(frames, 8))
  const finding = found(findings, 'capture-gaps')
  expect(finding).toMatchObject({ kind: 'limit' })
})

test('a whole capture has none', async () => {
  const findings = await diagnose((play) => {
    working(play)
  })
  expect(found(findings, 'capture-gaps')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('capture-gaps', shows, { change: (frames) => lose(frames, 8) })
