import { expect, test } from 'vitest'
import { diagnose, found, working, wrong } from '../../../testing/diagnose'

test('a process that is gone after it is one story', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x80010105)
    session.tcp.reset('server')
    play.refused({ port: 49157 })
  })
  expect(wrong(findings)).toEqual(['server-fault'])
  expect(found(findings, 'server-fault')!.explanation).toContain('refuses connections')
})
