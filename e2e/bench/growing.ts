// What the captures of the growth bench share: how one is described, and how it is played n times over.
import { Scenario, type Syntax } from '../../src/testing/scenario'

/** A capture that grows in one way: what a busy or hostile network can make many of. */
export interface Growing {
  name: string
  /** What n is for the smallest of the three runs. */
  from: number
  make: (n: number) => Uint8Array<ArrayBuffer>
}

export const WMI: Syntax = { uuid: '9556dc99-828c-11cf-a37e-00aa003240c7', version: '0.0' }
export const SVCCTL: Syntax = { uuid: '367abb81-9844-35f1-ad32-98f038001003', version: '2.0' }
export const SERVER_PORT = 49157
export const SMB_PORT = 445
const CLIENT_PORTS = 60_000
/** Ports at which a scenario's clients begin. */
const FIRST_CLIENT_PORT = 2000

/** A scenario, played n times over. */
export function played(n: number, play: (scenario: Scenario, i: number) => void): Uint8Array<ArrayBuffer> {
  const scenario = new Scenario()
  for (let i = 0; i < n; i++) play(scenario, i)
  return scenario.capture()
}

/** The client's ports are used up after some 60,000 connections; then come other clients. */
export function port(i: number) {
  return { clientPort: FIRST_CLIENT_PORT + (i % CLIENT_PORTS), port: SERVER_PORT }
}
