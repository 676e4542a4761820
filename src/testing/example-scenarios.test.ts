import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { diagnose, wrong } from './diagnose'
import { exampleCapture, exampleScenarios } from './example-scenarios'

const SHOWN: Record<string, string> = {
  'blocked-port': 'dynamic-port-blocked',
  'access-denied': 'access-denied',
  'clock-skew': 'clock-skew',
  'class-not-registered': 'activation-failed',
}

test.each(Object.entries(exampleScenarios))(
  'the example %s shows its failure first, and no other',
  async (name, play) => {
    expect(wrong(await diagnose(play))).toEqual(SHOWN[name] ? [SHOWN[name]] : [])
  },
)

test.each(Object.entries(exampleScenarios))('the file of the example %s is what the generator writes', (name, play) => {
  const file = readFileSync(new URL(`../../public/examples/${name}.pcapng`, import.meta.url))
  expect(file.equals(exampleCapture(play))).toBe(true)
})
