import { expect, test } from 'vitest'
import { diagnose, found, type Play, returning, SVCCTL, wrong } from '../../../testing/diagnose'
import { cutTo, Host, type Scenario } from '../../../testing/scenario'

const TWIN = { address: '10.0.0.77', name: 'TWIN' }

/** A call of a user from a computer on another; the server denies it where `status` says so. */
function logsOn(play: Scenario, from: Host, to: Host, machine: string, status = 0): void {
  const session = play.rpc({ client: from, server: to, port: 49157 })
  const logon = play.logon('CORP\\eve', 'integrity', { machine })
  const account = { ...logon.account!, workstation: from.name }
  const binding = session.bind(SVCCTL, { logon: { ...logon, account } })
  const call = session.request(binding, { opnum: 15, stub: new Uint8Array(40) })
  if (status === 0) session.respond(call, returning(0))
  else session.fault(call, status)
}

const between =
  (machines: [string, string], status: number): Play =>
  (play) => {
    const twin = new Host(TWIN)
    logsOn(play, play.client, play.server, machines[0])
    logsOn(play, twin, play.server, machines[1])
    logsOn(play, play.client, twin, machines[0], status)
  }

test('a rejected logon between two computers of one identity is likely one between clones', async () => {
  const findings = await diagnose(between(['same', 'same'], 0x721))
  const finding = found(findings, 'cloned-machine')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'medium' })
  expect(finding!.title).toContain('likely')
  expect(finding!.explanation).toContain('TWIN')
})

test('two computers of one identity whose logons all work are a note', async () => {
  const findings = await diagnose(between(['same', 'same'], 0))
  expect(found(findings, 'cloned-machine')).toMatchObject({ severity: 'note' })
  expect(wrong(findings)).toEqual([])
})

test('computers with identities of their own are none', async () => {
  expect(found(await diagnose(between(['one', 'other'], 0x721)), 'cloned-machine')).toBeUndefined()
})

test('one computer with two addresses is one', async () => {
  const findings = await diagnose((play) => {
    logsOn(play, play.client, play.server, 'same')
    logsOn(play, new Host({ address: '10.0.0.78', name: play.client.name }), play.server, 'same')
  })
  expect(found(findings, 'cloned-machine')).toBeUndefined()
})

test('cut before the identity, nothing is concluded', async () => {
  const findings = await diagnose(between(['same', 'same'], 0x721), (frames) => cutTo(frames, 200))
  expect(found(findings, 'cloned-machine')).toBeUndefined()
})
