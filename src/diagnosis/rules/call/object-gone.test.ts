import { expect, test } from 'vitest'
import { diagnose, found, returning, wrong } from '../../../testing/diagnose'
import { I_OBJECT_EXPORTER } from '../../../testing/scenario'

test('a ping set that the object resolver has dropped is reported by what it returns', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc({ port: 135 })
    session.call(session.bind(I_OBJECT_EXPORTER), { opnum: 1, stub: new Uint8Array(8) }, returning(0x778, 4))
  })
  expect(wrong(findings)).toEqual(['object-gone'])
  expect(found(findings, 'object-gone')!.title).toContain('ping set')
})
