import { expect, test } from 'vitest'
import { diagnose, found, returning, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  const { session, binding } = working(play)
  session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(1060))
}

test('a return value that says no is told by its symbol', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'method-error')
  expect(finding).toMatchObject({ severity: 'warning' })
  expect(finding!.title).toContain('ERROR_SERVICE_DOES_NOT_EXIST')
})

test('"more data" is none', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(234))
  })
  expect(found(findings, 'method-error')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('sealed, nothing can be said', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play, { level: 'privacy' })
    session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(1060))
  })
  expect(found(findings, 'method-error')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

// The scenario writes its stubs in little-endian order.
test('a truth value is no status: the server says that it listens', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play, {
      abstract: { uuid: 'afa8bd80-7d8a-11c9-bef4-08002b102989', version: '1.0' },
    })
    // rpc__mgmt_is_server_listening: status 0, then TRUE.
    session.call(binding, { opnum: 2 }, Uint8Array.from([0, 0, 0, 0, 1, 0, 0, 0]))
  })
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('method-error', shows, { except: ['by big-endian peers'] })
