import { expect, test } from 'vitest'
import { diagnose, found, returning, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { I_OBJECT_EXPORTER, startingAt } from '../../../testing/scenario'

const shows: Play = (play) => {
  const { session, binding } = working(play)
  session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x80010108)
}

test('a fault 0x80010108 is reported, with the method and the server', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'object-gone')
  expect(finding).toMatchObject({ kind: 'finding', streams: [0] })
  expect(finding!.title).toContain('svcctl::')
  expect(finding!.title).not.toContain('10.0.0.6')
  expect(finding!.explanation).toContain('from 10.0.0.15 to 10.0.0.6')
})

test('a ping set that the object resolver has dropped is reported by what it returns', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc({ port: 135 })
    session.call(session.bind(I_OBJECT_EXPORTER), { opnum: 1, stub: new Uint8Array(8) }, returning(0x778, 4))
  })
  expect(wrong(findings)).toEqual(['object-gone'])
  expect(found(findings, 'object-gone')!.title).toContain('ping set')
})

test('a healthy connection is not', async () => {
  const findings = await diagnose((play) => {
    working(play)
  })
  expect(found(findings, 'object-gone')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('it is reported as well where the capture starts after the bind', async () => {
  const findings = await diagnose(
    (play) => {
      const { session, binding } = working(play)
      session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x80010108)
    },
    (frames) => startingAt(frames, 7),
  )
  const finding = found(findings, 'object-gone')
  expect(finding).toMatchObject({ kind: 'finding' })
})

test('it is a note where the same method succeeds later', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x80010108)
    session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(0))
  })
  expect(found(findings, 'object-gone')).toMatchObject({ severity: 'note' })
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('object-gone', shows)
